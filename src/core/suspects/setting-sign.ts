import { MARK } from '../redact/mark.ts';
import { isSecretName } from '../redact/pairs.ts';
import { redact } from '../redact.ts';
import type { Change } from './change.ts';
import type { Clues } from './clues.ts';
import { fileKind } from './file-kind.ts';
import { settings } from './settings.ts';
import type { Sign } from './sign.ts';
import { identifier } from './words.ts';

/** `.limit(50)` of a query is no limit of what may run. */
const ROWS = /(?:^|[\s.])(?:limit|take)$/i;

export function setting(change: Change, clues: Clues): readonly Sign[] {
  return change.values.flatMap((value) => {
    const name = ROWS.test(value.key) && fileKind(value.path) === 'code' ? 'rows_taken' : identifier(value.key).name || value.key;
    return settings.filter(([pattern]) => pattern.test(name)).flatMap((known) => settingSign(value, known, clues));
  });
}

function settingSign(
  { key, from, to, path }: Change['values'][number],
  [, families, hurts, what]: (typeof settings)[number],
  clues: Clues,
): readonly Sign[] {
  if (!families.some((f) => clues.families.has(f))) return [];
  const bytes = /memory|size/.test(what);
  const [was, now] = [numberOf(from, bytes), numberOf(to, bytes)];
  const factor = was !== undefined && now !== undefined && was > 0 ? Math.max(was / Math.max(now, 1e-9), now / was) : 3;
  const way = what.startsWith('pool') && clues.families.has('crowded') ? 'up' : hurts;
  const wrongWay = way !== 'both' && was !== undefined && now !== undefined && (way === 'down' ? now > was : now < was);
  // The first family of a kind is what it mainly brings.
  const main = families[0] !== undefined && clues.families.has(families[0]) ? 1 : 0.75;
  if (from === '') {
    const p = 0.4 * main;
    return [{ p, says: `sets ${what}: ${key.trim()} to ${shown(key, to)} in ${path}`, hard: false, nature: true }];
  }
  const p = (factor >= 2 ? 0.6 : factor > 1.25 ? 0.42 : 0.25) * main * (wrongWay ? 0.2 : 1);
  return [
    { p, says: `changes ${what}: ${key.trim()} from ${shown(key, from)} to ${shown(key, to)} in ${path}`, hard: false, nature: true },
  ];
}

/** A setting may be a credential. */
function shown(key: string, value: string): string {
  return isSecretName(key.trim()) ? MARK : short(redact(value));
}

const units: Readonly<Record<string, number>> = {
  ms: 0.001,
  millisecond: 0.001,
  s: 1,
  second: 1,
  m: 60,
  min: 60,
  minute: 60,
  h: 3600,
  hour: 3600,
  d: 86_400,
  day: 86_400,
  k: 1e3,
  kb: 1e3,
  ki: 1024,
  mb: 1e6,
  mi: 1_048_576,
  gb: 1e9,
  gi: 1_073_741_824,
};

/** `5`, `'30s'`, `5 * time.Second`, `5.minutes`, `512Mi`, `Duration.ofSeconds(5)`. */
function numberOf(text: string, bytes: boolean): number | undefined {
  const m = /^["'`(]*(?:\w+\.of(\w+?)s?\()?(-?\d[\d_]*(?:\.\d+)?)(?:\s*\*\s*time)?\s*\.?\s*([a-z]*)/i.exec(text.trim());
  if (!m) return undefined;
  const unit = (m[3] || m[1] || '').toLowerCase();
  // `m` is minutes, but megabytes where bytes are counted.
  if (bytes && (unit === 'm' || unit === 'g')) return Number((m[2] ?? '').replaceAll('_', '')) * (unit === 'm' ? 1e6 : 1e9);
  return Number((m[2] ?? '').replaceAll('_', '')) * (units[unit] ?? units[unit.replace(/s$/, '')] ?? 1);
}

function short(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 40);
}
