import type { Action, ActionRequest, ActionResult, Preview } from '../core/action.ts';
import type { Verification } from '../core/check.ts';
import { type GitMirror, GitTrouble } from '../core/kit/git.ts';
import { type GithubRepo, GithubTrouble, githubRepository } from '../core/kit/github.ts';
import type { Kit } from '../core/kit/index.ts';
import type { MysqlServer } from '../core/kit/mysql.ts';
import type { Part } from '../core/part.ts';
import { gitSettings, mirrorOf } from '../core/repository/settings.ts';
import { actionLine, revertCommand, subject } from '../core/revert-plan.ts';
import { type Preflight, preflight } from './revert-preflight.ts';
import { previewOf, refusedPreview } from './revert-preview.ts';

export interface RevertTools {
  mirror: GitMirror;
  branch: string;
  mode: 'push' | 'pull-request';
  servers: readonly MysqlServer[];
  github?: GithubRepo;
}

/** How far back a crashed run's commit is looked for. */
const LOOK_BACK = 200;

/** Takes releases back by `git revert`, on the branch itself or as a pull request. */
export const revert: Part<Action, Pick<Kit, 'git' | 'github' | 'mysql'>> = {
  name: 'revert',
  env: {
    ...gitSettings,
    REVERT_MODE: {
      about:
        'How Revert changes the branch: push or pull-request (preset: pull-request with a GITHUB_TOKEN for a GitHub remote, else push)',
      example: 'pull-request',
      preset: '',
      oneOf: ['push', 'pull-request'],
    },
    MYSQL_URL: {
      about: 'MySQL servers, read-only user, by commas',
      example: 'mysql://bot:secret@db.example.com:3306/shop',
      preset: '',
      secret: true,
    },
  },
  make: (env, kit) => {
    const found = env('GITHUB_TOKEN') ? githubRepository(env('GIT_REMOTE'), env('GITHUB_API_URL')) : undefined;
    const github = found ? kit.github.repo({ ...found, apiUrl: env('GITHUB_API_URL'), token: env('GITHUB_TOKEN') }) : undefined;
    const mode = env('REVERT_MODE') || (github ? 'pull-request' : 'push');
    return revertAction({
      mirror: mirrorOf(env, kit),
      branch: env('GIT_BRANCH'),
      mode: mode === 'pull-request' ? 'pull-request' : 'push',
      servers: env('MYSQL_URL') ? kit.mysql.servers(env('MYSQL_URL')) : [],
      ...(github ? { github } : {}),
    });
  },
};

export function revertAction(tools: RevertTools): Action {
  return {
    kind: 'revert',
    preview: (request, signal) =>
      preflight(tools, request, signal).then(
        (flight) => previewOf(tools, request, flight),
        (error: unknown) => refusedPreview(tools, request, trouble(error)),
      ),
    run: async (request, preview, report, signal) => {
      try {
        return (await found(tools, request, signal)) ?? (await carryOut(tools, request, preview, report, signal));
      } catch (error) {
        const { message, fix } = trouble(error);
        if (error instanceof GitTrouble && error.kind === 'moved') return (await foundQuietly(tools, request, signal)) ?? moved(message);
        return { status: 'failed', text: `Nothing was changed: ${message}`, fix: `${fix}\n${preview.command}` };
      }
    },
    settle: async (request, _preview, signal) => {
      try {
        return await found(tools, request, signal);
      } catch (error) {
        const { message, fix } = trouble(error);
        return {
          status: 'failed',
          text: `It is not known whether the revert went through: ${message}`,
          fix: `${fix} Look for "${actionLine(request.id)}" in the log of ${tools.branch}.`,
        };
      }
    },
    verify: (signal) => verify(tools, signal),
  };
}

/** A neighbour's trouble in words; a fault of ours is thrown on. */
function trouble(error: unknown): { message: string; fix: string } {
  if (error instanceof GitTrouble || error instanceof GithubTrouble) return { message: error.message, fix: error.fix };
  throw error;
}

function moved(text: string): ActionResult {
  return { status: 'refused', text, moved: true };
}

/** After a push that came second: ours by another process, or somebody else's? Unreadable counts as somebody else's: a new preview tells. */
async function foundQuietly(tools: RevertTools, request: ActionRequest, signal: AbortSignal): Promise<ActionResult | undefined> {
  try {
    return await found(tools, request, signal);
  } catch (error) {
    trouble(error);
    return undefined;
  }
}

/** The same request's commit on the remote: on the branch, or waiting in its pull request. */
async function found(tools: RevertTools, request: ActionRequest, signal: AbortSignal): Promise<ActionResult | undefined> {
  const { mirror, branch, github } = tools;
  const head = await mirror.update(branch, signal);
  const [sha] = await mirror.findLine(actionLine(request.id), head, LOOK_BACK, signal);
  if (sha !== undefined) return pushed(tools, sha);
  if (tools.mode === 'push' || !github) return undefined;
  const pull = await github.findPull(ownBranch(request), branch, signal);
  return pull && pull.state !== 'closed'
    ? proposed(
        tools,
        pull.headSha,
        pull,
        pull.state === 'merged' ? { merged: true, sha: pull.mergeSha ?? pull.headSha } : { merged: false, why: 'it waits' },
      )
    : undefined;
}

async function carryOut(
  tools: RevertTools,
  request: ActionRequest,
  preview: Preview,
  report: (line: string) => void,
  signal: AbortSignal,
): Promise<ActionResult> {
  const { mirror, branch, mode } = tools;
  const flight = await preflight(tools, request, signal);
  const now = previewOf(tools, request, flight);
  // The same request, run twice at once: the other one was faster.
  if (now.state !== preview.state)
    return (await found(tools, request, signal)) ?? moved(`${branch} or the schema changed since the preview: look at the new one`);
  if (!now.possible || flight.dry.status !== 'done')
    return { status: 'refused', text: now.refusal ?? 'it cannot be reverted', moved: false };
  report(`checked again: ${branch} unmoved, no conflict, schema as before`);
  if (mode === 'push') {
    await mirror.push(flight.dry.sha, branch, signal);
    report(`pushed ${flight.dry.sha.slice(0, 7)} to ${branch}`);
    return pushed(tools, flight.dry.sha);
  }
  return propose(tools, request, flight, flight.dry.sha, report, signal);
}

async function propose(
  tools: RevertTools,
  request: ActionRequest,
  flight: Preflight,
  sha: string,
  report: (line: string) => void,
  signal: AbortSignal,
): Promise<ActionResult> {
  const { mirror, branch, github } = tools;
  if (!github) return { status: 'refused', text: 'A pull request needs GITHUB_TOKEN and a GitHub remote', moved: false };
  const own = ownBranch(request);
  await mirror.push(sha, own, signal);
  report(`pushed ${sha.slice(0, 7)} to ${own}`);
  const pull = await github.openPull({ head: own, base: branch, title: title(flight), body: body(request, flight) }, signal);
  report(`pull request #${pull.number} is open: ${pull.url}`);
  return proposed(tools, sha, pull, await github.merge({ ...pull, headSha: sha }, signal));
}

/** One branch for each request: a second run finds it. */
function ownBranch(request: ActionRequest): string {
  return `pulaski/revert-${request.id.replace(/[^\w-]/g, '').slice(-24)}`;
}

function title(flight: Preflight): string {
  const [first, ...others] = flight.plan.steps;
  return others.length === 0 ? `Revert "${subject(first?.message ?? '')}"` : `Revert ${others.length + 1} commits of the last release`;
}

function body(request: ActionRequest, flight: Preflight): string {
  const list = flight.plan.steps.map((c) => `* ${c.sha}`).join('\n');
  return `Incident #${request.incident.number}, asked for by ${request.by.name ?? request.by.id}.\n\n${list}\n\n${actionLine(request.id)}`;
}

function pushed(tools: RevertTools, sha: string): ActionResult {
  return {
    status: 'done',
    text: `Reverted on ${tools.branch} as ${sha.slice(0, 7)}.`,
    links: tools.github ? [`${tools.github.url}/commit/${sha}`] : [],
    live: { when: 'sha', sha },
    commit: sha,
    undo: revertCommand([{ sha, merge: false }], tools.branch, 'push'),
  };
}

function proposed(
  tools: RevertTools,
  sha: string,
  pull: { number: number; url: string },
  merged: Awaited<ReturnType<GithubRepo['merge']>>,
): ActionResult {
  if (merged.merged) {
    const done = pushed(tools, merged.sha);
    // The merge is what the branch has; taking it back takes its first parent's side.
    const undo = revertCommand([{ sha: merged.sha, merge: merged.sha !== sha }], tools.branch, 'push');
    return done.status === 'done'
      ? {
          ...done,
          text: `Merged pull request #${pull.number} into ${tools.branch} as ${merged.sha.slice(0, 7)}.`,
          links: [pull.url, ...done.links],
          undo,
        }
      : done;
  }
  return {
    status: 'done',
    text: `Pull request #${pull.number} is open but not merged: ${merged.why}. Merge it now: ${pull.url}`,
    links: [pull.url],
    live: { when: 'sha', sha },
    commit: sha,
  };
}

async function verify(tools: RevertTools, signal: AbortSignal): Promise<readonly Verification[]> {
  const { mirror, branch, mode, github } = tools;
  const lines: Verification[] = [];
  if (mode === 'pull-request' && !github) {
    lines.push({
      what: 'revert',
      ok: false,
      required: false,
      says: 'REVERT_MODE=pull-request needs GITHUB_TOKEN and a GitHub remote',
      fix: 'Set GITHUB_TOKEN, or REVERT_MODE=push.',
    });
  }
  try {
    const head = await mirror.update(branch, signal);
    await mirror.mayPush(head, mode === 'push' ? branch : 'pulaski/doctor', signal);
    lines.push({ what: 'revert', ok: true, required: false, says: `may push to ${mirror.name} (mode ${mode})` });
    if (github) lines.push(...(await githubLines(github, branch, mode, signal)));
  } catch (error) {
    const { message, fix } = trouble(error);
    lines.push({ what: 'revert', ok: false, required: false, says: message, fix });
  }
  return lines;
}

/** The token, and whether the branch would take a push. */
async function githubLines(
  github: GithubRepo,
  branch: string,
  mode: RevertTools['mode'],
  signal: AbortSignal,
): Promise<readonly Verification[]> {
  const isProtected = await github.isProtected(branch, signal);
  const expires = github.expires();
  return [
    {
      what: 'github token',
      ok: true,
      required: false,
      says: `reads ${github.name}`,
      ...(expires === undefined
        ? {}
        : { expires, renew: 'Make a new GITHUB_TOKEN with contents and pull requests: write, and start the bot again' }),
    },
    ...(mode === 'push' && isProtected
      ? [
          {
            what: 'revert',
            ok: false,
            required: false,
            says: `${branch} is protected: a push may be refused`,
            fix: 'Set REVERT_MODE=pull-request.',
          },
        ]
      : []),
  ];
}
