import type { Remedy, RevertAdvice, Suspect } from '../diagnosis.ts';
import { subject } from '../revert-plan.ts';
import type { Facts } from '../rule.ts';
import type { Weighed } from '../suspects.ts';
import { liveRelease } from './live-release.ts';
import { revertRange } from './revert-range.ts';
import { completed, toRevert } from './revert-remedy.ts';
import { schemaSafety } from './schema-safety.ts';
import type { Settled } from './settle.ts';

interface Advice {
  revert: RevertAdvice;
  why: string;
  /** The first hypothesis's remedy, with range and safety where it is a revert. */
  remedy?: Remedy;
}

/** Whether taking the release back helps: only when it brought the first cause and the old code can live with the schema. */
export function adviseRevert(first: Settled | undefined, facts: Facts, { convicted, there }: Weighed, healthy: boolean): Advice {
  const range = revertRange(facts);
  const released = range.length > 0 || facts.of('release').length + facts.of('rollout').length + facts.of('commit').length > 0;
  if (first === undefined && healthy) return unknown('Nothing bad was seen, so there is nothing that taking a release back would mend.');
  if (first === undefined) return unknown('No cause is known yet, so nothing says that taking a release back would help.');
  const ours = readdressable.includes(first.hypothesis.rule) && convicted.length > 0;
  if (first.byRelease === 'no' && !ours) {
    const why = `A revert will not help: no release brought this. ${innocent(facts, range.length, released)}`.trim();
    return released ? { revert: 'useless', why } : unknown(why);
  }
  if (!released) return unknown('No release evidence was read, so it cannot be said whether a release brought this.');
  if (first.byRelease === 'yes' && convicted.length === 0 && liveRelease(facts) === undefined) {
    return { revert: 'useless', why: 'The release that failed is not live, so there is nothing to take back.' };
  }
  const brought = first.byRelease === 'yes' || convicted.length > 0 || cameWithRollout(first, facts);
  if (!brought) {
    const [near] = there;
    if (near !== undefined) return unknown(wasThere(near, facts));
    return facts.of('commit').some(({ finding }) => finding.diff !== undefined)
      ? {
          revert: 'useless',
          why: `No live release touches what fails, so a revert will not help. ${innocent(facts, range.length, true)}`.trim(),
        }
      : unknown('Nothing ties this cause to a live release.');
  }
  const shas = toRevert(range, convicted, facts);
  const { safety, why } = schemaSafety(facts, shas);
  if (safety === 'do-not') {
    const remedy = first.hypothesis.remedy;
    const back = remedy.kind === 'revert' || remedy.kind === 'rollback';
    const forward: Remedy = {
      ...remedy,
      kind: back ? 'roll-forward' : remedy.kind,
      why: `Do not revert: ${why}`,
      commands: back ? [] : remedy.commands,
      range: [],
    };
    return { revert: 'harmful', why: `The release brought it, but the old code cannot live with the schema: ${why}`, remedy: forward };
  }
  return {
    revert: 'helps',
    why: `${helps(convicted, facts)} ${why}`,
    remedy: completed(first.hypothesis.remedy, shas, safety, facts, convicted),
  };
}

function unknown(why: string): Advice {
  return { revert: 'unknown', why };
}

/** `4f1c2ab "Threaded comments" changes the file of app/x.rb:3, but …`. */
function wasThere(near: Suspect, facts: Facts): string {
  const does = near.because[0] ?? 'touches what fails';
  return `${nameOf(near, facts)} ${does}, but nothing shows that what it changed there can bring this: read its diff before you take it back.`;
}

/** `Taking 4f1c2ab "Threaded comments" back helps: it changes app/x.rb:3, where the error is raised.` */
function helps(convicted: readonly Suspect[], facts: Facts): string {
  const [suspect] = convicted;
  if (suspect === undefined) {
    const live = liveRelease(facts);
    return live === undefined
      ? 'Taking the release back helps: the cause came with it.'
      : `Taking release ${live.slice(0, 7)} back helps: the cause came with it.`;
  }
  const does = `it ${suspect.because[0] ?? 'touches what fails'}.`;
  const equals = convicted.slice(1).map((other) => nameOf(other, facts));
  if (equals.length === 0) return `Taking ${nameOf(suspect, facts)} back helps: ${does}`;
  const both = [nameOf(suspect, facts), ...equals].join(' or ');
  return `Taking one of two back helps, ${both}, and the evidence cannot tell which: the revert takes both. Of the first, ${does}`;
}

function nameOf({ sha }: Suspect, facts: Facts): string {
  const message = facts.of('commit').find(({ finding }) => finding.sha === sha)?.finding.message;
  const title = subject(message ?? '');
  return title === '' ? sha.slice(0, 7) : `${sha.slice(0, 7)} "${title}"`;
}

const DAY_MS = 24 * 60 * 60_000;

/** Who is tempted to revert sees the day's releases: all of them are named, not only those since the last quiet one. */
function innocent(facts: Facts, commits: number, released: boolean): string {
  if (!released) return '';
  const until = facts.bundle.onset ?? facts.bundle.openedAt;
  const day = facts.of('release').filter(({ finding: { at } }) => at <= until && Date.parse(until) - Date.parse(at) <= DAY_MS);
  const releases = new Set(day.map(({ finding }) => finding.sha ?? finding.version ?? finding.at)).size;
  if (releases > Math.max(1, commits)) return `None of the ${releases} releases of the day before touches what fails.`;
  return commits === 0 ? '' : `${commits} live ${commits === 1 ? 'commit' : 'commits'} since the last quiet release did not bring it.`;
}

/** The other side is at fault, unless a live commit changed whom or how we call. */
const readdressable: readonly string[] = ['dependency-down', 'cache-down'];

/** The image itself cannot start, so the release that brought it is to blame; memory and probes may fail later for other reasons. */
const neverStarted: readonly string[] = ['config-missing', 'image-pull', 'container-cannot-start'];

const startRules: readonly string[] = [
  'config-missing',
  'image-pull',
  'container-cannot-start',
  'out-of-memory',
  'probe-failing',
  'unschedulable',
  'cluster-policy',
];

/** A container that does not start, in a rollout that is under way or of the very image that was rolled out. */
function cameWithRollout(first: Settled, facts: Facts): boolean {
  if (!startRules.includes(first.hypothesis.rule)) return false;
  const cited = first.grounds.filter((g) => g.from.kind === 'workload').map((g) => g.from.key);
  const workloads = facts.of('workload').filter(({ from }) => cited.includes(from.key));
  return facts.of('rollout').some(({ finding }) => {
    const ofWorkload = workloads.some((w) => w.finding.name.startsWith(finding.deployment) || w.finding.owner === finding.deployment);
    if (finding.state !== undefined && finding.state !== 'complete') return ofWorkload || workloads.length === 0;
    return (
      neverStarted.includes(first.hypothesis.rule) &&
      finding.sha !== undefined &&
      workloads.some((w) => w.finding.sha === finding.sha || (w.finding.image ?? '').includes(finding.sha ?? '\u0000'))
    );
  });
}
