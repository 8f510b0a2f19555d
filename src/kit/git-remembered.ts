import type { GitRan } from './git-run.ts';

/** Larger answers are asked for again: those of three hundred are held at most. */
const KEPT_BYTES = 64 * 1024;
const KEPT = 300;

/**
 * Asks once what never changes, as everything that full shas alone decide: several incidents look at the same time, and each git is a process.
 * Only what succeeded is kept; a failure is shared by those who waited for it, and then forgotten.
 */
export function remembered(ask: (args: readonly string[], maxBytes: number | undefined) => Promise<GitRan>): typeof ask {
  const known = new Map<string, Promise<GitRan>>();
  return (args, maxBytes) => {
    const key = JSON.stringify([args, maxBytes]);
    const before = known.get(key);
    if (before) return before;
    const answer = ask(args, maxBytes);
    known.set(key, answer);
    const [oldest] = known.keys();
    if (known.size > KEPT && oldest !== undefined) known.delete(oldest);
    answer.then(
      (ran) => {
        if (ran.code !== 0 || ran.cut || ran.out.length > KEPT_BYTES) known.delete(key);
      },
      () => known.delete(key),
    );
    return answer;
  };
}
