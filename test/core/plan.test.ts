import { describe, expect, test } from 'vitest';
import { announcement } from '../../src/core/announcement.ts';
import type { IncidentEvent } from '../../src/core/incident.ts';
import { plan } from '../../src/core/plan.ts';
import { alertOf, at, doneAction, foundBy, incidentOf, looked, opened, quietBy } from '../setup/journal-of.ts';

const policy = { deadlineMinutes: 15 };
const keys = (events: readonly IncidentEvent[], minutes: number) =>
  plan(incidentOf(...events), at(minutes), policy).steps.map((s) => s.key);
const next = (events: readonly IncidentEvent[], minutes: number) => plan(incidentOf(...events), at(minutes), policy).next;

const placed: IncidentEvent = { type: 'placed', at: at(0), place: { channel: 'C1', name: 'inc-12' } };
const invited: IncidentEvent = { type: 'invited', at: at(0), users: ['U1'], failed: [] };
const carded: IncidentEvent = { type: 'card-posted', at: at(0), ts: '1.1' };
const look = (n: number, from: number, to?: number): readonly IncidentEvent[] => [
  { type: 'look-started', at: at(from), look: n, lean: n > 1, asked: ['mysql'] },
  ...(to === undefined ? [] : [{ type: 'look-ended', at: at(to), look: n } as const]),
];
const announced: IncidentEvent = {
  type: 'posted',
  at: at(0),
  key: 'announce:1',
  kind: 'announcement',
  ts: '1.0',
  text: announcement(incidentOf(opened(), placed)),
};
const settled = [opened(), placed, invited, carded, announced];

describe('the steps that are due', () => {
  const cases: readonly [string, readonly IncidentEvent[], number, readonly string[]][] = [
    ['a new incident: channel and look at once, side by side', [opened()], 0, ['place', 'look:1']],
    ['a channel: people and card', [opened(), placed], 0, ['invite', 'card', 'announce:1', 'look:1']],
    ['a look that a crash cut off goes on', [...settled, ...look(1, 0)], 0.5, ['look:1']],
    ['nothing between two looks', [...settled, ...look(1, 0, 0.1)], 0.5, []],
    ['again after a minute', [...settled, ...look(1, 0, 0.1)], 1, ['look:2']],
    ['after half an hour only every five minutes', [...settled, ...look(31, 30, 30.1)], 31, []],
    ['after half an hour, five minutes later', [...settled, ...look(31, 30, 30.1)], 35, ['look:32']],
    [
      'every minute while an action is not settled',
      [...settled, ...look(31, 30, 30.1), ...doneAction('a', 30, { when: 'now' })],
      31,
      ['announce:2', 'look:32'],
    ],
    ['a look that was asked for comes at once', [...settled, ...look(1, 0, 0.1), { type: 'look-asked', at: at(0.2) }], 0.2, ['look:2']],
    ['a confirmed action', [...settled, ...look(1, 0, 0.1), ...doneAction('a', 0.2, { when: 'now' }).slice(0, 1)], 0.3, ['action:a']],
    [
      'a resolved incident: its review',
      [...settled, { type: 'resolved', at: at(2), fixedBy: 'revert', note: '' }],
      3,
      ['announce:2', 'review'],
    ],
    [
      'a reviewed one: closing',
      [
        ...settled,
        { type: 'resolved', at: at(2), fixedBy: 'x', note: '' },
        { type: 'posted', at: at(2), key: 'review', kind: 'file', ts: '', text: '' },
      ],
      3,
      ['announce:2', 'close'],
    ],
    ['a closed one: only the announcement', [...settled, { type: 'closed', at: at(2), why: 'resolved' }], 3, ['announce:2']],
  ];
  test.each(cases)('%s', (_name, events, minutes, wanted) => expect(keys(events, minutes)).toEqual(wanted));

  test('a closed one whose announcement says so: nothing', () => {
    const closed = [...settled, { type: 'closed', at: at(2), why: 'resolved' } as const];
    const text = announcement(incidentOf(...closed));
    expect(text).toContain('Deploys may go on');
    expect(keys([...closed, { type: 'posted', at: at(2), key: 'announce:2', kind: 'announcement', ts: '1.0', text }], 3)).toEqual([]);
  });

  test('a look that was asked for is whole, the minute looks are lean', () => {
    const asked = plan(incidentOf(...settled, ...look(1, 0, 0.1), { type: 'look-asked', at: at(0.2) }), at(0.2), policy).steps[0];
    const minute = plan(incidentOf(...settled, ...look(1, 0, 0.1)), at(1), policy).steps[0];
    expect([asked, minute]).toMatchObject([{ lean: false }, { lean: true }]);
  });
});

describe('when it is due next', () => {
  test('the next look', () => expect(next([...settled, ...look(1, 0, 0.1)], 0.5)).toBe(at(1)));
  test('the reminder at two thirds of the deadline comes between seldom looks', () =>
    expect(next([...settled, ...look(1, 9, 9.1)], 9.5)).toBe(at(10)));
  test('a closed incident is never due', () => expect(next([...settled, { type: 'closed', at: at(1), why: 'resolved' }], 2)).toBeNull());
});

describe('an incident that an alert opened closes itself', () => {
  const alert = { source: 'alertmanager', key: 'k' };
  const resolved: IncidentEvent = { type: 'alerted', at: at(5), alert: alertOf({ ...alert, status: 'resolved' }) };
  const base = [opened(alert, null), placed, invited, carded, ...look(1, 4, 4.1), resolved];
  test('after 30 quiet minutes', () => expect(keys(base, 36)).toContain('close'));
  test('not before', () => expect(keys(base, 34)).not.toContain('close'));
  test('not when a person touched it', () =>
    expect(keys([...base, { type: 'led', at: at(6), by: 'U1', user: 'U1' }], 60)).not.toContain('close'));
  test('not while another alert that was gathered here fires', () => {
    const other = (status: 'firing' | 'resolved', minute: number): IncidentEvent => ({
      type: 'alerted',
      at: at(minute),
      alert: alertOf({ ...alert, key: 'other', status }),
    });
    const gathered = [...base.slice(0, -1), other('firing', 2), resolved];
    expect(keys(gathered, 60)).not.toContain('close');
    expect(keys([...gathered, other('resolved', 10)], 41)).toContain('close');
  });
  test('not when a person opened it', () => expect(keys([opened(alert), ...base.slice(1)], 60)).not.toContain('close'));
  test('the 30 minutes count from the last bad finding', () => {
    const noisy = looked(2, foundBy('mysql', 20, [{ kind: 'query-group', fingerprint: 'q', threads: 90, tone: 'bad' }]));
    expect(keys([...base, noisy], 40)).not.toContain('close');
    expect(keys([...base, noisy, looked(3, quietBy('mysql', 21))], 51)).toContain('close');
  });
});
