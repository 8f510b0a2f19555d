import { expect, test } from 'vitest';
import { fold, foldMore } from '../../src/core/fold.ts';
import { onsetOf } from '../../src/core/incident.ts';
import { at, doneAction, foundBy, looked, opened } from '../setup/journal-of.ts';

const events = [
  opened(),
  looked(1, foundBy('rollbar', 1, [{ kind: 'error-rate', points: [], tone: 'bad', onset: at(-11) }])),
  { type: 'led', at: at(2), by: 'U1', user: 'U1' } as const,
  ...doneAction('a', 3, { when: 'now' }),
  looked(2, foundBy('rollbar', 60, [{ kind: 'error-rate', points: [], tone: 'bad', onset: at(-50) }])),
];

test('folding on from anywhere gives what folding all gives', () => {
  for (let cut = 1; cut <= events.length; cut++)
    expect(foldMore(fold('i', events.slice(0, cut)), events.slice(cut))).toEqual(fold('i', events));
});

test('the onset stays as it was seen first, whatever a later window shows', () => expect(onsetOf(fold('i', events).history)).toBe(at(-11)));

test('of one look’s trackers the earliest onset counts', () => {
  const seen = (check: string, minutes: number) => foundBy(check, 1, [{ kind: 'error-rate', points: [], onset: at(minutes) }]);
  expect(onsetOf([seen('rollbar', -5), seen('sentry', -7)])).toBe(at(-7));
});

test('a journal that does not begin with "opened" is not ours', () => expect(() => fold('i', [])).toThrow('opened'));
