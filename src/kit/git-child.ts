import { spawn } from 'node:child_process';
import { GitTrouble } from '../core/kit/git.ts';
import type { GitRan, GitRun } from './git-run.ts';

const ERROR_BYTES = 16_384;
/** Time to take its lock files away, which would stop every later fetch, and half a pack. */
const FAREWELL_MS = 1_000;

/** Always on: the mirror has no hooks, signs nothing, prints paths as they are, and never asks a person. */
const fixed = ['core.hooksPath=/dev/null', 'core.quotePath=false', 'commit.gpgSign=false', 'gc.auto=0', 'maintenance.auto=false'];
const slow = ['http.lowSpeedLimit=500', 'http.lowSpeedTime=20', 'protocol.ext.allow=never'];
const config = [...fixed, ...slow].flatMap((pair) => ['-c', pair]);

/** Git as a child. The signal ends it. `born` hears its process group. */
export function gitChild(run: GitRun, signal: AbortSignal, born: (pid: number) => void = () => undefined): Promise<GitRan> {
  const { env, timeoutMs = 20_000, maxBytes = 16 * 1024 * 1024 } = run;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(timedOut('stopped before git started', signal.reason));
    // A process group of its own: a hanging transfer is a grandchild, and must go with git.
    const child = spawn('git', [...config, ...run.args], { cwd: run.cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    if (child.pid !== undefined) born(child.pid);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let size = 0;
    let cut = false;
    let ended: 'timeout' | 'aborted' | undefined;
    let farewell: NodeJS.Timeout | undefined;
    const end = () => {
      signalGroup(child.pid, 'SIGTERM');
      farewell ??= setTimeout(() => signalGroup(child.pid, 'SIGKILL'), FAREWELL_MS);
    };
    const timer = setTimeout(() => {
      ended = 'timeout';
      end();
    }, timeoutMs);
    const onAbort = () => {
      ended = 'aborted';
      end();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      if (farewell === undefined) return;
      clearTimeout(farewell);
      // Git is gone; what it started may have heard nothing.
      signalGroup(child.pid, 'SIGKILL');
    };
    child.stdout.on('data', (chunk: Buffer) => {
      const room = maxBytes - size;
      if (room > 0) out.push(chunk.subarray(0, room));
      size += chunk.length;
      if (size > maxBytes && !cut) {
        cut = true;
        end();
      }
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (err.length < 64) err.push(chunk.subarray(0, ERROR_BYTES));
    });
    // Git may end before it has read its input: its exit code says so, not the broken pipe.
    child.stdin.on('error', () => undefined);
    child.stdin.end(run.input ?? '');
    child.on('error', (error: NodeJS.ErrnoException) => {
      settle();
      reject(
        error.code === 'ENOENT'
          ? missing(error)
          : new GitTrouble('broken', `git did not start: ${error.code ?? 'unknown'}`, 'See the log.'),
      );
    });
    child.on('close', (code) => {
      settle();
      if (ended)
        return reject(
          timedOut(
            ended === 'timeout' ? `no answer within ${Math.round(timeoutMs / 1000)} s` : 'stopped: its time was used up',
            signal.reason,
          ),
        );
      resolve({ code: code ?? 1, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString().slice(0, ERROR_BYTES), cut });
    });
  });
}

/** Git and whatever it started. */
export function signalGroup(pid: number | undefined, name: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch (error) {
    // Gone already is what was wanted.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function timedOut(what: string, cause: unknown): GitTrouble {
  return new GitTrouble('timeout', `git: ${what}`, 'Look again; when it stays, try on the bot\'s machine: git ls-remote "$GIT_REMOTE"', {
    cause,
  });
}

function missing(cause: unknown): GitTrouble {
  return new GitTrouble('missing-git', "git is not installed on the bot's machine", 'sudo apt-get install git', { cause });
}
