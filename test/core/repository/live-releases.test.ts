import { describe, expect, test } from 'vitest';
import { type LiveRelease, liveReleases, quietIndex } from '../../../src/core/repository/live-releases.ts';
import { evidence } from '../../support/git-check.ts';

const at = (time: string) => `2026-11-21T${time}:00.000Z`;
const live = (sha: string, liveAt?: string, startedAt?: string): LiveRelease => ({
  sha,
  source: 'deploy',
  ...(liveAt ? { liveAt } : {}),
  ...(startedAt ? { startedAt } : {}),
});

const cases: [what: string, releases: LiveRelease[], onset: string, quiet: string | undefined][] = [
  ['the predecessor of the one under which it began', [live('a', at('01:00')), live('b', at('02:52'))], at('02:53'), 'a'],
  ['a release after the onset is not it', [live('a', at('01:00')), live('b', at('02:52')), live('c', at('03:10'))], at('02:53'), 'a'],
  ['one that served two minutes says nothing', [live('a', at('01:00')), live('b', at('02:50')), live('c', at('02:52'))], at('02:53'), 'a'],
  ['one that served a day and more is quiet itself', [live('a', '2026-11-18T00:00:00.000Z')], at('02:53'), 'a'],
  ['it began while the pods were still changing', [live('a', at('01:00')), live('b', at('02:56'), at('02:50'))], at('02:52'), 'a'],
  ['what ran before has no time', [live('a'), live('b', at('02:52'))], at('02:53'), 'a'],
  ['nothing ran before', [live('b', at('02:52'))], at('02:53'), undefined],
  ['all came after the onset', [live('a', at('03:00')), live('b', at('03:10'))], at('02:53'), undefined],
  ['nothing is known', [], at('02:53'), undefined],
];

describe('the last quiet release', () => {
  test.each(cases)('%s', (_, releases, onset, quiet) => expect(releases[quietIndex(releases, onset)]?.sha).toBe(quiet));
});

describe('what ran when', () => {
  test('one commit on several deployments, named short and long, is one release', () => {
    const long = 'abcdef0123'.padEnd(40, '0');
    const found = liveReleases([
      evidence(
        'deploy',
        { kind: 'rollout', deployment: 'web', sha: long, startedAt: at('02:50'), liveAt: at('02:52') },
        { kind: 'rollout', deployment: 'worker', sha: 'abcdef0', startedAt: at('02:51'), liveAt: at('02:55') },
      ),
    ]);
    expect(found).toEqual([{ sha: long, source: 'deploy', startedAt: at('02:50'), liveAt: at('02:52') }]);
  });

  test('a rollback is a release of its own', () => {
    const [a, b] = ['aaaaaaa', 'bbbbbbb'];
    const found = liveReleases([
      evidence('rollbar', ...[a, b, a].map((sha, i) => ({ kind: 'release', sha, at: at(`0${i}:00`) }) as const)),
    ]);
    expect(found.map((r) => r.sha)).toEqual([a, b, a]);
  });

  test('a failed deploy, a version that is no commit, and our own words are left out', () => {
    const failed = evidence(
      'rollbar',
      { kind: 'release', sha: 'aaaaaaa', at: at('01:00'), status: 'failed' },
      { kind: 'release', version: 'v1.2.3', at: at('01:00') },
    );
    expect(liveReleases([failed, evidence('releases', { kind: 'release', sha: 'bbbbbbb', at: at('02:00') })])).toEqual([]);
  });

  test('a stalled rollout is not live, but it has begun', () => {
    const [found] = liveReleases([
      evidence('deploy', {
        kind: 'rollout',
        deployment: 'web',
        sha: 'aaaaaaa',
        startedAt: at('02:00'),
        liveAt: at('02:10'),
        state: 'stalled',
      }),
    ]);
    expect(found).toEqual({ sha: 'aaaaaaa', source: 'deploy', startedAt: at('02:00') });
  });
});
