import { toneOf } from '../bundle.ts';
import type { Suspect } from '../diagnosis.ts';
import type { Commit } from '../evidence.ts';
import { subject } from '../revert-plan.ts';
import type { Facts, Ground, Seen } from '../rule.ts';
import { ground, remedy } from '../rules/write.ts';
import { fileKind, isHarmless } from '../suspects/file-kind.ts';
import { badLine } from './seen-lines.ts';
import type { Settled } from './settle.ts';

const SYMPTOMS = 2;
const kinds = ['error-group', 'log-group', 'workload', 'query-group', 'lock-wait', 'metric', 'connections'] as const;

/**
 * The change itself as the cause, where no rule names a mechanism: what its diff does and the trouble that such a change brings are two
 * signs. Undefined when nothing bad was seen that could cite the second.
 */
export function changeCause(suspect: Suspect, commit: Seen<Commit>, facts: Facts): Settled | undefined {
  const { sha, message = '', files = [] } = commit.finding;
  const does = suspect.because[0] ?? 'touches what fails';
  const short = sha.slice(0, 7);
  const title = subject(message);
  const named = title === '' ? short : `${short} "${title}"`;
  const symptoms = symptomsOf(facts);
  if (symptoms.length === 0) return undefined;
  const grounds = [ground(`${short} ${does}`, commit, 'sign', 'diff'), ...symptoms];
  const live = commit.finding.liveAt;
  const rule = ruleOf(files);
  return {
    hypothesis: {
      rule,
      cause: `${named} brought it: it ${does}`,
      confidence: 'likely',
      because: grounds.map(({ text, from }) => ({ text, from })),
      against: ['the same trouble before this commit was live'],
      facts: { sha, ...(files[0] === undefined ? {} : { file: files.find((path) => !isHarmless(path)) ?? files[0] }) },
      remedy: remedy('revert', `${short} ${does}`),
      next: [
        `read ${short} once more: it ${does}`,
        rule === 'config-change' ? 'put the old setting back, or revert the commit' : 'revert it, then watch whether the symptoms recede',
      ],
      chain: [live === undefined ? `${named} is live` : `${named} is live since ${live.slice(11, 16)} UTC`, `It ${does}`],
    },
    grounds,
    explains: [],
    touches: [],
    information: false,
    capped: false,
    byRelease: 'yes',
  };
}

function ruleOf(files: readonly string[]): string {
  const matter = files.filter((path) => !isHarmless(path));
  const all = (test: (path: string) => boolean) => matter.length > 0 && matter.every(test);
  if (all((path) => fileKind(path) === 'dependency')) return 'dependency-change';
  return all((path) => fileKind(path) === 'config') ? 'config-change' : 'code-change';
}

function symptomsOf(facts: Facts): readonly Ground[] {
  return kinds
    .flatMap((kind) => facts.of(kind).filter(({ finding }) => toneOf(finding) === 'bad'))
    .slice(0, SYMPTOMS)
    .map((seen) => ground(badLine(seen.finding), seen, 'sign', 'symptom'));
}
