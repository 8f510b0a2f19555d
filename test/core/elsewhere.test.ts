import { expect, test } from 'vitest';
import { changedElsewhere } from '../../src/core/elsewhere.ts';
import type { Finding } from '../../src/core/evidence.ts';
import { at, foundBy, quietBy } from '../setup/journal-of.ts';

const table = (type: string, changedAt?: string): Finding => ({
  kind: 'table',
  table: 'thread_stats',
  columns: [{ name: 'message_thread_id', type }],
  ...(changedAt === undefined ? {} : { changedAt }),
});
const web = (sha: string): Finding => ({ kind: 'rollout', deployment: 'web', sha });

test('a column that was widened outside, with the time that pods must be newer than', () => {
  const history = [foundBy('schema', 1, [table('int(11)')]), foundBy('schema', 9, [table('bigint(20)', at(8))])];
  expect(changedElsewhere(history, [])).toEqual([
    { text: 'thread_stats.message_thread_id is BIGINT now (was INT)', live: { when: 'pods-newer', than: at(8) } },
  ]);
});

test('the display width alone is no change', () => {
  expect(changedElsewhere([foundBy('schema', 1, [table('int(11)')]), foundBy('schema', 2, [table('int')])], [])).toEqual([]);
});

test('another commit in the pods, unless we put it there', () => {
  const history = [quietBy('deploy', 1, [web('4f1c2ab99')]), quietBy('deploy', 5, [web('91b07de99')])];
  expect(changedElsewhere(history, [])).toMatchObject([{ live: { when: 'sha', sha: '91b07de99' } }]);
  expect(changedElsewhere(history, ['91b07de99'])).toEqual([]);
});
