import type { Line } from '../brief.ts';
import { toneOf } from '../bundle.ts';
import { cut } from '../cut.ts';
import { oneLine } from '../escape.ts';
import type { ErrorGroup, ErrorRate, LogGroup, Metric, Note } from '../evidence.ts';
import { amount, metricName } from '../metric-words.ts';
import { sparkline } from '../sparkline.ts';
import { count, errorsAMinute, join, line, time } from '../words.ts';

const TITLE_MAX = 60;

export function sayErrorGroup(group: ErrorGroup): Line {
  const status = group.httpStatus === undefined ? undefined : `${group.httpStatus} `;
  return join([
    status,
    cut(group.title, TITLE_MAX),
    group.count === undefined ? undefined : ` ×${count(group.count)}`,
    group.transaction === undefined ? undefined : ` on ${oneLine(group.transaction)}`,
    share(group),
    trend(group),
  ]);
}

/** Of the route's requests where they are counted, else of its errors. */
function share({ transactionShare: requests, transactionErrorShare: errors }: ErrorGroup): string | undefined {
  if (requests !== undefined) return ` (${percent(requests)} of it)`;
  return errors === undefined ? undefined : ` (${errors < 1 ? 'at least ' : ''}${percent(errors)} of its errors)`;
}

function trend(group: ErrorGroup): string | undefined {
  if (group.trend === 'new' || group.isNew) return ', new';
  if (group.trend === 'louder') return ', louder';
  return group.trend === 'as-always' ? ', as always' : undefined;
}

/** The newest half hour as bars, where something is wrong and there is a course to see: short enough for a phone. */
const BARS = 10;
const MINUTES = 30;

function course(finding: ErrorRate | Metric, values: readonly number[]): string | undefined {
  const newest = values.slice(-MINUTES);
  return toneOf(finding) === 'bad' && newest.length >= BARS ? ` ${sparkline(newest, BARS)}` : undefined;
}

/** The last minute may be half over: the fuller of the last two speaks. */
export function sayErrorRate(rate: ErrorRate): Line {
  const now = Math.max(0, ...rate.points.slice(-2).map((p) => p.count));
  const usual = rate.usual === undefined ? undefined : ` (usual ${count(rate.usual)})`;
  return join([
    errorsAMinute(now),
    course(
      rate,
      rate.points.map((p) => p.count),
    ),
    usual,
    rate.onset === undefined ? undefined : line` since ${time(rate.onset)}`,
  ]);
}

export function sayMetric(metric: Metric): Line {
  const last = metric.points.at(-1);
  const usual = metric.baseline === undefined ? undefined : ` (usual ${amount(metric.baseline.mean, metric.unit)})`;
  if (!last) return join([`${metricName(metric.name)}: no data`]);
  const bars = course(
    metric,
    metric.points.map((p) => p.value),
  );
  return line`${metricName(metric.name)} ${amount(last.value, metric.unit)}${bars} at ${time(last.at)}${usual}`;
}

function percent(share: number): string {
  const value = share * 100;
  return `${value > 0 && value < 1 ? '<1' : count(value)} %`;
}

export function sayLogGroup(group: LogGroup): Line {
  const where = group.service === undefined ? undefined : ` in ${group.service}`;
  return join([cut(group.message, TITLE_MAX), group.count === undefined ? undefined : ` ×${count(group.count)}`, where]);
}

export function sayNote(note: Note): Line {
  return join([cut(note.text, 100), note.by === undefined ? undefined : line` (${{ user: note.by }})`]);
}
