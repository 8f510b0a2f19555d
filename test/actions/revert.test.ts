import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RevertTools, revertAction } from '../../src/actions/revert.ts';
import type { ActionRequest, ActionResult } from '../../src/core/action.ts';
import type { Evidence } from '../../src/core/evidence.ts';
import type { GithubRepo, Pull } from '../../src/core/kit/github.ts';
import { gitKit } from '../../src/kit/git.ts';
import { deployed, evidence, mirrorOf } from '../support/git-check.ts';
import { type Repository, repository } from '../support/repository.ts';

const signal = new AbortController().signal;
let repo: Repository;
beforeEach(() => {
  repo = repository();
});
afterEach(() => repo.remove());

function request(known: readonly Evidence[], more: Partial<ActionRequest> = {}): ActionRequest {
  return {
    id: 'action-1',
    kind: 'revert',
    incident: { number: 12, title: 'Checkout is down', openedAt: '2026-11-21T03:04:00.000Z', onset: '2026-11-21T02:53:00.000Z' },
    by: { id: 'U1', name: 'caryssa' },
    now: '2026-11-21T03:06:40.000Z',
    evidence: known,
    ...more,
  };
}

function action(more: Partial<RevertTools> = {}) {
  return revertAction({ mirror: mirrorOf(repo), branch: 'master', mode: 'push', servers: [], ...more });
}

/** Preview and run, as a person would; answers the preview, the result and the progress. */
async function press(asked: ActionRequest, more: Partial<RevertTools> = {}) {
  const it = action(more);
  const preview = await it.preview(asked, signal);
  const lines: string[] = [];
  const result = await it.run(asked, preview, (line) => lines.push(line), signal);
  return { preview, result, lines };
}

/** The command must do in a plain shell what the bot does: run in the person's own clone. */
function paste(command: string): void {
  repo.git('fetch', '--quiet', 'origin');
  repo.git('-c', 'alias.sh=!sh', 'sh', '-c', command);
}

const live = '2026-11-21T02:52:00.000Z';

describe('histories', () => {
  test('one commit', async () => {
    const good = repo.commit('Good', { 'app.rb': 'good\n' });
    const bad = repo.commit('Threaded comments', { 'app.rb': 'bad\n', 'new.rb': '1\n' });
    repo.push();
    const { preview, result, lines } = await press(request([deployed(bad, live, good)]));
    expect(preview).toMatchObject({ possible: true, safety: 'safe', title: `Revert ${bad.slice(0, 7)} "Threaded comments" on master` });
    expect(preview.lines.join('\n')).toContain('No conflict');
    expect(preview.unchecked.length).toBeGreaterThan(0);
    expect(result).toMatchObject({ status: 'done', live: { when: 'sha', sha: repo.head() }, commit: repo.head() });
    expect(lines).toHaveLength(2);
    expect(repo.at('app.rb')).toBe('good');
    expect(repo.git('ls-remote', '--heads', 'origin').split('\n')).toHaveLength(1);
  });

  test('several commits, a merge among them, become one; the side commits need no word', async () => {
    const good = repo.commit('Good', { 'app.rb': 'good\n' });
    repo.commit('First', { 'first.rb': '1\n' });
    repo.git('switch', '--quiet', '-c', 'topic');
    const side = repo.commit('Side', { 'side.rb': '1\n' });
    repo.git('switch', '--quiet', 'master');
    repo.git('merge', '--quiet', '--no-ff', '-m', 'Merge topic', 'topic');
    const last = repo.commit('Last', { 'app.rb': 'bad\n' });
    repo.push();
    const { preview } = await press(request([deployed(last, live, good)], { choice: { range: [last, side].join(',') } }), {});
    expect(preview.lines.join('\n')).toContain('Merge topic (merge)');
    expect(() => repo.at('side.rb')).toThrow();
    expect(repo.at('first.rb')).toBe('1');
    expect(repo.at('app.rb')).toBe('good');
  });

  test.each(['merge', 'squash', 'rebase'] as const)('the pasted command does the same after a %s', async (how) => {
    const good = repo.commit('Good', { 'app.rb': 'good\n' });
    repo.git('switch', '--quiet', '-c', 'topic');
    repo.commit('Side one', { 'side.rb': '1\n' });
    repo.commit('Side two', { 'app.rb': 'bad\n' });
    repo.git('switch', '--quiet', 'master');
    if (how === 'merge') repo.git('merge', '--quiet', '--no-ff', '-m', 'Merge topic', 'topic');
    else if (how === 'rebase') repo.git('merge', '--quiet', '--ff-only', 'topic');
    else {
      repo.git('merge', '--quiet', '--squash', 'topic');
      repo.commit('Topic (#1)', {});
    }
    repo.push();
    const preview = await action().preview(request([deployed(repo.head(), live, good)]), signal);
    expect(preview.possible).toBe(true);
    paste(preview.command);
    expect(repo.at('app.rb')).toBe('good');
    expect(() => repo.at('side.rb')).toThrow();
  });

  test('without any release a person chooses the commit; nothing needs a diagnosis', async () => {
    const first = repo.commit('First', { 'app.rb': 'good\n' });
    const second = repo.commit('Second', { 'app.rb': 'bad\n' });
    repo.push();
    const preview = await action().preview(request([]), signal);
    expect(preview).toMatchObject({ possible: false, choose: { field: 'sha', label: 'Which commit of master?' } });
    expect(preview.choose?.options.slice(0, 2).map((o) => o.value)).toEqual([second, first]);
    const { preview: chosen, result } = await press(request([], { choice: { sha: second } }));
    expect(chosen.choose).toBeUndefined();
    expect(result.status).toBe('done');
    expect(repo.at('app.rb')).toBe('good');
  });

  test('a revert is undone by its own commit, and that is no way back: it needs care', async () => {
    const good = repo.commit('Good', { 'app.rb': 'good\n' });
    const bad = repo.commit('Bad', { 'app.rb': 'bad\n' });
    repo.push();
    const first = await press(request([deployed(bad, live, good)]));
    const undo = first.result.status === 'done' ? (first.result.commit ?? '') : '';
    const again = await press(request([deployed(undo, live, good)], { id: 'action-2', choice: { undo } }));
    expect(again.preview).toMatchObject({ possible: true, safety: 'needs-care' });
    expect(again.preview.lines.join()).toContain('this brings the new code back');
    expect(again.result.status).toBe('done');
    expect(repo.at('app.rb')).toBe('bad');
    const third = await press(
      request([deployed(bad, live, good)], {
        id: 'action-3',
        choice: { undo: again.result.status === 'done' ? (again.result.commit ?? '') : '' },
      }),
    );
    expect(third.result.status).toBe('done');
    expect(repo.at('app.rb')).toBe('good');
  });

  test('newer work of others stays', async () => {
    const good = repo.commit('Good', { 'app.rb': 'good\n' });
    const bad = repo.commit('Bad', { 'app.rb': 'bad\n' });
    repo.commit('Not live yet', { 'later.rb': '1\n' });
    repo.push();
    const { preview } = await press(request([deployed(bad, live, good)]));
    expect(preview.lines).toContain('1 newer commit on master stays');
    expect(repo.at('app.rb')).toBe('good');
    expect(repo.at('later.rb')).toBe('1');
  });

  test('a conflict names its files and nothing is pushed', async () => {
    const good = repo.commit('Good', { 'app.rb': 'good\n' });
    const bad = repo.commit('Bad', { 'app.rb': 'bad\n' });
    repo.commit('On top', { 'app.rb': 'worse\n' });
    repo.push();
    const { preview, result } = await press(request([deployed(bad, live, good)]));
    expect(preview).toMatchObject({ possible: false, refusal: expect.stringContaining('app.rb'), command: expect.stringContaining(bad) });
    expect(result).toMatchObject({ status: 'refused', moved: false });
  });

  test('taken back already: it only has to go live', async () => {
    const good = repo.commit('Good', { 'app.rb': 'good\n' });
    const bad = repo.commit('Bad', { 'app.rb': 'bad\n' });
    repo.git('revert', '--no-edit', bad);
    repo.push();
    const { preview } = await press(request([deployed(bad, live, good)]));
    expect(preview).toMatchObject({ possible: false, refusal: expect.stringContaining('already') });
  });

  test('the undo of a revert brings the code back', async () => {
    const good = repo.commit('Good', { 'app.rb': 'good\n' });
    const bad = repo.commit('Bad', { 'app.rb': 'bad\n' });
    repo.push();
    const { result } = await press(request([deployed(bad, live, good)]));
    const undone = repo.head();
    paste(result.status === 'done' ? (result.undo ?? '') : '');
    expect(repo.at('app.rb')).toBe('bad');
    const again = await press(request([deployed(repo.head(), live, undone)], { id: 'action-2' }));
    expect(again.result.status).toBe('done');
    expect(repo.at('app.rb')).toBe('good');
  });

  test('hostile names and texts stay data', async () => {
    const branch = "rel/it's;$(pwned)&ü";
    const good = repo.commit('Good', { 'app.rb': 'good\n' });
    const bad = repo.commit('`id` $(id) "\'; rm -rf / #\n\nPulaski-Action: action-1x', { 'app.rb': 'bad\n' });
    repo.git('push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`);
    const asked = request([deployed(bad, live, good)], { incident: { ...request([]).incident, title: 'x\nPulaski-Action: action-9' } });
    const { preview, result } = await press(asked, { branch });
    expect(result.status).toBe('done');
    expect(repo.at('app.rb', branch)).toBe('good');
    expect(preview.command).toContain(`'origin/rel/it'\\''s;$(pwned)&ü'`);
    expect(await action({ branch }).settle({ ...asked, id: 'action-9' }, preview, signal)).toBeUndefined();
  });
});

describe('once, and only on what was shown', () => {
  let bad: string;
  let asked: ActionRequest;
  beforeEach(() => {
    const good = repo.commit('Good', { 'app.rb': 'good\n' });
    bad = repo.commit('Bad', { 'app.rb': 'bad\n' });
    repo.push();
    asked = request([deployed(bad, live, good)]);
  });

  test('the same request twice at the same time is one push, and both are told', async () => {
    const one = action();
    const other = revertAction({
      mirror: gitKit(process.env).mirror({ remote: repo.remote, folder: `${repo.folder}-2`, token: '' }),
      branch: 'master',
      mode: 'push',
      servers: [],
    });
    const preview = await one.preview(asked, signal);
    const results = await Promise.all([one, other].map((it) => it.run(asked, preview, () => {}, signal)));
    expect(results.map((r: ActionResult) => r.status)).toEqual(['done', 'done']);
    expect(repo.git('ls-remote', 'origin', 'refs/heads/master')).toContain(repo.head());
    repo.git('fetch', '--quiet', 'origin');
    expect(repo.git('rev-list', '--count', `${bad}..origin/master`)).toBe('1');
  });

  test('a run after a crash finds its own push', async () => {
    const { preview, result } = await press(asked);
    expect(await action().settle(asked, preview, signal)).toEqual(result);
    expect(await action().run(asked, preview, () => {}, signal)).toEqual(result);
  });

  test('a crash before the push: it did not happen', async () => {
    const preview = await action().preview(asked, signal);
    expect(await action().settle(asked, preview, signal)).toBeUndefined();
  });

  test('a branch that moved since the preview is shown again', async () => {
    const it = action();
    const preview = await it.preview(asked, signal);
    repo.commit('In between', { 'else.rb': '1\n' });
    repo.push();
    const head = repo.head();
    expect(await it.run(asked, preview, () => {}, signal)).toMatchObject({ status: 'refused', moved: true });
    expect(repo.head()).toBe(head);
  });

  test('a protected branch refuses: failed, with what to do', async () => {
    repo.hook('pre-receive', 'echo "GH006: Protected branch update failed for refs/heads/master." >&2; exit 1');
    const { result, preview } = await press(asked);
    expect(result).toMatchObject({
      status: 'failed',
      text: expect.stringContaining('GH006'),
      fix: expect.stringContaining('REVERT_MODE=pull-request'),
    });
    expect(result).toMatchObject({ fix: expect.stringContaining(preview.command) });
    expect(repo.head()).toBe(bad);
  });

  test('a dead remote: no preview, but the command from the evidence', async () => {
    const mirror = gitKit(process.env).mirror({ remote: 'http://bot:s3cretword@127.0.0.1:1/x.git', folder: repo.folder, token: '' });
    const diagnosis = { hypotheses: [{ remedy: { range: [bad] } }] } as unknown as NonNullable<ActionRequest['diagnosis']>;
    const preview = await action({ mirror }).preview({ ...asked, diagnosis }, signal);
    expect(preview).toMatchObject({ possible: false, command: expect.stringContaining(bad), safety: 'unchecked' });
    expect(JSON.stringify(preview)).not.toContain('s3cretword');
    expect(await action({ mirror }).settle(asked, preview, signal)).toMatchObject({ status: 'failed' });
    expect(await action({ mirror }).run(asked, preview, () => {}, signal)).toMatchObject({ status: 'failed' });
  });

  test('no release is known: says so, and how to look', async () => {
    const preview = await action().preview(request([]), signal);
    expect(preview).toMatchObject({
      possible: false,
      refusal: expect.stringContaining('No release is known'),
      command: expect.stringContaining('git log'),
    });
  });

  test('how long until it is live, from the last releases', async () => {
    const timed = evidence(
      'releases',
      ...[600, 540, 780].map((leadSeconds, i) => ({ kind: 'release', at: `2026-11-2${i}T00:00:00.000Z`, leadSeconds }) as const),
    );
    const preview = await action().preview({ ...asked, evidence: [...asked.evidence, timed] }, signal);
    expect(preview.lines).toContain('Live 9–13 min after the push (last 3)');
  });

  test('doctor: may it push?', async () => {
    expect(await action().verify(signal)).toMatchObject([{ ok: true }]);
    expect(await action({ mode: 'pull-request' }).verify(signal)).toMatchObject([
      { ok: false, fix: expect.stringContaining('GITHUB_TOKEN') },
      { ok: true },
    ]);
    const host = github({ merged: false, why: 'it conflicts' });
    const token = { what: 'github token', ok: true, expires: '2027-01-31T00:00:00.000Z' };
    expect(await action({ mode: 'pull-request', github: host }).verify(signal)).toMatchObject([{ ok: true }, token]);
    const guarded = { ok: false, says: expect.stringContaining('protected') };
    expect(await action({ github: host }).verify(signal)).toMatchObject([{ ok: true }, token, guarded]);
  });
});

describe('migrations in the range', () => {
  test('not compared: not checked, and said', async () => {
    const good = repo.commit('Good', { 'app.rb': 'good\n' });
    const bad = repo.commit('Bad', {
      'db/migrate/20261121000000_x.rb': 'class X\n  def change\n    remove_column :posts, :title\n  end\nend\n',
    });
    repo.push();
    const preview = await action().preview(request([deployed(bad, live, good)]), signal);
    expect(preview).toMatchObject({ possible: true, safety: 'unchecked' });
    expect(preview.lines.join('\n')).toMatch(/Migration 20261121000000 x: not compared/);
    expect(preview.lines.join('\n')).toContain('MYSQL_URL');
  });
});

/** A GitHub that holds one pull request. */
function github(merge: Awaited<ReturnType<GithubRepo['merge']>>): GithubRepo & { opened: number } {
  let pull: Pull | undefined;
  const it = {
    name: 'acme/shop',
    url: 'https://github.com/acme/shop',
    opened: 0,
    ci: async () => ({ state: 'failed', failed: ['build'] }) as const,
    isProtected: async () => true,
    expires: () => '2027-01-31T00:00:00.000Z',
    findPull: async () => pull,
    openPull: async ({ head }: { head: string }) => {
      it.opened += 1;
      pull = { number: 5, url: 'https://github.com/acme/shop/pull/5', headSha: repo.head(head), state: 'open' };
      return pull;
    },
    merge: async () => {
      if (merge.merged && pull) pull = { ...pull, state: 'merged', mergeSha: merge.sha };
      return merge;
    },
  } satisfies GithubRepo & { opened: number };
  return it;
}

describe('as a pull request', () => {
  let asked: ActionRequest;
  beforeEach(() => {
    const good = repo.commit('Good', { 'app.rb': 'good\n' });
    const bad = repo.commit('Bad', { 'app.rb': 'bad\n' });
    repo.push();
    asked = request([deployed(bad, live, good)]);
  });

  test('opened and merged', async () => {
    const host = github({ merged: true, sha: 'f'.repeat(40) });
    const before = repo.head();
    const { preview, result } = await press(asked, { mode: 'pull-request', github: host });
    expect(preview.lines).toContain('CI of master: failed (build)');
    expect(result).toMatchObject({
      status: 'done',
      commit: 'f'.repeat(40),
      links: ['https://github.com/acme/shop/pull/5', expect.any(String)],
    });
    expect(repo.head()).toBe(before);
    expect(repo.at('app.rb', 'pulaski/revert-action-1')).toBe('good');
    expect(await action({ mode: 'pull-request', github: host }).settle(asked, preview, signal)).toMatchObject({ commit: 'f'.repeat(40) });
  });

  test('not allowed to merge: open, and says what it waits for; a second run opens no second one', async () => {
    const host = github({ merged: false, why: 'At least 1 approving review is required' });
    const { preview, result } = await press(asked, { mode: 'pull-request', github: host });
    expect(result).toMatchObject({ status: 'done', text: expect.stringContaining('approving review') });
    await action({ mode: 'pull-request', github: host }).run(asked, preview, () => {}, signal);
    expect(host.opened).toBe(1);
  });

  test('without GitHub it is refused before anything is pushed', async () => {
    const { preview } = await press(asked, { mode: 'pull-request' });
    expect(preview).toMatchObject({ possible: false, refusal: expect.stringContaining('GITHUB_TOKEN') });
    expect(repo.git('ls-remote', '--heads', 'origin').split('\n')).toHaveLength(1);
  });
});
