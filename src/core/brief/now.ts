import { toneOf } from '../bundle.ts';
import type { Incident } from '../incident.ts';
import { amount, metricName } from '../metric-words.ts';
import { errorsAMinute, plural } from '../words.ts';
import { allOf } from './facts.ts';

/** The symptoms in one line: `305 errors/min · 183 stuck queries · CPU 97 %`. */
export function symptomsNow(incident: Incident): string {
  const bad = <T extends Parameters<typeof toneOf>[0]>(all: readonly T[]): readonly T[] => all.filter((f) => toneOf(f) === 'bad');
  const rates = allOf(incident.evidence, 'error-rate').map((r) => Math.max(0, ...r.points.slice(-2).map((p) => p.count)));
  const stuck = bad(allOf(incident.evidence, 'query-group')).reduce((sum, q) => sum + q.threads, 0);
  const metrics = bad(allOf(incident.evidence, 'metric')).flatMap((m) => {
    const last = m.points.at(-1);
    return last === undefined ? [] : [`${metricName(m.name)} ${amount(last.value, m.unit)}`];
  });
  return [
    ...(rates.length > 0 ? [errorsAMinute(Math.max(...rates))] : []),
    ...(stuck > 0 ? [plural(stuck, 'stuck query', 'stuck queries')] : []),
    ...metrics,
  ].join(' · ');
}
