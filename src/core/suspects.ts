/** Which commits brought the trouble: by what their diffs touch, never by their time alone. */
import type { Hypothesis, Suspect } from './diagnosis.ts';
import type { Commit } from './evidence.ts';
import type { Facts } from './rule.ts';
import { type Change, changeOf } from './suspects/change.ts';
import { type Clues, cluesOf } from './suspects/clues.ts';
import { habitsOf } from './suspects/habits.ts';
import { hasPiece } from './suspects/literals.ts';
import { outside } from './suspects/outside.ts';
import { rarityOf } from './suspects/rarity.ts';
import { joined, type Seen, signsOf } from './suspects/score.ts';
import { service } from './suspects/service-sign.ts';
import type { Rarity, Sign } from './suspects/sign.ts';
import { takesBack, undoneBy } from './suspects/undone.ts';

/** Below it nobody is convicted, except one that fits while nobody else does. */
const CONVICTS = 0.5;
const ALONE = 0.4;
/** Something else changed at that minute, too: then fitting is not enough. */
const BESIDES = 0.65;
/** A commit this far behind the first is not named beside it. */
const BESIDE = 0.93;
/** Without a hard sign the first must stand out by this much: fitting by nature alone, several commits fit. */
const STANDS_OUT = 0.07;
const FAR = 0.72;
const FITS = 0.25;
/** Only at the place, without a sign of what it does there. */
const ONLY_THERE = 0.6;
const NEAR_MS = 15 * 60_000;
const BEHIND_MS = 6 * 3_600_000;
/** Of all diffs together, shared out; a commit's most telling lines stand early where the diff is told by files. */
const ALL_CHARS = 800_000;
const LEAST_CHARS = 1_600;
const MOST = 2;
/** A revert restores what ran before. */
const RESTORES = 0.6;
/** Another commit changed the same line later. */
const WRITTEN_OVER = 0.85;
/** It lay behind a switch that another one turned on. */
const SLEPT = 0.8;
/** Clocks differ, and a symptom is dated by the minute. */
const SLACK_MS = 3 * 60_000;

/**
 * Only commits that the engine would convict, surest first; empty when none. A commit is live before the onset or nobody's suspect; the
 * newer of two that fit alike goes first, but time alone convicts nobody.
 */
export function suspects(facts: Facts, hypotheses: readonly Hypothesis[]): readonly Suspect[] {
  return weighCommits(facts, hypotheses).convicted;
}

export interface Weighed {
  convicted: readonly Suspect[];
  /** Changed the place that fails, but nothing of it can have brought what is seen: innocent as far as anybody can tell. */
  there: readonly Suspect[];
}

/** Those convicted, and those who were merely there. */
export function weighCommits(facts: Facts, hypotheses: readonly Hypothesis[]): Weighed {
  const clues = cluesOf(facts, hypotheses);
  if (clues.none) return { convicted: [], there: [] };
  const before = liveBefore(facts, clues);
  const from = hypotheses.find((h) => h.confidence !== 'possible');
  const share = Math.max(LEAST_CHARS, Math.floor(ALL_CHARS / Math.max(1, before.length)));
  const candidates = switched(before, from, facts).map((commit) => changeOf(commit, share));
  const literals = [...clues.literals.keys()];
  const seen = candidates.map((change) => ({
    change,
    pieces: literals.filter((text) => hasPiece(change.text, text)),
    habits: habitsOf(change, clues.families),
    place: service(change, clues),
  }));
  const rarity = rarityOf(seen);
  const scored = asleep(newestOfLine(seen.map((one) => scoreOf(one, clues, rarity, facts, allOf(facts))))).toSorted(
    (a, b) => b.score - a.score || (a.change.commit.sha < b.change.commit.sha ? -1 : 1),
  );
  const there = clues.outside ? [] : scored.filter(({ tells, score }) => !tells && score >= CONVICTS * ONLY_THERE);
  return { convicted: convictedOf(scored, clues, from, facts), there: there.slice(0, MOST).map(suspectOf) };
}

function convictedOf(scored: readonly Scored[], clues: Clues, from: Hypothesis | undefined, facts: Facts): readonly Suspect[] {
  const elsewhere = from !== undefined && outside.has(from.rule) ? from.confidence : undefined;
  const rivals = rivalsOf(facts);
  const [first, second] = scored;
  if (!first) return [];
  const hard = first.signs.some((s) => s.hard);
  const next = second?.score ?? 0;
  if (elsewhere === 'confirmed' && (first.score < 0.8 || !hard)) return [];
  if (elsewhere === 'likely' && first.score < 0.7) return [];
  if (rivals && !hard && first.score < BESIDES) return [];
  // About the same words and in the same place is not enough: what the change does must fit.
  if (!first.tells) return [];
  const does = first.signs.some((s) => s.nature === true && s.p > ALONE);
  if (first.score < CONVICTS && ((clues.outside && !does) || first.score < ALONE || next > first.score * FAR)) return [];
  if (!hard && first.score - next < STANDS_OUT) return [];
  const alike = scored.filter(({ tells, score }) => tells && (score >= Math.max(CONVICTS, first.score * BESIDE) || score === first.score));
  // One of two may be taken back with the other; of three or more nobody knows.
  return alike.length > MOST ? [] : alike.map(suspectOf);
}

function suspectOf({ change, score, signs }: Scored): Suspect {
  return { sha: change.commit.sha, score: Math.round(score * 100) / 100, because: words(signs) };
}

function allOf(facts: Facts): readonly Commit[] {
  return facts.of('commit').map(({ finding }) => finding);
}

/** Code that a switch woke is told by the switch. */
function asleep(scored: readonly Scored[]): readonly Scored[] {
  const woken = scored.find(({ signs }) => signs.some((s) => s.turnsOn))?.change.commit;
  if (woken === undefined) return scored;
  const from = Date.parse(liveAt(woken) ?? '') - BEHIND_MS;
  return scored.map((one) => (Date.parse(liveAt(one.change.commit) ?? '') < from ? { ...one, score: one.score * SLEPT } : one));
}

/** Code that lay behind a switch for hours did nothing until somebody threw it. */
function switched(commits: readonly Commit[], from: Hypothesis | undefined, facts: Facts): readonly Commit[] {
  const onset = onsetOf(facts);
  if (from?.rule !== 'flag-change' || onset === undefined) return commits;
  return commits.filter((commit) => Date.parse(onset) - Date.parse(liveAt(commit) ?? '') <= BEHIND_MS);
}

/** A switch that was thrown, or a database that failed over, right before the onset explains as well as a commit that merely fits. */
function rivalsOf(facts: Facts): boolean {
  const onset = onsetOf(facts);
  if (onset === undefined) return false;
  const near = (at: string | undefined) => at !== undefined && Math.abs(Date.parse(onset) - Date.parse(at)) <= NEAR_MS;
  return (
    facts.of('flag').some(({ finding }) => near(finding.at)) ||
    facts.of('db-event').some(({ finding }) => finding.tone === 'bad' && near(finding.at))
  );
}

interface Scored {
  change: Change;
  score: number;
  signs: readonly Sign[];
  /** What it does can bring what is seen; the others were merely there. */
  tells: boolean;
}

function scoreOf(seen: Seen, clues: Clues, rarity: Rarity, facts: Facts, all: readonly Commit[]): Scored {
  const { change } = seen;
  const signs = signsOf(seen, clues, rarity).toSorted((a, b) => b.p - a.p);
  const back = takesBack(change.commit, all) ? RESTORES : 1;
  const tells = signs.some((s) => s.nature === true && s.p >= FITS);
  return { change, signs, tells, score: joined(signs) * prior(change.commit, facts) * back * (tells ? 1 : ONLY_THERE) };
}

/** Of several that changed the very line, the newest wrote what stands there now. */
function newestOfLine(scored: readonly Scored[]): readonly Scored[] {
  const exact = scored.filter(({ signs }) => signs.some((s) => s.exact));
  const newest = exact.toSorted((a, b) => ((liveAt(a.change.commit) ?? '') < (liveAt(b.change.commit) ?? '') ? 1 : -1))[0];
  const isNewest = (one: Scored) => newest === undefined || liveAt(one.change.commit) === liveAt(newest.change.commit);
  return scored.map((one) => (exact.includes(one) && !isNewest(one) ? { ...one, score: one.score * WRITTEN_OVER } : one));
}

/** A weak word for what went live shortly before; a leak or a growing table may take days. */
function prior(commit: Commit, facts: Facts): number {
  const at = liveAt(commit);
  const onset = onsetOf(facts);
  if (at === undefined || onset === undefined) return 0.95;
  const hours = (Date.parse(onset) - Date.parse(at)) / 3_600_000;
  return hours <= 2 ? 1 : hours <= 24 ? 0.95 : hours <= 7 * 24 ? 0.88 : hours <= 21 * 24 ? 0.7 : 0.5;
}

function liveBefore(facts: Facts, clues: Clues): readonly Commit[] {
  const onset = onsetOf(facts);
  const end = onset === undefined ? Number.POSITIVE_INFINITY : Date.parse(onset) + SLACK_MS;
  const all = unique(facts.of('commit').map(({ finding }) => finding));
  const inTime = all.filter((commit) => {
    if (commit.live === false) return clues.shas.some((s) => commit.sha.startsWith(s.sha));
    const at = liveAt(commit);
    return at === undefined || Number.isNaN(Date.parse(at)) || Date.parse(at) <= end;
  });
  const undone = undoneBy(inTime.filter((c) => c.live !== false));
  return inTime.filter((commit) => !undone.has(commit.sha));
}

function unique(commits: readonly Commit[]): readonly Commit[] {
  return [...new Map(commits.map((c) => [c.sha, c])).values()];
}

function liveAt(commit: Commit): string | undefined {
  return commit.liveAt ?? commit.at;
}

/** When the symptoms began, as far as anybody says. */
function onsetOf(facts: Facts): string | undefined {
  const told =
    facts.bundle.onset ??
    facts
      .of('error-rate')
      .map(({ finding }) => finding.onset)
      .find((o) => o !== undefined);
  return told ?? (facts.bundle.alert?.startedAt || facts.bundle.openedAt || undefined);
}

function words(signs: readonly Sign[]): readonly string[] {
  return signs
    .filter((s) => s.p >= 0.1)
    .slice(0, 4)
    .map((s) => s.says);
}
