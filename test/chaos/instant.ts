import { noise } from '../../src/rehearsal/noise.ts';

/** When the bot is ended, counted from the story's beginning. */
export interface Instant {
  /**
   * `request`: the n-th request has reached a neighbour and is not answered. `effect`: the n-th change in Slack happened and its answer never
   * arrives. `form`: the n-th form was submitted. Then so many real milliseconds later.
   */
  at: 'request' | 'effect' | 'form';
  n: number;
  afterMs: number;
  /** Killed alone or with everything that it started (git); or told to stop, as by a deploy, and given its grace. */
  how: 'process' | 'group' | 'stop';
  /** Story time until it is started again. */
  awaySeconds: number;
}

/** How much there is of each in a story that nobody disturbs, roughly: an instant past the end hits the last words. */
const usual: Readonly<Record<string, Readonly<Record<Instant['at'], number>>>> = {
  iris: { request: 620, effect: 60, form: 2 },
  'lock-pileup': { request: 420, effect: 50, form: 2 },
  'bad-code': { request: 600, effect: 60, form: 2 },
  intercom: { request: 1800, effect: 130, form: 4 },
};

/** The same instant for the same words, anywhere in that story; forms are rare and weigh more, for behind them things are changed. */
export function instantOf(story: string, ...seed: readonly (string | number)[]): Instant {
  const draw = (what: string) => noise('instant', story, ...seed, what);
  const kind = draw('kind');
  const at = kind < 0.4 ? 'request' : kind < 0.7 ? 'effect' : 'form';
  const most = usual[story]?.[at] ?? 100;
  // The beginning has more to lose than the long watch after it.
  const n = 1 + Math.floor(most * draw('n') ** (at === 'form' ? 1 : 1.7));
  return {
    at,
    n,
    afterMs: draw('soon') < 0.4 ? 0 : Math.floor(draw('after') * (at === 'form' ? 1500 : 60)),
    how: draw('how') < 0.5 ? 'process' : 'group',
    awaySeconds: draw('away') < 0.6 ? 0 : Math.floor(draw('long') * 240),
  };
}

/** A deploy while the bot looks: most requests of a story's beginning are its first look's. */
export function deployOf(story: string, ...seed: readonly (string | number)[]): Instant {
  const draw = (what: string) => noise('deploy', story, ...seed, what);
  return {
    at: 'request',
    n: 8 + Math.floor(32 * draw('n')),
    afterMs: draw('soon') < 0.5 ? 0 : Math.floor(60 * draw('after')),
    how: 'stop',
    awaySeconds: Math.floor(30 * draw('long')),
  };
}

export function said({ at, n, afterMs, how, awaySeconds }: Instant): string {
  return `${at} ${n}${afterMs > 0 ? ` + ${afterMs} ms` : ''}, ${how}${awaySeconds > 0 ? `, away ${awaySeconds} s` : ''}`;
}
