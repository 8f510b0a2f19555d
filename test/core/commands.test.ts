import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Command, declaredTitle, helpText, parseCommand } from '../../src/core/commands.ts';

const outside = { insideIncident: false };
const inside = { insideIncident: true };

test.each<[string, { insideIncident: boolean }, Command]>([
  ['', outside, { verb: 'form' }],
  ['   ', inside, { verb: 'here' }],
  ['checkout is down', outside, { verb: 'declare', title: 'checkout is down' }],
  ['checkout is down', inside, { verb: 'ask', text: 'checkout is down' }],
  ['status', outside, { verb: 'status' }],
  [' STATUS ', inside, { verb: 'status' }],
  ['status page is down', outside, { verb: 'declare', title: 'status page is down' }],
  ['status page is down', inside, { verb: 'ask', text: 'status page is down' }],
  ['revert', inside, { verb: 'revert' }],
  ['revert failed on staging', outside, { verb: 'declare', title: 'revert failed on staging' }],
  ['note we restarted redis', inside, { verb: 'note', text: 'we restarted redis' }],
  ['note we restarted redis', outside, { verb: 'declare', title: 'note we restarted redis' }],
  ['paste\nERROR 1452', inside, { verb: 'paste', text: 'ERROR 1452' }],
  ['paste', inside, { verb: 'paste', text: '' }],
  ['resolve', outside, { verb: 'resolve', text: '' }],
  ['tell support knows', inside, { verb: 'tell', text: 'support knows' }],
  ['lead <@U123|sam>', inside, { verb: 'assign', user: 'U123' }],
  ['lead <@U123>', inside, { verb: 'assign', user: 'U123' }],
  ['lead time is huge', inside, { verb: 'ask', text: 'lead time is huge' }],
  ['lead <@U123|sam> is away', inside, { verb: 'ask', text: 'lead <@U123|sam> is away' }],
  ['severity', inside, { verb: 'severity' }],
  ['severity SEV2', inside, { verb: 'grade', severity: 'SEV2' }],
  ['severity 1', inside, { verb: 'grade', severity: 'SEV1' }],
  ['severity 4', inside, { verb: 'ask', text: 'severity 4' }],
  ['severity 1', outside, { verb: 'declare', title: 'severity 1' }],
  ['notes are gone', inside, { verb: 'ask', text: 'notes are gone' }],
  ['doctor', outside, { verb: 'doctor' }],
])('%j %o', (text, where, command) => {
  expect(parseCommand(text, where)).toEqual(command);
});

describe('a title', () => {
  test('shows what the person saw', () => {
    expect(declaredTitle('<@U123|sam> says <#C1|ops> &amp; <https://x.example/a|the page> <!here|here> is &lt;down&gt;')).toBe(
      '@sam says #ops & the page here is <down>',
    );
  });

  test('is never empty, never long, and one line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 4000 }), (text) => {
        const title = declaredTitle(text);
        expect(title.length).toBeGreaterThan(0);
        expect(title.length).toBeLessThanOrEqual(150);
        expect(title).not.toMatch(/[\r\n]/);
      }),
    );
  });
});

test('help names every verb', () => {
  for (const verb of ['list', 'doctor', 'status', 'lead', 'severity', 'look', 'revert', 'note', 'paste', 'tell', 'resolve']) {
    expect(helpText(outside)).toContain(`/incident ${verb}`);
    expect(helpText(inside)).toContain(`/incident ${verb}`);
  }
});
