import { toneOf } from '../bundle.ts';
import type { Blind, Hypothesis, Verdict } from '../diagnosis.ts';
import type { Metric } from '../evidence.ts';
import type { Facts } from '../rule.ts';
import { factorOf, metricPeak } from './symptoms.ts';

const STEPS = 7;
const BLIND = 3;
/** A switch or a release of the last hour is worth a look, though it proves nothing. */
const HOUR_MS = 60 * 60_000;
const SLACK_MS = 3 * 60_000;
const COMMITS = 3;

/** What to do or look at next: the first cause's own order, else what would turn blind into seeing, then what stands out unexplained. */
export function nextOf(verdict: Verdict, hypotheses: readonly Hypothesis[], blind: readonly Blind[], facts: Facts): readonly string[] {
  if (verdict === 'cause') return hypotheses[0]?.next ?? [];
  if (verdict === 'healthy') return [];
  const mend = blind.slice(0, BLIND).map(({ check, why, fix }) => `${check} cannot see (${why})${fix === '' ? '' : `: ${fix}`}`);
  const weigh = hypotheses.slice(0, 2).flatMap((h) => h.next.slice(0, 2));
  const steps = [...mend, ...weigh, ...switched(facts), ...standsOut(facts), ...nearCommits(facts)];
  return [...new Set(steps)].slice(0, STEPS - 1).concat('paste a log or a process list: it is read as evidence of this incident');
}

function minutesBefore(facts: Facts, at: string | undefined): number | undefined {
  const before = Date.parse(facts.bundle.onset ?? '') - Date.parse(at ?? '');
  return before >= -SLACK_MS && before <= HOUR_MS ? Math.max(0, Math.round(before / 60_000)) : undefined;
}

function switched(facts: Facts): readonly string[] {
  return facts.of('flag').flatMap(({ finding }) => {
    const minutes = minutesBefore(facts, finding.at);
    const back = finding.from === undefined ? 'back' : `back to ${finding.from}`;
    return minutes === undefined
      ? []
      : [`flag ${finding.name} was switched ${minutes} min before: does what fails lie behind it? Then switch it ${back}`];
  });
}

/** The number that left its usual the farthest, and what is not there to explain it. */
function standsOut(facts: Facts): readonly string[] {
  const metrics = facts.of('metric').filter(({ finding }) => toneOf(finding) === 'bad' && factorOf(finding) > 1.5);
  const [first] = metrics.toSorted((a, b) => factorOf(b.finding) - factorOf(a.finding));
  if (first === undefined) return [];
  const told = facts.of('error-group').length + facts.of('log-group').length > 0;
  return [
    `${metricPeak(first.finding)} is farthest from its usual${since(first.finding)}: ${told ? 'which of the errors began with it?' : 'read the log of that part, and one slow or failed request in it'}`,
  ];
}

/** The minute in which it left its usual for good. */
function since(metric: Metric): string {
  const usual = metric.baseline;
  if (usual === undefined) return '';
  const low = usual.mean - (usual.max - usual.mean);
  const calm = metric.points.findLastIndex(({ value }) => value <= usual.max && value >= low);
  const began = metric.points[calm + 1];
  return began === undefined ? '' : ` since ${began.at.slice(11, 16)} UTC`;
}

/** Those that went live within the hour: convicted of nothing, and the first that a person will ask about. */
function nearCommits(facts: Facts): readonly string[] {
  const near = facts.of('commit').flatMap(({ finding }) => {
    const minutes = finding.live === false ? undefined : minutesBefore(facts, finding.liveAt ?? finding.at);
    return minutes === undefined ? [] : [{ sha: finding.sha.slice(0, 7), minutes, told: finding.diff !== undefined }];
  });
  if (near.length === 0) return [];
  const newest = near.toSorted((a, b) => a.minutes - b.minutes || (a.sha < b.sha ? -1 : 1)).slice(0, COMMITS);
  const names = newest.map(({ sha, minutes }) => `${sha} (${minutes} min before)`).join(', ');
  const rest = near.length > newest.length ? ` and ${near.length - newest.length} more` : '';
  return near.some(({ told }) => !told)
    ? [`read what changed in ${names}${rest}: not every diff was told`]
    : [`${names}${rest}: nothing that is seen to fail is touched there, so take nothing back on its time alone`];
}
