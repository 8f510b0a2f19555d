import { describe, expect, test } from 'vitest';
import type { ErrorGroup, Evidence, Finding } from '../../src/core/evidence.ts';
import { judgeRecovery, type Recovery } from '../../src/core/recovery.ts';
import { sameSha } from '../../src/core/same-sha.ts';
import { at, blindBy, foundBy, quietBy } from '../setup/journal-of.ts';

const sha = 'a0c11fe0000000000000000000000000000000aa';
const old = '4f1c2ab0000000000000000000000000000000bb';
const live = { when: 'sha', sha } as const;
const fix = { at: at(3), live };
const onset = at(-10);

const rate = (values: readonly number[], from: number): Finding => ({
  kind: 'error-rate',
  tone: 'bad',
  points: values.map((count, i) => ({ at: at(from + i), count })),
});
const before = [4, 4, 5, 3];
const stuck = (threads: number): Finding => ({ kind: 'query-group', fingerprint: 'select ?', threads, tone: 'bad' });
const rollout = (minutes: number, commit: string, state: 'complete' | 'progressing' = 'complete'): Evidence =>
  quietBy('deploy', minutes, [{ kind: 'rollout', deployment: 'web', sha: commit, state, liveAt: at(minutes) }]);

const sick = [foundBy('rollbar', 1, [rate([...before, 300, 310], -14)]), foundBy('mysql', 1, [stuck(183)]), rollout(1, old)];
const judge = (history: readonly Evidence[], minutes: number, was?: Recovery) => judgeRecovery(history, fix, onset, was, at(minutes));

describe('recovery', () => {
  test('nothing can improve before the pods change', () => expect(judge([...sick, rollout(5, old)], 5).word).toBe('not-live-yet'));
  test('half of the pods is not live', () => expect(judge([...sick, rollout(5, sha, 'progressing')], 5).word).toBe('not-live-yet'));

  const calm = [...sick, rollout(6, sha), foundBy('rollbar', 9, [rate([...before, 300, 310, 4, 3], 1)]), quietBy('mysql', 9)];
  test('all quiet, but not held: better, and since when', () => {
    expect(judge(calm, 9)).toMatchObject({ word: 'better', liveAt: at(6), quietSince: at(9) });
  });
  test('held five minutes: recovered', () => {
    const first = judge(calm, 9);
    expect(judge(calm, 13, first).word).toBe('better');
    expect(judge(calm, 14, first)).toMatchObject({ word: 'recovered', quietSince: at(9) });
  });
  test('the table has before, worst and now', () => {
    const symptom = judge(calm, 9).symptoms.find((s) => s.key.includes('error-rate'));
    expect(symptom).toMatchObject({ before: 4, worst: 310, now: 3, state: 'quiet' });
  });
  test('the minutes before it was live do not count: one quiet point is not two', () => {
    const early = [...sick, rollout(6, sha), foundBy('rollbar', 7, [rate([...before, 300, 310, 4], 0)]), quietBy('mysql', 7)];
    expect(judge(early, 7)).toMatchObject({ word: 'better' });
    expect(judge(early, 7).quietSince).toBeUndefined();
  });
  test('one group still fires: better, and it is named', () => {
    const tail = [...sick, rollout(6, sha), foundBy('rollbar', 9, [rate([300, 310, 38, 38], 5)]), quietBy('mysql', 9)];
    const verdict = judge(tail, 20);
    expect(verdict.word).toBe('better');
    expect(verdict.says.join()).toContain('38');
  });
  test('as bad as before: unchanged', () => {
    expect(judge([...sick, rollout(6, sha), foundBy('rollbar', 9, [rate([310, 300], 7)]), foundBy('mysql', 9, [stuck(180)])], 9).word).toBe(
      'unchanged',
    );
  });
  test('in the first minutes, while a source has no newer number: not "unchanged", but too early to tell', () => {
    const early = [...sick, rollout(6, sha), foundBy('mysql', 7, [stuck(180)])];
    expect(judge(early, 7).word).toBe('cannot-tell');
    expect(judge([...early, foundBy('mysql', 11, [stuck(180)])], 11).word).toBe('unchanged');
  });
  test('a group whose minutes are no longer told is not seen: its count of a day is no rise', () => {
    const group = (more: Partial<ErrorGroup>): Finding => ({ kind: 'error-group', title: 'Timeout', tone: 'bad', ...more });
    const points = (...counts: number[]) => counts.map((count, i) => ({ at: at(i - 2), count }));
    const loud = foundBy('rollbar', 1, [group({ points: points(0, 190, 208), count: 398 })]);
    const calmed = foundBy('rollbar', 9, [group({ count: 5516, tone: 'normal' })]);
    const verdict = judge([loud, rollout(1, old), rollout(6, sha), calmed], 30);
    expect(verdict).toMatchObject({ word: 'cannot-tell', symptoms: [{ worst: 208, state: 'unseen', unit: '/ min' }] });
  });
  test('a group of which only counts are known has no rate', () => {
    const group: Finding = { kind: 'error-group', title: 'Timeout', tone: 'bad', count: 398 };
    const verdict = judge([foundBy('rollbar', 1, [group]), rollout(1, old), rollout(6, sha), foundBy('rollbar', 9, [group])], 30);
    expect(verdict.symptoms[0]?.unit).toBeUndefined();
  });
  test('up by a quarter: worse', () => {
    expect(judge([...sick, rollout(6, sha), foundBy('rollbar', 9, [rate([310, 400], 7)]), foundBy('mysql', 9, [stuck(180)])], 9).word).toBe(
      'worse',
    );
  });
  test('all blind: cannot tell', () => {
    expect(judge([...sick, rollout(6, sha), blindBy('rollbar', 9), blindBy('mysql', 9)], 9).word).toBe('cannot-tell');
  });
  test('one blind source forbids "recovered", and is named', () => {
    const verdict = judge([...sick, rollout(6, sha), foundBy('rollbar', 9, [rate([4, 3], 7)]), blindBy('mysql', 9)], 30);
    expect(verdict.word).toBe('better');
    expect(verdict.says.join()).toContain('stuck queries');
  });
  test('fewer than five stuck threads are quiet', () => {
    const few = [...sick, rollout(6, sha), foundBy('rollbar', 9, [rate([4, 3], 7)]), foundBy('mysql', 9, [stuck(4)])];
    expect(judge(few, 9).quietSince).toBe(at(9));
  });
  test('what stays after a perfect fix is not waited for', () => {
    const job: Finding = { kind: 'workload', workload: 'job', name: 'deploy-tasks', tone: 'bad', recovers: false };
    expect(judge([foundBy('deploy', 1, [job]), ...calm], 9).symptoms.some((s) => s.key.includes('workload'))).toBe(false);
  });
  test('a restart is live when every pod is newer', () => {
    const pods = (minutes: number, oldest: number) =>
      quietBy('deploy', minutes, [{ kind: 'rollout', deployment: 'web', state: 'complete', oldestPodStartedAt: at(oldest) }]);
    const restart = { at: at(3), live: { when: 'pods-newer', than: at(3) } as const };
    expect(judgeRecovery([...sick.slice(0, 2), pods(4, -60)], restart, onset, undefined, at(4)).word).toBe('not-live-yet');
    expect(judgeRecovery([...sick.slice(0, 2), pods(6, 5)], restart, onset, undefined, at(6)).word).not.toBe('not-live-yet');
  });
  test('deployments scaled to zero, or restarted by others at other times, do not keep a restart from being live', () => {
    const rollouts = (minutes: number, web: number): Evidence =>
      quietBy('deploy', minutes, [
        { kind: 'rollout', deployment: 'web', state: 'complete', oldestPodStartedAt: at(web) },
        { kind: 'rollout', deployment: 'worker', state: 'complete', oldestPodStartedAt: at(5) },
        { kind: 'rollout', deployment: 'batch', state: 'complete', pods: { ready: 0, wanted: 0, updated: 0 } },
      ]);
    const restart = { at: at(3), live: { when: 'pods-newer', than: at(3) } as const };
    const seen = sick.slice(0, 2);
    expect(judgeRecovery([...seen, rollouts(5, -60)], restart, onset, undefined, at(5)).word).toBe('not-live-yet');
    expect(judgeRecovery([...seen, rollouts(6, 4)], restart, onset, undefined, at(6)).word).not.toBe('not-live-yet');
  });

  describe('the machine alone', () => {
    const cpu = (values: readonly number[], from: number): Finding => ({
      kind: 'metric',
      tone: 'bad',
      name: 'CPUUtilization',
      unit: 'Percent',
      baseline: { mean: 22, max: 30 },
      points: values.map((value, i) => ({ at: at(from + i), value })),
    });
    const hot = [...sick, foundBy('rds', 1, [cpu([22, 97], 0)]), rollout(6, sha)];
    const calmBut = (minutes: number, value: number) => [
      ...hot,
      foundBy('rollbar', minutes, [rate([4, 3], minutes - 2)]),
      quietBy('mysql', minutes),
      foundBy('rds', minutes, [cpu([value, value], minutes - 2)]),
    ];
    test('holds the word back for a quarter of an hour and no longer, and is named', () => {
      const first = judge(calmBut(9, 95), 9);
      expect(first).toMatchObject({ word: 'better', peopleQuietSince: at(9) });
      expect(judge(calmBut(23, 95), 23, first).word).toBe('better');
      const last = judge(calmBut(24, 95), 24, first);
      expect(last).toMatchObject({ word: 'recovered', quietSince: at(9) });
      expect(last.says.join()).toContain('CPU: 95 % (worst 97 %)');
    });
    test('is no "worse" while nobody feels it', () => expect(judge(calmBut(9, 122), 9).word).toBe('better'));
    test('where no other symptom was seen it decides', () => {
      const only = [foundBy('rds', 1, [cpu([22, 97], 0)]), rollout(6, sha), foundBy('rds', 40, [cpu([95, 95], 38)])];
      expect(judge(only, 40).word).toBe('unchanged');
    });

    const disk = (values: readonly number[], from: number): Finding => ({
      kind: 'metric',
      tone: 'bad',
      name: 'FreeStorageSpace',
      unit: 'Bytes',
      baseline: { mean: 300, max: 310 },
      points: values.map((value, i) => ({ at: at(from + i), value })),
    });
    test.each([
      [[250, 260], 'quiet'],
      [[160, 160], 'halved'],
      [[20, 20], 'same'],
      [[5, 5], 'worse'],
    ] as const)('of what fell, more is better: %j is %s', (values, state) => {
      const history = [foundBy('rds', 1, [disk([90, 20], 0)]), rollout(6, sha), foundBy('rds', 9, [disk(values, 7)])];
      expect(judge(history, 9).symptoms[0]).toMatchObject({ before: 300, worst: 20, state });
    });
  });

  test('statements that began before the fix was live are left over: named, with the KILL list', () => {
    const left49 = (longestSeconds: number): Finding => ({
      kind: 'query-group',
      fingerprint: 'select ?',
      threads: 49,
      tone: 'bad',
      longestSeconds,
    });
    const left = [...sick, rollout(6, sha), foundBy('mysql', 9, [left49(900)])];
    expect(judge(left, 9).says.join()).toMatch(/left over: up to 49 statements.*15 min.*KILL list/);
    expect(judge([...sick, rollout(6, sha), foundBy('mysql', 9, [left49(20)])], 9).says.join()).not.toContain('left over');
  });

  test('two groups of one error are told apart by their route', () => {
    const group = (transaction: string, count: number): Finding => ({
      kind: 'error-group',
      tone: 'bad',
      title: 'RangeError',
      transaction,
      count,
    });
    const first = foundBy('sentry', 1, [group('POST /a', 90), group('POST /b', 40)]);
    const later = foundBy('sentry', 9, [group('POST /b', 39)]);
    const verdict = judge([first, rollout(6, sha), later], 9);
    expect(verdict.word).toBe('better');
    expect(verdict.says).toEqual(['POST /b: RangeError: 39 (worst 40)']);
  });
});

test.each([
  ['4f1c2ab', old, true],
  [old, '4f1c2ab', true],
  ['4f1c2a', old, false],
  ['4f1c2ab', sha, false],
  ['', old, false],
])('sameSha %s %s', (one, other, same) => expect(sameSha(one, other)).toBe(same));
