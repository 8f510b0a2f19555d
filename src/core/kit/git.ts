/** One branch's history on this machine, and the few ways to change the remote. Every call throws `GitTrouble`. */
export interface GitMirror {
  /** The remote without credentials, for messages. */
  name: string;
  /**
   * Brings the branch up to date and answers its head. Calls that overlap share one transfer; aborting stops the waiting, not the
   * transfer, so that the first copy of a large repository is ready for the next look.
   */
  update: (branch: string, signal: AbortSignal) => Promise<string>;
  /** The branch's head as the remote has it now, without a transfer. Throws `no-branch`. */
  head: (branch: string, signal: AbortSignal) => Promise<string>;
  /** Full sha of a commit named by 7 to 40 hex digits; asks the remote for one that is on no fetched branch. */
  resolve: (sha: string, signal: AbortSignal) => Promise<string | undefined>;
  contains: (ancestor: string, descendant: string, signal: AbortSignal) => Promise<boolean>;
  /** Newest first, along first parents: what the branch itself went through. A merge stands for all that it brought. */
  log: (range: LogRange, signal: AbortSignal) => Promise<readonly GitCommit[]>;
  /** Unified diff against the first parent, cut at `maxBytes` at a line's end. */
  diff: (sha: string, options: { maxBytes: number; context?: number; paths?: readonly string[] }, signal: AbortSignal) => Promise<string>;
  /** Undefined when the commit has no such file, or it is larger than 1 MiB. */
  file: (sha: string, path: string, signal: AbortSignal) => Promise<string | undefined>;
  /** Paths of the commit's files below one of the folders; all files without folders. */
  tree: (sha: string, folders: readonly string[], signal: AbortSignal) => Promise<readonly string[]>;
  /** Lines that contain one of the fixed texts. */
  grep: (sha: string, texts: readonly string[], signal: AbortSignal) => Promise<readonly { path: string; line: number; text: string }[]>;
  /** Commits of the branch, at most `limit` back, whose message has this line. */
  findLine: (line: string, head: string, limit: number, signal: AbortSignal) => Promise<readonly string[]>;
  /** Takes the commits back on top of `onto` in a scratch clone. Changes no branch. The same wish gives the same sha. */
  revert: (wish: RevertWish, signal: AbortSignal) => Promise<Reverted>;
  /** Plain fast-forward push of a commit: throws `moved` when others were faster, `refused` when the host says no. */
  push: (sha: string, branch: string, signal: AbortSignal) => Promise<void>;
  /** Asks whether a push to the branch would be let through, without pushing. Hooks of the host are not asked. */
  mayPush: (sha: string, branch: string, signal: AbortSignal) => Promise<void>;
}

export interface LogRange {
  /** Everything reachable from here is left out. */
  after?: string;
  to: string;
  limit: number;
}

export interface GitCommit {
  sha: string;
  parents: readonly string[];
  /** Committer date, UTC ISO: when it came to the branch. */
  at: string;
  author: string;
  message: string;
  /** Changed against the first parent. */
  files: readonly string[];
}

export interface RevertWish {
  onto: string;
  /** In the order to be undone. */
  steps: readonly { sha: string; merge: boolean }[];
  message: string;
  /** UTC ISO: author and committer date. */
  at: string;
}

export type Reverted =
  | { status: 'done'; sha: string; files: readonly string[] }
  /** `at` is the step that could not be undone. */
  | { status: 'conflict'; at: string; files: readonly string[] }
  /** All of it had been taken back before. */
  | { status: 'empty' };

export type GitTroubleKind =
  | 'missing-git'
  | 'auth'
  | 'unreachable'
  | 'timeout'
  | 'no-branch'
  | 'no-commit'
  | 'moved'
  | 'refused'
  | 'too-large'
  | 'broken';

/** What went wrong with git, by meaning. Neither message nor fix holds a credential. */
export class GitTrouble extends Error {
  override name = 'GitTrouble';
  readonly kind: GitTroubleKind;
  readonly fix: string;
  constructor(kind: GitTroubleKind, message: string, fix: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.fix = fix;
  }
}

export interface GitKit {
  /** The mirror of a remote below `folder`; the same remote and folder give the same mirror. `token` goes to https remotes only. */
  mirror: (where: { remote: string; folder: string; token: string }) => GitMirror;
  /** Ends every git that still runs, transfers too, and resolves when it is gone. Later calls throw `timeout`. */
  close: () => Promise<void>;
}
