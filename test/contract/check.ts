import { describe, expect, onTestFinished, test } from 'vitest';
import type { Check, Look, Scope } from '../../src/core/check.ts';
import type { Outcome } from '../../src/core/evidence.ts';
import { lookOne } from '../../src/walk/look.ts';
import { movingClock } from '../support/moving-clock.ts';
import { type Answer, type Asked, nobody, type StandIn, standIn } from './stand-in.ts';

/** Every mood in which a source may be met, and what a check must make of it. An answer in a shape we do not know is blind, never quiet. */
const wanted = {
  trouble: 'found',
  calm: 'quiet',
  /** Nobody listens. */
  refused: 'blind',
  /** Never answers. */
  slow: 'blind',
  /** A maintenance page with status 200; bytes of another protocol. */
  garbage: 'blind',
  /** Half an answer, then the connection is gone. */
  truncated: 'blind',
  /** An answer without content. */
  empty: 'blind',
  /** The credential is wrong or lacks a right. */
  unauthorised: 'blind',
  rateLimited: 'blind',
} as const satisfies Record<string, Outcome['status']>;

export type Mood = keyof typeof wanted;

/** A check that was built against a source in one mood. */
export interface Rigged {
  check: Check;
  scope?: Partial<Scope>;
  close: () => Promise<void>;
}

export interface Rig {
  build: (mood: Mood) => Promise<Rigged>;
  /** Everything that must never come back: our credentials, SQL literals, people's data that the answers hold. */
  secrets: readonly string[];
  /** Moods that this source does not have, e.g. a database has no rate limit. */
  without?: readonly Mood[];
}

export const aScope: Scope = {
  environment: 'production',
  openedAt: '2026-11-21T20:31:00.000Z',
  now: '2026-11-21T20:32:00.000Z',
  lean: false,
  known: [],
};

/** Long enough for loopback on a busy machine, short enough to wait for. */
const BUDGET_MS = 1_000;

/** What every check owes, whatever it asks. Each check's test calls this with a rig of its source. */
export function checkContract(name: string, rig: Rig): void {
  const moods = (Object.keys(wanted) as Mood[]).filter((mood) => !rig.without?.includes(mood));

  async function rigged(mood: Mood): Promise<{ check: Check; scope: Scope }> {
    const built = await rig.build(mood);
    onTestFinished(built.close);
    return { check: built.check, scope: { ...aScope, ...built.scope } };
  }

  describe(`${name} keeps the contract of a check`, () => {
    test.each(moods)('%s', async (mood) => {
      const { check, scope } = await rigged(mood);
      const look = await check.look(scope, AbortSignal.timeout(mood === 'slow' ? BUDGET_MS / 4 : check.budgetMs));
      expect(look.outcome.status, JSON.stringify(look.outcome)).toBe(wanted[mood]);
      expectWords(look);
      expectNoSecret(look, rig.secrets);
    });

    test('stays inside its budget when the source hangs, and the walk agrees', async () => {
      const { check, scope } = await rigged('slow');
      const clock = movingClock(scope.now);
      const { evidence } = await lookOne({ ...check, budgetMs: BUDGET_MS / 4 }, scope, clock, new AbortController().signal);
      expect(evidence.outcome.status).toBe('blind');
    });

    test('stops when it is cancelled', async () => {
      const { check, scope } = await rigged('slow');
      const cancel = new AbortController();
      const looking = check.look(scope, cancel.signal);
      cancel.abort();
      await expect(looking).resolves.toMatchObject({ outcome: { status: 'blind' } });
    });

    test('a look after the first says the same', async () => {
      const { check, scope } = await rigged('trouble');
      const first = await lookOne(check, scope, movingClock(scope.now), new AbortController().signal);
      const look = await check.look({ ...scope, lean: true, known: [first.evidence] }, AbortSignal.timeout(check.budgetMs));
      expect(look.outcome.status).toBe('found');
      expectNoSecret(look, rig.secrets);
    });

    test('doctor is content when all is well', async () => {
      const { check } = await rigged('calm');
      const lines = await check.verify(AbortSignal.timeout(check.budgetMs));
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.filter((line) => line.required && !line.ok)).toEqual([]);
    });

    const sick = (['refused', 'slow', 'garbage', 'unauthorised'] as const).filter((mood) => moods.includes(mood));
    test.each(sick)('doctor names what is wrong in the words of the blind answer: %s', async (mood) => {
      const { check, scope } = await rigged(mood);
      // Only a source that hangs uses its time up: the others answer at once, and a busy machine must not cut them off.
      const budget = mood === 'slow' ? BUDGET_MS / 4 : check.budgetMs;
      const { outcome } = await check.look(scope, AbortSignal.timeout(budget));
      const lines = await check.verify(AbortSignal.timeout(budget));
      const wrong = lines.filter((line) => line.required && !line.ok);
      expect(wrong.length).toBeGreaterThan(0);
      expectNoSecret(lines, rig.secrets);
      if (mood === 'unauthorised') expect(wrong.map((line) => line.fix)).toContain(outcome.status === 'blind' ? outcome.fix : '');
    });
  });
}

/** A blind answer says why and what to do; a found one has something bad or changed in it. */
function expectWords({ outcome }: Look): void {
  if (outcome.status === 'blind') {
    expect(outcome.why).toMatch(/\w{3}/);
    expect(outcome.fix).toMatch(/\w{3}/);
  }
  if (outcome.status === 'found') expect(outcome.findings.some((f) => f.tone !== 'normal')).toBe(true);
  if (outcome.status === 'quiet') expect((outcome.findings ?? []).filter((f) => f.tone === 'bad')).toEqual([]);
}

function expectNoSecret(returned: unknown, secrets: readonly string[]): void {
  const text = JSON.stringify(returned);
  for (const secret of secrets) expect(text).not.toContain(secret);
}

/** An HTTP source in a mood: `healthy` answers for trouble and calm, the rest misbehaves as that mood does. Returns the address. */
export async function httpInMood(
  mood: Mood,
  healthy: (asked: Asked) => Answer,
  refusals: { unauthorised: Answer; rateLimited: Answer },
): Promise<StandIn> {
  if (mood === 'refused') return { url: await nobody(), asked: [], close: async () => {} };
  return standIn((asked) => {
    if (mood === 'slow') return 'hang';
    if (mood === 'garbage') return { body: '<html><title>Down for maintenance</title></html>' };
    if (mood === 'truncated') return halved(healthy(asked));
    if (mood === 'empty') return { body: '' };
    if (mood === 'unauthorised' || mood === 'rateLimited') return refusals[mood];
    return healthy(asked);
  });
}

function halved(answer: Answer): Answer {
  return typeof answer === 'string' || 'half' in answer ? answer : { half: answer };
}
