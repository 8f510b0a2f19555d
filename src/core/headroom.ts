import type { Message } from './channels.ts';
import { escapeMrkdwn, oneLine } from './escape.ts';
import type { Headroom } from './schema-keys.ts';

/** A key that runs out, on which server, and when it is full at the pace seen so far. */
export interface Exhausting extends Headroom {
  /** `host:port/db`. */
  server: string;
  /** UTC ISO; absent while the pace is not known. */
  fullAt?: string;
}

/** What was read at a time: two of them give a pace. */
export interface Sample {
  /** UTC ISO. */
  at: string;
  percent: number;
}

const DAY_MS = 86_400_000;
/** Less than this between two readings is no pace: traffic has its hours. */
const SHORTEST_MS = 0.9 * DAY_MS;
/** Beyond this a date would be a guess. */
const FARTHEST_MS = 10 * 365 * DAY_MS;
const SHOWN = 10;

/** Pace of this long ago and no more: a table that was quiet for a year may be busy now. */
const PACE_MS = 35 * DAY_MS;

/** How a reading of one key is remembered; such texts sort by their time. */
export const READING = 'headroom-read:';
export const readingOf = ({ at, percent }: Sample, name: string): string => `${READING}${at} ${percent} ${name}`;

/** Readings by the name of the key, oldest first. */
export function readingsBy(keys: readonly string[]): ReadonlyMap<string, readonly Sample[]> {
  const readings = keys.flatMap((key) => {
    const [, at = '', percent = '', name = ''] = /^headroom-read:(\S+) ([\d.]+) (.*)$/s.exec(key) ?? [];
    return Number.isNaN(Date.parse(at)) ? [] : [{ at, percent: Number(percent), name }];
  });
  return new Map(
    [...Map.groupBy(readings, ({ name }) => name)].map(([name, all]) => [name, all.toSorted((a, b) => a.at.localeCompare(b.at))]),
  );
}

/** The reading that the pace is told from: the oldest of the last weeks after which the key never went back. */
export function firstOf(readings: readonly Sample[], now: Sample): Sample {
  const recent = readings.filter(({ at }) => Date.parse(now.at) - Date.parse(at) <= PACE_MS);
  return recent[recent.findLastIndex(({ percent }) => percent > now.percent) + 1] ?? now;
}

/** When the range ends if it goes on as between the two readings. Undefined when that is not known. */
export function fullAt(first: Sample, now: Sample): string | undefined {
  const passed = Date.parse(now.at) - Date.parse(first.at);
  const used = now.percent - first.percent;
  if (passed < SHORTEST_MS || used <= 0) return undefined;
  const left = ((100 - now.percent) / used) * passed;
  return left < 0 || left > FARTHEST_MS ? undefined : new Date(Date.parse(now.at) + left).toISOString();
}

/** `2026-W47`: the week by which the line is told once. https://en.wikipedia.org/wiki/ISO_week_date */
export function isoWeek(iso: string): string {
  const day = new Date(iso);
  const weekday = (day.getUTCDay() + 6) % 7;
  const thursday = Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate() - weekday + 3);
  const year = new Date(thursday).getUTCFullYear();
  const week = 1 + Math.floor((thursday - Date.UTC(year, 0, 1)) / (7 * DAY_MS));
  return `${year}-W${String(week).padStart(2, '0')}`;
}

/** One line for each key, the fullest first; undefined when there is none. */
export function headroomMessage(keys: readonly Exhausting[], key: string): Message | undefined {
  const [first] = keys;
  if (!first) return undefined;
  const oneServer = keys.every(({ server }) => server === first.server);
  const fullest = keys.toSorted((a, b) => b.usedPercent - a.usedPercent);
  const more = keys.length - SHOWN;
  const lines = fullest.slice(0, SHOWN).map((one) => lineOf(one, !oneServer));
  return { key, text: [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n') };
}

function lineOf({ table, column, type, usedPercent, of, server, fullAt: full }: Exhausting, named: boolean): string {
  const holds = of === table ? '' : `, which holds keys of ${of},`;
  const mark = usedPercent >= 100 ? '🔴' : '🟡';
  const when = usedPercent >= 100 ? ': full' : full === undefined ? '' : `, full about ${full.slice(0, 10)} at this pace`;
  const used = Math.min(100, Math.floor(usedPercent * 10) / 10);
  return `${mark} ${escapeMrkdwn(oneLine(`${table}.${column} (${type})${holds}`))} has used ${used} % of its range${when}.${named ? ` On ${escapeMrkdwn(oneLine(server))}.` : ''}`;
}
