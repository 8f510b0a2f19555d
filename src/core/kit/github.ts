/** The few things a revert asks of GitHub. Every call throws `GithubTrouble`. */
export interface GithubRepo {
  /** `owner/name` */
  name: string;
  /** Address for people, `https://github.com/owner/name`. */
  url: string;
  /** What CI says of a commit: statuses and check runs together. */
  ci: (sha: string, signal: AbortSignal) => Promise<{ state: 'passed' | 'running' | 'failed' | 'none'; failed: readonly string[] }>;
  /** Whether the branch is protected, as far as the token may know. */
  isProtected: (branch: string, signal: AbortSignal) => Promise<boolean>;
  /** When the token ends, UTC ISO: GitHub says it with every answer. Undefined before the first, and for a token without end. */
  expires: () => string | undefined;
  findPull: (head: string, base: string, signal: AbortSignal) => Promise<Pull | undefined>;
  /** Answers the one that is open already, if there is one. */
  openPull: (wish: { head: string; base: string; title: string; body: string }, signal: AbortSignal) => Promise<Pull>;
  /** Merges when GitHub allows it now; `sha` must be the head. Waits some seconds while GitHub still computes whether it can. */
  merge: (pull: Pull, signal: AbortSignal) => Promise<{ merged: true; sha: string } | { merged: false; why: string }>;
}

export interface Pull {
  number: number;
  url: string;
  headSha: string;
  state: 'open' | 'merged' | 'closed';
  mergeSha?: string;
}

export class GithubTrouble extends Error {
  override name = 'GithubTrouble';
  readonly fix: string;
  constructor(message: string, fix: string, options?: ErrorOptions) {
    super(message, options);
    this.fix = fix;
  }
}

export interface GithubKit {
  repo: (where: { repository: string; url: string; apiUrl: string; token: string }) => GithubRepo;
}

/** `owner/name` and its address when the remote lies on the GitHub that the API belongs to; undefined for every other host. */
export function githubRepository(remote: string, apiUrl: string): { repository: string; url: string } | undefined {
  const m = /^(?:https?:\/\/(?:[^@/]*@)?|ssh:\/\/(?:[^@/]*@)?|(?:[\w-]+@))([\w.-]+)(?::\d+)?[:/]+([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(
    remote,
  );
  const api = /^https?:\/\/([\w.-]+)/.exec(apiUrl)?.[1];
  if (!m || !api) return undefined;
  const [, host = '', owner, name] = m;
  if (host !== api && `api.${host}` !== api) return undefined;
  return { repository: `${owner}/${name}`, url: `https://${host}/${owner}/${name}` };
}
