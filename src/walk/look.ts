import type { Check, Look, Scope } from '../core/check.ts';
import type { Clock } from '../core/clock.ts';
import type { Evidence } from '../core/evidence.ts';

/** What came of one check: the evidence, and what it cost its source. */
export interface Answer {
  evidence: Evidence;
  cost: Readonly<Record<string, number>>;
}

/** Aborts when the milliseconds of this check's budget are used up: in real time, unless the caller counts otherwise. */
export type TimeLimit = (ms: number, check: string) => AbortSignal;

const realTime: TimeLimit = (ms) => AbortSignal.timeout(ms);

/**
 * Asks all checks at once, each within its own budget; whatever goes wrong becomes evidence and nothing is thrown.
 * A check with `ready` waits for the answers it needs, at most until all others have answered; one with `revise` may answer again.
 * Lean is the question only for a check that has answered before: one that was blind is asked everything as soon as it can see.
 */
export async function lookAll(
  checks: readonly Check[],
  scope: Omit<Scope, 'known' | 'now'>,
  before: readonly Evidence[],
  clock: Clock,
  signal: AbortSignal,
  answered: (answer: Answer) => Promise<void>,
  timeLimit: TimeLimit = realTime,
): Promise<void> {
  const fresh: Evidence[] = [];
  const costs = new Map<string, Answer['cost']>();
  let waiting = checks.filter((c) => c.ready);
  const running = new Set<Promise<void>>();
  const start = (check: Check) => {
    const known = newest(before, fresh);
    const lean = scope.lean && before.some((e) => e.check === check.name && hasSeen(e));
    const run = lookOne(check, { ...scope, lean, now: clock.now().toISOString(), known }, clock, signal, timeLimit)
      .then(async (answer) => {
        fresh.push(answer.evidence);
        costs.set(check.name, answer.cost);
        await answered(answer);
        await revised(checks, fresh, before, (evidence) => answered({ evidence, cost: costs.get(evidence.check) ?? {} }));
      })
      .finally(() => running.delete(run));
    running.add(run);
  };
  for (const check of checks) if (!check.ready) start(check);
  while (running.size > 0 || waiting.length > 0) {
    const due = waiting.filter((c) => running.size === 0 || c.ready?.(fresh));
    // One at a time when nothing else runs: the first one's answer may make the others ready.
    const next = running.size === 0 ? due.slice(0, 1) : due;
    waiting = waiting.filter((c) => !next.includes(c));
    for (const check of next) start(check);
    await Promise.race(running);
  }
}

/** Blind with findings has seen a part, and keeps to it. */
function hasSeen({ outcome }: Evidence): boolean {
  return outcome.status !== 'blind' || (outcome.findings ?? []).length > 0;
}

function newest(before: readonly Evidence[], fresh: readonly Evidence[]): readonly Evidence[] {
  return [...before.filter((e) => !fresh.some((f) => f.check === e.check)), ...fresh];
}

/** Each answer that is worth something else beside the newest one. */
async function revised(
  checks: readonly Check[],
  fresh: Evidence[],
  before: readonly Evidence[],
  answered: (evidence: Evidence) => Promise<void>,
): Promise<void> {
  for (const [i, own] of fresh.entries()) {
    const outcome = checks.find((c) => c.name === own.check)?.revise?.(own, newest(before, fresh));
    if (!outcome) continue;
    fresh[i] = { ...own, outcome };
    await answered({ ...own, outcome });
  }
}

/** Runs one check inside its budget. */
export async function lookOne(
  check: Check,
  scope: Scope,
  clock: Clock,
  cancel: AbortSignal,
  timeLimit: TimeLimit = realTime,
): Promise<Answer> {
  const started = performance.now();
  const at = clock.now().toISOString();
  const budget = timeLimit(check.budgetMs, check.name);
  const signal = AbortSignal.any([budget, cancel]);
  const look = await inTime(check, scope, signal).catch(
    (error: unknown): Look => ({ outcome: blindBecause(check, error, budget.aborted) }),
  );
  const { outcome, asOf, scope: seen, cost = {} } = look;
  const tookMs = Math.round(performance.now() - started);
  const evidence = {
    check: check.name,
    at,
    ...(asOf === undefined ? {} : { asOf }),
    ...(seen === undefined ? {} : { scope: seen }),
    tookMs,
    outcome,
  };
  return { evidence, cost };
}

/** A check that does not heed its signal must not hold the look. */
function inTime(check: Check, scope: Scope, signal: AbortSignal): Promise<Look> {
  const { promise: spent, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  const answer = Promise.resolve().then(() => check.look(scope, signal));
  return Promise.race([answer, spent]).finally(() => signal.removeEventListener('abort', stop));
}

function blindBecause(check: Check, error: unknown, spent: boolean): Look['outcome'] {
  if (spent) {
    return {
      status: 'blind',
      why: `no answer within ${check.budgetMs / 1000} s`,
      fix: `See whether it is up and can be reached from here: npm run -s pulaski -- doctor`,
    };
  }
  const why = error instanceof Error ? error.message : String(error);
  return {
    status: 'blind',
    why: `the check failed: ${why}`,
    fix: 'This is a fault of the bot. Run: npm run -s pulaski -- triage --verbose, and report what it prints',
  };
}
