import { toneOf } from '../bundle.ts';
import type { Finding } from '../evidence.ts';
import { inOrder } from '../facts.ts';
import type { Facts } from '../rule.ts';
import { count } from '../words.ts';
import { metricLine } from './symptoms.ts';

const PER_CHECK = 4;
const LINE_LIMIT = 160;

/** What each check saw, one line a fact; "nothing unusual" is a fact too. */
export function seenLines(facts: Facts): readonly string[] {
  return inOrder(facts.bundle.evidence).flatMap(({ check, outcome }) => {
    if (outcome.status === 'blind') return [];
    const findings = (outcome.findings ?? []).filter((f) => toneOf(f) !== 'normal');
    if (findings.length === 0) return [`${check}: nothing unusual`];
    const lines = findings.map((f) => badLine(f)).toSorted();
    const shown = [...new Set(lines)].slice(0, PER_CHECK).map((line) => `${check}: ${line}`);
    return findings.length > PER_CHECK ? [...shown, `${check}: and ${findings.length - PER_CHECK} more`] : shown;
  });
}

/** One finding in one line. */
export function badLine(finding: Finding): string {
  return lineOf(finding).slice(0, LINE_LIMIT);
}

function lineOf(finding: Finding): string {
  switch (finding.kind) {
    case 'error-group':
      return `${finding.title}${finding.count === undefined ? '' : ` (${finding.count}×)`}`;
    case 'error-rate':
      return `errors up to ${count(finding.points.reduce((max, p) => Math.max(max, p.count), 0))} a minute`;
    case 'metric':
      return metricLine(finding);
    case 'query-group':
      return `${finding.threads} × ${finding.fingerprint}`;
    case 'lock-wait':
      return `${finding.waiters ?? 'some'} wait for a ${finding.lock} lock${finding.table === undefined ? '' : ` on ${finding.table}`}`;
    case 'connections':
      return finding.refused ? 'the server refuses connections' : `${finding.used ?? '?'} of ${finding.max ?? '?'} connections`;
    case 'workload':
      return `${finding.workload} ${finding.name} ${finding.reason ?? finding.phase ?? ''}${finding.exitCode === undefined ? '' : `, exit ${finding.exitCode}`}`;
    case 'log-group':
      return finding.message;
    case 'rollout':
      return `rollout of ${finding.deployment} ${finding.state ?? ''}${finding.sha === undefined ? '' : ` to ${finding.sha.slice(0, 7)}`}`;
    case 'release':
      return `release ${(finding.sha ?? finding.version ?? '').slice(0, 12)} at ${finding.at} (proves nothing by itself)`;
    case 'commit':
      return `commit ${finding.sha.slice(0, 7)} ${(finding.message ?? '').split('\n')[0] ?? ''}`;
    case 'migration':
      return `migration ${finding.version} ${finding.name ?? ''} ${finding.state ?? ''}`;
    case 'table':
      return `table ${finding.table}${finding.changedAt === undefined ? '' : ` changed ${finding.changedAt}`}`;
    case 'db-event':
      return finding.message;
    case 'flag':
      return `flag ${finding.name} ${finding.from ?? '?'} → ${finding.to ?? '?'}`;
    case 'note':
      return finding.text;
    default:
      return 'something this version does not know';
  }
}
