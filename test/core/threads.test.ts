import { expect, test } from 'vitest';
import { copyText } from '../../src/core/copies.ts';
import { threads } from '../../src/core/threads.ts';
import { blind, causeSeen, day, diagnosis, errors, found, incident, judged, looking, orphans, reverted } from './brief/stories.ts';

test('log, statement with its plan, KILL list and commands, each once', () => {
  const all = threads(incident(causeSeen));
  expect(all.map((m) => m.key.replace(/^(commands:[^:]+):.*/, '$1'))).toEqual([
    'log:deploy-tasks-4f1c2ab',
    'statement:select * from comments where post_id = ? order by created_at',
    'kill-list',
    'commands:migration-orphaned-rows',
  ]);
  expect(all[0]?.code).toContain('Cannot add or update a child row');
  expect(all[1]?.code).toMatch(/comments\s+ALL\s+no key\s+3,000,000/);
  expect(all[2]?.code).toMatch(/^KILL QUERY 1000; KILL QUERY 1001;/);
  const done = { type: 'posted', at: day('03:05'), key: 'kill-list', kind: 'thread', ts: '1.3', text: '' } as const;
  expect(threads(incident([...causeSeen, done])).map((m) => m.key)).not.toContain('kill-list');
});

test('a fix too long for the card stands in the thread whole', () => {
  const fix = `kubectl create role ${'x'.repeat(400)}`;
  expect(threads(incident([...looking, blind('deploy', 'forbidden', fix)])).find((m) => m.key === 'fix:deploy')?.code).toBe(fix);
});

test('better commands of the same cause are posted, the same with newer numbers are not', () => {
  const keyFor = (command: string) => {
    const h = { ...orphans, remedy: { ...orphans.remedy, commands: [command] } };
    return threads(incident([...looking, judged(diagnosis({ hypotheses: [h] }))])).find((m) => m.key.startsWith('commands:'))?.key;
  };
  expect(keyFor('KILL 12;')).toBe(keyFor('KILL 9;'));
  expect(keyFor('ALTER TABLE a')).not.toBe(keyFor('ALTER TABLE b'));
});

test('no other commands while a fix is on its way', () => {
  expect(threads(incident(reverted)).some((m) => m.key.startsWith('commands:'))).toBe(false);
});

test('copies: the newest preview’s command, the KILL list line by line; an old button has nothing to copy', () => {
  expect(copyText(incident(causeSeen), 'revert')?.code).toBe('git revert --no-edit 4f1c2ab\ngit push origin HEAD:master');
  expect(copyText(incident(causeSeen), 'kill-list')?.code.split('\n')).toHaveLength(183);
  expect(copyText(incident(reverted), 'commands')?.code).toContain('git revert');
  expect(copyText(incident(looking), 'kill-list')).toBeUndefined();
  expect(copyText(incident(causeSeen), 'anything')).toBeUndefined();
});

test('news of later looks: a check that went blind and sees again, an error that was not there; nothing twice', () => {
  const group = (title: string) => ({ kind: 'error-group', tone: 'bad', title, count: 3 }) as const;
  const later = [
    blind('rds', 'throttled', 'wait', day('03:06')),
    found('rds', [], day('03:07')),
    found('rollbar', [errors, group('NoMethodError <!here>')], day('03:06')),
    found('rollbar', [errors, group('NoMethodError <!here>')], day('03:07')),
  ];
  const said = threads(incident([...looking, ...later])).filter((m) => m.key.startsWith('news:'));
  expect(said.map((m) => m.text.replace(/<!date[^>]*\|([^>]*)>/g, '$1'))).toEqual([
    'Since 03:06 UTC I cannot see RDS: throttled',
    'I can see RDS again since 03:07 UTC',
    'New since 03:06 UTC: NoMethodError &lt;!here&gt; ×3',
  ]);
});
