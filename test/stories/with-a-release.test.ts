import { expect, test } from 'vitest';
import { play } from './play.ts';

const LIMIT = 100_000;

test('iris: the failed migration is seen from root to CPU, the revert is done, and every symptom recovers', {
  timeout: LIMIT,
}, async () => {
  const { code, story, said } = await play('iris');
  expect(said.replace(/^slack: .*$/gm, '').trim()).toBe('');
  expect(code).toBe(0);
  const [first] = story.diagnosis.hypotheses;
  expect(story.diagnosis).toMatchObject({ verdict: 'cause', revert: 'helps' });
  expect(first).toMatchObject({ rule: 'migration-orphaned-rows' });
  expect(Object.values(first?.facts ?? {})).toEqual(expect.arrayContaining(['comments', 'post_id']));
  expect(first?.chain.join('\n')).toMatch(/CPU/);
  expect(story.actions).toMatchObject([{ kind: 'revert', result: 'done' }]);
  expect(story.recovery).toBe('recovered');
  expect(story.topLevelMessages).toBeLessThanOrEqual(3);
  expect(story.timings.causeMs).toBeGreaterThan(0);
});

test('bad-code: the commit in the stack trace is convicted and reverted', { timeout: LIMIT }, async () => {
  const { code, story } = await play('bad-code');
  expect(code).toBe(0);
  expect(story.diagnosis).toMatchObject({ verdict: 'cause', revert: 'helps', hypotheses: [{ rule: 'code-exception' }] });
  expect(story.diagnosis.suspects).toHaveLength(1);
  expect(story.recovery).toBe('recovered');
});
