import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type GitMirror, GitTrouble } from '../../src/core/kit/git.ts';
import { gitKit } from '../../src/kit/git.ts';
import { type Repository, repository } from '../support/repository.ts';

const signal = new AbortController().signal;
const at = '2026-11-21T03:06:40.000Z';
let repo: Repository;
let mirror: GitMirror;

beforeEach(() => {
  repo = repository();
  repo.commit('Start', { 'app.rb': 'one\ntwo\nthree\n', 'docs/a b.md': 'x\n' });
  repo.push();
  mirror = gitKit(process.env).mirror({ remote: repo.remote, folder: repo.folder, token: '' });
});
afterEach(() => repo.remove());

const trouble = async (work: Promise<unknown>): Promise<GitTrouble> => {
  const error = await work.then(
    () => undefined,
    (e: unknown) => e,
  );
  if (error instanceof GitTrouble) return error;
  throw new Error(`expected GitTrouble, got ${String(error)}`);
};

describe('reading', () => {
  test('fetches the branch, then only what is new', async () => {
    const first = await mirror.update('master', signal);
    expect(first).toBe(repo.head());
    const second = repo.commit('Second', { 'app.rb': 'one\n2\nthree\n' });
    repo.push();
    expect(await mirror.head('master', signal)).toBe(second);
    expect(await mirror.update('master', signal)).toBe(second);
    expect(await mirror.resolve(second.slice(0, 8), signal)).toBe(second);
    expect(await mirror.contains(first, second, signal)).toBe(true);
    expect(await mirror.contains(second, first, signal)).toBe(false);
  });

  test('follows a branch that was rewritten', async () => {
    await mirror.update('master', signal);
    repo.git('commit', '--quiet', '--amend', '-m', 'Start again');
    repo.git('push', '--quiet', '--force', 'origin', 'HEAD:master');
    expect(await mirror.update('master', signal)).toBe(repo.head());
  });

  test('tells a merge as one step of the branch, with all that it brought', async () => {
    const start = repo.head();
    repo.git('switch', '--quiet', '-c', 'topic');
    repo.commit('Side one', { 'side.rb': '1\n' });
    repo.commit('Side two', { 'app.rb': 'one\ntwo\n3\n' });
    repo.git('switch', '--quiet', 'master');
    repo.git('merge', '--quiet', '--no-ff', '-m', 'Merge topic', 'topic');
    repo.push();
    const to = await mirror.update('master', signal);
    const log = await mirror.log({ after: start, to, limit: 10 }, signal);
    expect(log.map((c) => [c.message, c.parents.length, c.files])).toEqual([['Merge topic', 2, ['app.rb', 'side.rb']]]);
    const diff = await mirror.diff(to, { maxBytes: 10_000 }, signal);
    expect(diff).toContain('+3');
    expect(diff).toContain('b/side.rb');
  });

  test('hostile names and messages stay data', async () => {
    const start = repo.head();
    const message = `Grüße 🚀 $(touch /tmp/x) \`id\`\n\n\x1f\x1e${'a'.repeat(40)}\n"quoted"`;
    const sha = repo.commit(message, { 'ünï "q" $(x).rb': '1\n' });
    repo.push();
    const [only, ...others] = await mirror.log({ after: start, to: await mirror.update('master', signal), limit: 10 }, signal);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ sha, message, files: ['ünï "q" $(x).rb'] });
    expect(await mirror.file(sha, 'ünï "q" $(x).rb', signal)).toBe('1\n');
  });

  test('reads files, trees and matches of a commit', async () => {
    const sha = repo.commit('Model', { 'app/models/a.rb': "belongs_to :post, class_name: 'Post'\n", 'db/x.rb': '1\n' });
    repo.push();
    await mirror.update('master', signal);
    expect(await mirror.tree(sha, ['db', 'docs'], signal)).toEqual(['db/x.rb', 'docs/a b.md']);
    expect(await mirror.file(sha, 'no.rb', signal)).toBeUndefined();
    expect(await mirror.grep(sha, ['class_name', '-e'], signal)).toEqual([
      { path: 'app/models/a.rb', line: 1, text: "belongs_to :post, class_name: 'Post'" },
    ]);
  });

  test('a large diff is cut at a line', async () => {
    const sha = repo.commit('Big', { 'big.txt': Array.from({ length: 5000 }, (_, i) => `line ${i}\n`).join('') });
    repo.push();
    await mirror.update('master', signal);
    const diff = await mirror.diff(sha, { maxBytes: 1000 }, signal);
    expect(diff.length).toBeLessThanOrEqual(1000);
    expect(diff.endsWith('\n')).toBe(true);
  });

  test('only hexadecimal shas reach git', async () => {
    await mirror.update('master', signal);
    expect(await mirror.resolve('--help', signal)).toBeUndefined();
    expect(await mirror.resolve('HEAD~1', signal)).toBeUndefined();
    expect((await trouble(mirror.log({ to: '--output=/tmp/x', limit: 1 }, signal))).kind).toBe('no-commit');
    expect((await trouble(mirror.update('--upload-pack=touch x', signal))).kind).toBe('no-branch');
  });
});

describe('trouble by meaning', () => {
  test('a branch that is not there', async () => {
    const error = await trouble(mirror.update('main', signal));
    expect(error.kind).toBe('no-branch');
    expect(error.fix).toContain('GIT_BRANCH');
    expect((await trouble(mirror.head('main', signal))).kind).toBe('no-branch');
  });

  test('a repository that is not there', async () => {
    const gone = gitKit(process.env).mirror({ remote: `${repo.remote}x`, folder: repo.folder, token: '' });
    expect((await trouble(gone.update('master', signal))).kind).toBe('unreachable');
  });

  test('a dead host, with a password in the address that is never told', async () => {
    const dead = gitKit(process.env).mirror({
      remote: 'http://bot:s3cretword@127.0.0.1:1/x.git',
      folder: repo.folder,
      token: 'ghp_tokenvalue',
    });
    const error = await trouble(dead.update('master', signal));
    expect(error.kind).toBe('unreachable');
    expect(`${error.message} ${error.fix} ${dead.name} ${error.stack}`).not.toMatch(/s3cretword|ghp_tokenvalue/);
  });

  test('a host that accepts and never answers costs no more than the signal allows', async () => {
    const { kit, hanging } = await hangingHost();
    expect((await trouble(hanging.head('master', AbortSignal.timeout(300)))).kind).toBe('timeout');
    expect((await trouble(hanging.update('master', AbortSignal.timeout(300)))).kind).toBe('timeout');
    await kit.close();
  });
});

/** Accepts and never answers. `open` counts the connections that are still held. */
async function silentHost() {
  const sockets = new Set<{ destroy: () => void }>();
  const asked = Promise.withResolvers<void>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    // Only who reads hears the end.
    socket
      .resume()
      .on('error', () => undefined)
      .on('close', () => sockets.delete(socket));
    asked.resolve();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((done) => server.close(done));
  });
  const address = server.address();
  return { port: typeof address === 'object' && address ? address.port : 0, open: () => sockets.size, asked: asked.promise };
}

async function hangingHost() {
  const host = await silentHost();
  const kit = gitKit(process.env);
  return { ...host, kit, hanging: kit.mirror({ remote: `http://127.0.0.1:${host.port}/x.git`, folder: repo.folder, token: '' }) };
}

describe('closing', () => {
  test('ends a transfer that nobody waits for any more, with what it started', async () => {
    const { kit, open, asked, hanging } = await hangingHost();
    expect((await trouble(hanging.update('master', AbortSignal.timeout(1)))).kind).toBe('timeout');
    await asked;
    await kit.close();
    await vi.waitFor(() => expect(open()).toBe(0));
    expect((await trouble(hanging.update('master', signal))).kind).toBe('timeout');
  });

  test('ends what git started and hears no SIGTERM', async () => {
    const { kit, open, asked, hanging } = await deafRemote();
    const waiting = trouble(hanging.head('master', signal));
    await asked;
    await kit.close();
    expect((await waiting).kind).toBe('timeout');
    await vi.waitFor(() => expect(open()).toBe(0));
  });

  test('another kit goes on', async () => {
    await gitKit(process.env).close();
    expect(await mirror.update('master', signal)).toBe(repo.head());
  });
});

/** In place of ssh a program that hears no SIGTERM and holds a connection as long as it lives. */
async function deafRemote() {
  const host = await silentHost();
  const program = join(repo.folder, 'deaf.sh');
  mkdirSync(repo.folder, { recursive: true });
  const deaf = `process.on('SIGTERM', () => {}); require('net').connect(${host.port}, '127.0.0.1')`;
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' -e "${deaf}"\n`, { mode: 0o755 });
  const kit = gitKit({ ...process.env, GIT_SSH_COMMAND: program });
  return { ...host, kit, hanging: kit.mirror({ remote: 'ssh://git@127.0.0.1/x.git', folder: repo.folder, token: '' }) };
}

describe('reverting', () => {
  const wish = (onto: string, ...steps: { sha: string; merge: boolean }[]) => ({
    onto,
    steps,
    message: 'Revert it\n\nPulaski-Action: a1\n',
    at,
  });

  test('takes several commits back as one, and pushes it', async () => {
    const one = repo.commit('One', { 'app.rb': 'ONE\ntwo\nthree\n' });
    const two = repo.commit('Two', { 'new.rb': '1\n' });
    repo.push();
    const head = await mirror.update('master', signal);
    const steps = [two, one].map((sha) => ({ sha, merge: false }));
    const done = await mirror.revert(wish(head, ...steps), signal);
    expect(done).toMatchObject({ status: 'done', files: ['app.rb', 'new.rb'] });
    if (done.status !== 'done') return;
    expect(repo.head()).toBe(head);
    expect(await mirror.revert(wish(head, ...steps), signal)).toEqual(done);
    await mirror.mayPush(done.sha, 'master', signal);
    expect(repo.head()).toBe(head);
    await mirror.push(done.sha, 'master', signal);
    expect(repo.head()).toBe(done.sha);
    expect(repo.at('app.rb')).toBe('one\ntwo\nthree');
    expect(await mirror.findLine('Pulaski-Action: a1', done.sha, 10, signal)).toEqual([done.sha]);
    expect(await mirror.revert(wish(done.sha, ...steps), signal)).toEqual({ status: 'empty' });
  });

  test('names the files that conflict', async () => {
    const one = repo.commit('One', { 'app.rb': 'ONE\ntwo\nthree\n' });
    repo.commit('After', { 'app.rb': 'ONE!\ntwo\nthree\n' });
    repo.push();
    const head = await mirror.update('master', signal);
    expect(await mirror.revert(wish(head, { sha: one, merge: false }), signal)).toEqual({ status: 'conflict', at: one, files: ['app.rb'] });
  });

  test('never pushes over the work of others', async () => {
    const one = repo.commit('One', { 'app.rb': 'ONE\ntwo\nthree\n' });
    repo.push();
    const head = await mirror.update('master', signal);
    const done = await mirror.revert(wish(head, { sha: one, merge: false }), signal);
    const others = repo.commit('Others', { 'other.rb': '1\n' });
    repo.push();
    expect((await trouble(mirror.push(done.status === 'done' ? done.sha : '', 'master', signal))).kind).toBe('moved');
    expect(repo.head()).toBe(others);
  });

  test('a branch that refuses the push says why', async () => {
    const one = repo.commit('One', { 'app.rb': 'ONE\ntwo\nthree\n' });
    repo.push();
    repo.hook('pre-receive', 'echo "GH006: Protected branch update failed" >&2; exit 1');
    const head = await mirror.update('master', signal);
    const done = await mirror.revert(wish(head, { sha: one, merge: false }), signal);
    const error = await trouble(mirror.push(done.status === 'done' ? done.sha : '', 'master', signal));
    expect(error.kind).toBe('refused');
    expect(error.message).toContain('GH006');
    expect(error.fix).toContain('REVERT_MODE=pull-request');
  });
});
