import { getCompileCacheDir } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { GitTrouble, type GitTroubleKind } from '../core/kit/git.ts';
import { signalGroup } from './git-child.ts';
import type { GitRan, GitRun } from './git-run.ts';

/** What the thread is told, and what it answers. */
export type ToGit = { id: number; run: GitRun } | { id: number; stop: true };
export type FromGit = { id: number; pid: number } | Answer;
export type Answer = { id: number; ran: GitRan } | { id: number; trouble: { kind: GitTroubleKind; message: string; fix: string } };

interface Waiting {
  resolve: (ran: GitRan) => void;
  reject: (error: unknown) => void;
  pid?: number;
}

const WORKER = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './git-worker.ts' : './git-worker.js', import.meta.url));
/** A thread has no compile cache unless it asks for one, and would keep the whole compiler of types in memory: 20 MB. */
const BEGIN = `
const { cache, entry } = require('node:worker_threads').workerData;
if (cache) require('node:module').enableCompileCache(cache);
require(entry);
`;
/** An idle thread costs memory, a new one a tenth of a second. */
const IDLE_MS = 15_000;
const waiting = new Map<number, Waiting>();
let worker: Worker | undefined;
let idle: NodeJS.Timeout | undefined;
let last = 0;

/**
 * Runs git from a thread of its own: to start a process holds the thread that does it until the process runs, on a busy machine for
 * hundreds of milliseconds, and alerts and clicks must be answered meanwhile.
 */
export function inThread(run: GitRun, signal: AbortSignal): Promise<GitRan> {
  if (signal.aborted)
    return Promise.reject(new GitTrouble('timeout', 'git: stopped before git started', 'Look again.', { cause: signal.reason }));
  const id = ++last;
  const { promise, resolve, reject } = Promise.withResolvers<GitRan>();
  waiting.set(id, { resolve, reject });
  clearTimeout(idle);
  const to = started();
  to.ref();
  to.postMessage({ id, run } satisfies ToGit);
  const stop = () => to.postMessage({ id, stop: true } satisfies ToGit);
  signal.addEventListener('abort', stop, { once: true });
  return promise.finally(() => {
    signal.removeEventListener('abort', stop);
    waiting.delete(id);
    if (waiting.size === 0) rest(to);
  });
}

/** An idle thread keeps no process alive, and ends after a while. */
function rest(thread: Worker): void {
  thread.unref();
  clearTimeout(idle);
  idle = setTimeout(() => {
    if (worker === thread) worker = undefined;
    // Its end is no loss to those who ask the next one.
    thread.removeAllListeners('exit');
    void thread.terminate();
  }, IDLE_MS).unref();
}

function started(): Worker {
  if (worker) return worker;
  const made = new Worker(BEGIN, { eval: true, workerData: { cache: getCompileCacheDir(), entry: WORKER } });
  made.on('message', (answer: FromGit) => {
    const one = waiting.get(answer.id);
    if ('pid' in answer) {
      if (one) one.pid = answer.pid;
    } else if ('ran' in answer) one?.resolve(answer.ran);
    else one?.reject(new GitTrouble(answer.trouble.kind, answer.trouble.message, answer.trouble.fix));
  });
  const lost = (cause: unknown) => {
    if (worker === made) worker = undefined;
    for (const one of waiting.values()) one.reject(new GitTrouble('broken', 'the thread that runs git ended', 'Look again.', { cause }));
  };
  made.once('error', lost);
  made.once('exit', lost);
  worker = made;
  process.off('exit', orphanNobody).once('exit', orphanNobody);
  return made;
}

/** However this process ends: no git that it began fetches on behind the next one's back. */
function orphanNobody(): void {
  for (const { pid } of waiting.values()) signalGroup(pid, 'SIGTERM');
}
