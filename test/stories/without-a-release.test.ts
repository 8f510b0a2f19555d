import { expect, test } from 'vitest';
import { play } from './play.ts';

const LIMIT = 100_000;

test('intercom: no release is convicted, the columns are named, restarts follow the changed tables', { timeout: LIMIT }, async () => {
  const { code, story } = await play('intercom');
  expect(code).toBe(0);
  const [first] = story.diagnosis.hypotheses;
  expect(story.diagnosis).toMatchObject({ verdict: 'cause', revert: 'useless', suspects: [] });
  expect(first?.rule).toBe('integer-overflow');
  const named = JSON.stringify(first);
  for (const column of ['conversation_parts', 'thread_stats', 'audits', 'thread_ref']) expect(named).toContain(column);
  expect(story.actions.map((a) => a.kind)).toEqual(['restart', 'restart']);
  expect(story.recovery).toBe('recovered');
});

test('innocent-deploy: a release before the onset is left alone', { timeout: LIMIT }, async () => {
  const { code, story } = await play('innocent-deploy');
  expect(code).toBe(0);
  expect(story.diagnosis.suspects).toEqual([]);
  expect(['useless', 'unknown']).toContain(story.diagnosis.revert);
  expect(story).toMatchObject({ actions: [], recovery: null });
});

test('blind: what refuses is named, and nothing is guessed', { timeout: LIMIT }, async () => {
  const { code, story } = await play('blind');
  expect(code).toBe(0);
  expect(story.diagnosis.verdict).toBe('inconclusive');
  expect(story.diagnosis.blind.map((b) => b.check)).toEqual(expect.arrayContaining(['mysql', 'deploy']));
  expect(story.recovery).toBeNull();
});

test('lock-pileup: the one idle session that holds the lock is ended, and everybody behind it runs on', { timeout: LIMIT }, async () => {
  const { code, story } = await play('lock-pileup');
  expect(code).toBe(0);
  expect(story.diagnosis).toMatchObject({ verdict: 'cause', suspects: [], hypotheses: [{ rule: 'metadata-lock' }] });
  expect(story.actions).toMatchObject([{ kind: 'kill-queries', result: 'done' }]);
  expect(story.recovery).toBe('recovered');
});
