import { parentPort } from 'node:worker_threads';
import { GitTrouble } from '../core/kit/git.ts';
import { gitChild } from './git-child.ts';
import type { Answer, FromGit, ToGit } from './git-thread.ts';

/** The thread that starts git for the whole process. */
const running = new Map<number, AbortController>();

parentPort?.on('message', (told: ToGit) => {
  if ('stop' in told) return running.get(told.id)?.abort();
  const { id, run } = told;
  const stop = new AbortController();
  running.set(id, stop);
  gitChild(run, stop.signal, (pid) => parentPort?.postMessage({ id, pid } satisfies FromGit))
    .then(
      (ran): Answer => ({ id, ran }),
      (error: unknown): Answer => ({ id, trouble: troubleOf(error) }),
    )
    .then((answer) => {
      running.delete(id);
      parentPort?.postMessage(answer);
    });
});

function troubleOf(error: unknown): Extract<FromGit, { trouble: unknown }>['trouble'] {
  if (error instanceof GitTrouble) return { kind: error.kind, message: error.message, fix: error.fix };
  return { kind: 'broken', message: 'git could not be run', fix: 'See the log.' };
}
