/** Runs git with fixed arguments: no shell, no prompt, nobody's configuration, a limit on time and output. */
import { inThread } from './git-thread.ts';

export interface GitRun {
  args: readonly string[];
  cwd?: string;
  env?: Readonly<Record<string, string>>;
  timeoutMs?: number;
  /** What comes beyond is dropped and git is ended: `cut` is then true. */
  maxBytes?: number;
  input?: string;
}

export interface GitRan {
  code: number;
  out: string;
  err: string;
  cut: boolean;
}

export type RunGit = (run: GitRun, signal: AbortSignal) => Promise<GitRan>;

/** All gits of one kit. */
export interface GitWork {
  during: <T>(run: (ended: AbortSignal) => Promise<T>) => Promise<T>;
  /** Ends them, and resolves when they are gone. What would run afterwards is refused. */
  end: () => Promise<void>;
}

export function gitWork(): GitWork {
  const stop = new AbortController();
  const running = new Set<Promise<unknown>>();
  return {
    during(run) {
      const work = run(stop.signal).finally(() => running.delete(work));
      running.add(work);
      return work;
    },
    async end() {
      stop.abort(new Error('the bot is closing'));
      await Promise.allSettled(running);
    },
  };
}

/** Variables of the machine that git needs to reach the remote; nothing else of the environment is handed on. */
const kept = [
  'PATH',
  'SSH_AUTH_SOCK',
  'TMPDIR',
  'HTTPS_PROXY',
  'https_proxy',
  'HTTP_PROXY',
  'http_proxy',
  'NO_PROXY',
  'no_proxy',
  'ALL_PROXY',
];
const trust = ['SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_SSL_CAINFO', 'GIT_SSH_COMMAND'];

/** `home` is a folder of ours: no `~/.gitconfig`, no credential helper of the machine is read. */
export function gitRunner(machine: Readonly<Record<string, string | undefined>>, home: string, work: GitWork): RunGit {
  const own = Object.fromEntries([...kept, ...trust].flatMap((name) => (machine[name] === undefined ? [] : [[name, machine[name]]])));
  const env = {
    PATH: '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin',
    GIT_SSH_COMMAND: 'ssh -oBatchMode=yes -oConnectTimeout=10',
    ...own,
    HOME: home,
    XDG_CONFIG_HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: 'true',
    SSH_ASKPASS: 'true',
    GIT_OPTIONAL_LOCKS: '0',
    LC_ALL: 'C',
  };
  return (run, signal) => work.during((ended) => inThread({ ...run, env: { ...env, ...run.env } }, AbortSignal.any([signal, ended])));
}
