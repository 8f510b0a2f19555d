import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One commit of a story's history. */
export interface CommitScript {
  key: string;
  at: string;
  author: string;
  message: string;
  /** Path → new content; null deletes. */
  files: Readonly<Record<string, string | null>>;
  /** A merge: the commits before it on the side branch, in order. Its own `files` must be empty. */
  branch?: readonly Omit<CommitScript, 'key' | 'branch'>[];
  /** The path whose content tells whether this commit's code is in a tree. Only for commits that the story turns on. */
  mark?: string;
}

export interface Repository {
  /** Path of the bare repository: the bot's GIT_REMOTE. */
  path: string;
  /** Full sha of a story's commit. */
  sha: (key: string) => string;
  /** The branch's head, read from the files: cheap enough to ask before every answer. */
  head: () => string;
  /** Newest first. */
  log: (limit: number) => readonly LogLine[];
  /** Keys of marked commits whose code is in the tree of `sha`, however it came or went. */
  carries: (sha: string) => readonly string[];
}

export interface LogLine {
  sha: string;
  author: string;
  at: string;
  subject: string;
}

/** Makes a real bare repository with the story's history. Own configuration, so that nobody's ~/.gitconfig shows through. */
export function makeRepository(folder: string, commits: readonly CommitScript[]): Repository {
  const path = join(folder, 'checkout.git');
  mkdirSync(folder, { recursive: true });
  const env = { PATH: process.env.PATH ?? '', HOME: folder, GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' };
  const git = (...args: readonly string[]) => execFileSync('git', ['-C', path, ...args], { env, encoding: 'utf8' }).trim();
  execFileSync('git', ['init', '-q', '--bare', '-b', 'master', path], { env });
  const { stream, marks } = fastImport(commits);
  const imported = spawnSync('git', ['-C', path, 'fast-import', '--quiet', '--export-marks=marks'], { env, input: stream });
  if (imported.status !== 0) throw new Error(`git fast-import failed: ${String(imported.stderr)}`);
  const shaOfMark = new Map(
    readFileSync(join(path, 'marks'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => [Number(line.slice(1, line.indexOf(' '))), line.slice(line.indexOf(' ') + 1)]),
  );
  const sha = (key: string) => {
    const found = shaOfMark.get(marks.get(key) ?? -1);
    if (!found) throw new Error(`the story has no commit ${key}`);
    return found;
  };
  const blob = (commit: string, file: string) => {
    const asked = spawnSync('git', ['-C', path, 'rev-parse', '-q', '--verify', `${commit}:${file}`], { env, encoding: 'utf8' });
    return asked.stdout.trim();
  };
  const marked = commits.flatMap((c) => (c.mark === undefined ? [] : [{ key: c.key, mark: c.mark }]));
  return {
    path,
    sha,
    head: () => {
      const loose = join(path, 'refs/heads/master');
      return existsSync(loose) ? readFileSync(loose, 'utf8').trim() : git('rev-parse', 'master');
    },
    log: (limit) =>
      git('log', '--first-parent', `-${limit}`, '--format=%H%x1f%an%x1f%cI%x1f%s', 'master')
        .split('\n')
        .map((line) => {
          const [id = '', author = '', at = '', subject = ''] = line.split('\x1f');
          return { sha: id, author, at, subject };
        }),
    carries: (commit) => marked.filter(({ key, mark }) => blob(commit, mark) === blob(sha(key), mark)).map(({ key }) => key),
  };
}

/** The history in git's own import format: one process for all of it. https://git-scm.com/docs/git-fast-import */
function fastImport(commits: readonly CommitScript[]): { stream: string; marks: ReadonlyMap<string, number> } {
  const marks = new Map<string, number>();
  const out: string[] = [];
  let mark = 0;
  let head = 0;
  const write = (branch: string, c: Omit<CommitScript, 'key'>, from: number, merge?: number) => {
    mark += 1;
    const seconds = Math.floor(Date.parse(c.at) / 1000);
    const mail = `${c.author.toLowerCase().replaceAll(/[^a-z]+/g, '.')}@checkout.example`;
    out.push(`commit refs/heads/${branch}`, `mark :${mark}`);
    out.push(`author ${c.author} <${mail}> ${seconds} +0000`, `committer ${c.author} <${mail}> ${seconds} +0000`);
    out.push(data(c.message));
    if (from) out.push(`from :${from}`);
    if (merge) out.push(`merge :${merge}`);
    for (const [file, content] of Object.entries(c.files)) {
      if (content === null) out.push(`D ${file}`);
      else out.push(`M 100644 inline ${file}`, data(content));
    }
    return mark;
  };
  for (const commit of commits) {
    let tip = 0;
    for (const side of commit.branch ?? []) tip = write('side', side, tip || head);
    // A merge's tree comes from its files: fast-import takes the first parent's tree, so the side's changes are repeated.
    const files = Object.assign({}, ...(commit.branch ?? []).map((side) => side.files), commit.files);
    head = write('master', { ...commit, files }, head, tip || undefined);
    marks.set(commit.key, head);
  }
  out.push('reset refs/heads/side', 'from 0000000000000000000000000000000000000000', '');
  return { stream: `${out.join('\n')}\n`, marks };
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}
