/** What git's own words mean. Written against git 2.39; the texts are the same since 1.9, and LC_ALL=C keeps them English. */
import { GitTrouble, type GitTroubleKind } from '../core/kit/git.ts';

type Meaning = [
  kind: GitTroubleKind,
  words: RegExp,
  says: (name: string, branch: string) => string,
  fix: (name: string, branch: string) => string,
];

const meanings: readonly Meaning[] = [
  [
    'moved',
    /\[rejected\]|non-fast-forward|fetch first|cannot lock ref|stale info|failed to update ref/i,
    (_, branch) => `${branch} has moved on: somebody pushed in between`,
    () => 'Look at the new commits, then press Revert again.',
  ],
  [
    'refused',
    /\[remote rejected\]|pre-receive hook declined|protected branch|GH006|GH013|not allowed to push/i,
    (name, branch) => `${name} refuses the push to ${branch} (branch protection or a hook)`,
    (_, branch) => `Set REVERT_MODE=pull-request, or let the bot's account push to ${branch}, or push the shown command by hand.`,
  ],
  [
    'auth',
    /Authentication failed|could not read (?:Username|Password)|Permission denied|returned error: 40[13]|Invalid username|access denied|not granted|HTTP Basic|Write access to repository/i,
    (name) => `${name} does not accept the bot's credentials`,
    () => 'Give GITHUB_TOKEN (contents: read and write), or an SSH deploy key, to the bot; try: git ls-remote "$GIT_REMOTE"',
  ],
  [
    'auth',
    /Host key verification failed/i,
    (name) => `the SSH host key of ${name} is not known on the bot's machine`,
    () => "Add it on the bot's machine: ssh-keyscan HOST >> ~/.ssh/known_hosts (compare the fingerprint first)",
  ],
  [
    'no-branch',
    /couldn't find remote ref|Remote branch .* not found|unknown revision or path|no such ref/i,
    (name, branch) => `${name} has no branch ${branch}`,
    () => 'Set GIT_BRANCH to the branch that is deployed (git ls-remote --heads "$GIT_REMOTE" lists them).',
  ],
  [
    'unreachable',
    /does not appear to be a git repository|repository .*not found|not found$|No such file or directory/im,
    (name) => `there is no repository at ${name}, or the bot may not see it`,
    () => 'Check GIT_REMOTE: git ls-remote "$GIT_REMOTE" must list branches on the bot\'s machine.',
  ],
  [
    'unreachable',
    /Could not resolve|unable to access|Connection (?:refused|timed out|reset)|unable to connect|early EOF|hung up|Operation too slow|Network is unreachable|Could not read from remote|RPC failed|SSL/i,
    (name) => `${name} cannot be reached`,
    () => 'Check the network of the bot\'s machine: git ls-remote "$GIT_REMOTE"',
  ],
];

/** The trouble behind git's error output; the output itself is not repeated: it may hold a URL with a password. */
export function gitTrouble(err: string, name: string, branch: string): GitTrouble {
  const found = meanings.find(([, words]) => words.test(err));
  if (!found) return new GitTrouble('broken', `git failed: ${firstLine(err)}`, 'See the log of the bot; try the shown command by hand.');
  const [kind, , says, fix] = found;
  const hook = kind === 'refused' ? remoteSays(err) : '';
  return new GitTrouble(kind, says(name, branch) + hook, fix(name, branch));
}

function remoteSays(err: string): string {
  const lines = [...err.matchAll(/^remote:\s*(?:error:\s*)?(\S.*)$/gm)].map((m) => (m[1] ?? '').trim());
  return lines.length === 0 ? '' : `: ${withoutCredentials(lines.slice(0, 2).join(' ')).slice(0, 300)}`;
}

function firstLine(err: string): string {
  const line = err.split('\n').find((l) => /^(?:fatal|error):/.test(l)) ?? err.split('\n')[0] ?? '';
  return withoutCredentials(line.replace(/^(?:fatal|error):\s*/, '')).slice(0, 200);
}

export function withoutCredentials(text: string): string {
  return text.replace(/(\w{1,20}:\/\/)[^@\s/]*@/g, '$1');
}
