import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { releasesCheck } from '../../src/checks/releases.ts';
import type { Scope } from '../../src/core/check.ts';
import type { Evidence, Finding } from '../../src/core/evidence.ts';
import { aScope, checkContract } from '../contract/check.ts';
import { deployed, evidence, mirrorOf, riggedGit } from '../support/git-check.ts';
import { type Repository, repository } from '../support/repository.ts';

checkContract('releases', { build: (mood) => riggedGit(mood, (mirror) => releasesCheck(mirror, 'master')), secrets: ['s3cretword'] });

const signal = new AbortController().signal;
let repo: Repository;
beforeEach(() => {
  repo = repository();
});
afterEach(() => repo.remove());

async function look(known: readonly Evidence[], more: Partial<Scope> = {}) {
  const check = releasesCheck(mirrorOf(repo), 'master');
  const { outcome } = await check.look({ ...aScope, known, ...more }, signal);
  return { outcome, findings: outcome.findings ?? [] };
}

function commits(findings: readonly Finding[]): readonly [message: string, live: boolean | undefined, tone: string | undefined][] {
  return findings
    .flatMap((f) => (f.kind === 'commit' ? [[(f.message ?? '').split('\n')[0] ?? '', f.live, f.tone] as const] : []))
    .map(([m, l, t]) => [m, l, t]);
}

function quiet(findings: readonly Finding[]): string | undefined {
  return findings.flatMap((f) => (f.kind === 'release' && f.quiet ? [f.sha] : []))[0];
}

const at = (time: string) => `2026-11-21T${time}:00.000Z`;

describe('what is live', () => {
  test('commits since the last quiet release, what waits on the branch, and their diffs', async () => {
    const good = repo.commit('Good', { 'app.rb': 'a\n' });
    const one = repo.commit('One', { 'app.rb': 'b\n' });
    const two = repo.commit('Two', { 'x.css': 'c\n' });
    repo.commit('Waits', { 'app.rb': 'd\n' });
    repo.push();
    const { outcome, findings } = await look([deployed(two, at('20:10'), good)], { onset: at('20:15') });
    expect(outcome.status).toBe('found');
    expect(quiet(findings)).toBe(good);
    expect(commits(findings)).toEqual([
      ['Waits', false, 'normal'],
      ['Two', true, 'changed'],
      ['One', true, 'changed'],
      ['Good', true, 'normal'],
    ]);
    const told = findings.find((f) => f.kind === 'commit' && f.sha === one);
    expect(told).toMatchObject({ files: ['app.rb'], liveAt: at('20:10') });
    expect(told?.kind === 'commit' ? told.diff : '').toContain('+b');
    const looks = findings.find((f) => f.kind === 'commit' && f.sha === two);
    expect(looks).not.toHaveProperty('diff');
  });

  test('short shas of trackers, and how long a commit took to get live', async () => {
    const shas = ['a', 'b', 'c'].map((name) => repo.commit(name, { 'app.rb': `${name}\n` }));
    repo.push();
    const known = shas.map((sha, i) =>
      evidence(`rollbar-${i}`, { kind: 'release', at: at(`1${i}:00`), sha: sha.slice(0, 8), source: 'rollbar' }),
    );
    const { findings } = await look(known, { onset: at('12:30') });
    expect(quiet(findings)).toBe(shas[1]);
    const releases = findings.flatMap((f) => (f.kind === 'release' ? [f] : []));
    expect(releases.map((r) => r.sha)).toEqual(shas);
    // Commits are one minute apart from 01:01 on the day before.
    expect(releases.map((r) => r.leadSeconds)).toEqual([0, 1, 2].map((i) => (33 + i) * 3600 - (1 + i) * 60));
  });

  test('a release that served ten minutes before the onset is not the one to go back to, its predecessor is', async () => {
    const [a = '', b = '', c = ''] = ['a', 'b', 'c'].map((name) => repo.commit(name, { 'app.rb': `${name}\n` }));
    repo.push();
    const known = [
      evidence(
        'rollbar',
        { kind: 'release', at: at('02:00'), sha: a },
        { kind: 'release', at: at('02:10'), sha: b },
        { kind: 'release', at: at('02:31'), sha: c },
      ),
    ];
    expect(quiet((await look(known, { onset: at('02:47') })).findings)).toBe(b);
    expect(quiet((await look(known, { onset: at('02:20') })).findings)).toBe(a);
  });

  test('what the deployment ran before takes its time from whoever knows it', async () => {
    const [a = '', b = '', c = ''] = ['a', 'b', 'c'].map((name) => repo.commit(name, { 'app.rb': `${name}\n` }));
    repo.push();
    const tracker = evidence('rollbar', { kind: 'release', at: at('01:00'), sha: a }, { kind: 'release', at: at('02:00'), sha: b });
    const { findings } = await look([deployed(c, at('02:52'), b), tracker], { onset: at('02:53') });
    expect(findings.flatMap((f) => (f.kind === 'release' ? [[f.sha, f.at, f.quiet === true]] : []))).toEqual([
      [a, at('01:00'), false],
      [b, at('02:00'), true],
      [c, at('02:52'), false],
    ]);
    expect(findings.flatMap((f) => (f.kind === 'commit' ? [f.liveAt] : []))).toEqual(
      [at('02:52'), at('02:00'), at('01:00')].slice(0, findings.filter((f) => f.kind === 'commit').length),
    );
  });

  test('a deploy check that cannot see is not waited with: a tracker may still answer', () => {
    const check = releasesCheck(mirrorOf(repo), 'master');
    const blind: Evidence = { check: 'deploy', at: at('03:00'), tookMs: 1, outcome: { status: 'blind', why: 'expired', fix: 'renew' } };
    expect(check.ready?.([blind])).toBe(false);
    expect(check.ready?.([deployed('a'.repeat(40), at('02:52'))])).toBe(true);
  });

  test('a fix that was deployed after the onset does not hide the release that broke it', async () => {
    const [a = '', b = '', c = ''] = ['a', 'b', 'try a fix'].map((name) => repo.commit(name, { 'app.rb': `${name}\n` }));
    repo.push();
    const known = [
      evidence(
        'rollbar',
        { kind: 'release', at: at('01:00'), sha: a },
        { kind: 'release', at: at('02:31'), sha: b },
        { kind: 'release', at: at('03:00'), sha: c },
      ),
    ];
    const { findings } = await look(known, { onset: at('02:35') });
    expect(quiet(findings)).toBe(a);
    expect(commits(findings).map(([message]) => message)).toEqual(['try a fix', 'b', 'a']);
  });

  test('merges stand for what they brought', async () => {
    const good = repo.commit('Good', { 'app.rb': 'a\n' });
    repo.git('switch', '--quiet', '-c', 'topic');
    repo.commit('Side', { 'side.rb': '1\n' });
    repo.git('switch', '--quiet', 'master');
    repo.git('merge', '--quiet', '--no-ff', '-m', 'Merge topic', 'topic');
    repo.push();
    const { findings } = await look([deployed(repo.head(), at('20:10'), good)]);
    expect(findings.find((f) => f.kind === 'commit' && f.merge)).toMatchObject({ message: 'Merge topic', files: ['side.rb'], live: true });
    expect(commits(findings).map(([message]) => message)).toEqual(['Merge topic', 'Good']);
  });

  test('nobody says what runs: blind, with the commits told all the same', async () => {
    repo.commit('One', { 'app.rb': 'b\n' });
    repo.push();
    const { outcome, findings } = await look([]);
    expect(outcome).toMatchObject({ status: 'blind', why: expect.stringContaining('which commit is running') });
    expect(commits(findings)).toEqual([['One', undefined, 'normal']]);
  });

  test('a running commit that the remote does not have is blind, not innocent', async () => {
    repo.commit('One', { 'app.rb': 'b\n' });
    repo.push();
    expect((await look([deployed('abcdef0123', at('20:10'))])).outcome).toMatchObject({
      status: 'blind',
      why: expect.stringContaining('abcdef0123'),
    });
  });

  test('columns that only the code declares are told when an id outgrew its column, and only then', async () => {
    const sha = repo.commit('Models', {
      'app/models/audit.rb':
        "class Audit < ApplicationRecord\n  belongs_to :thread, class_name: 'MessageThread', foreign_key: 'thread_ref'\nend\n",
      'app/models/comment.rb': 'class Comment\n  belongs_to :post\nend\n',
    });
    repo.push();
    const error = evidence('sentry', {
      kind: 'error-group',
      title: '2147501882 is out of range for ActiveModel::Type::Integer with limit 4 bytes',
    });
    const { findings } = await look([deployed(sha, at('08:00')), error]);
    expect(findings.filter((f) => f.kind === 'table')).toEqual([
      {
        kind: 'table',
        table: 'audits',
        tone: 'normal',
        references: [{ column: 'thread_ref', table: 'message_threads', to: 'id', by: 'code' }],
      },
    ]);
    expect((await look([deployed(sha, at('08:00'))])).findings.filter((f) => f.kind === 'table')).toEqual([]);
  });
});
