import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { brief } from '../../src/core/brief/brief.ts';
import type { Brief, Line, Section, Span } from '../../src/core/brief.ts';
import type { Button, Message } from '../../src/core/channels.ts';
import { redact } from '../../src/core/redact.ts';
import { actionOf } from '../../src/slack/blocks.ts';
import { overLimits, plainer, withinLimits } from '../../src/slack/check-limits.ts';
import { renderForm, valuesOf } from '../../src/slack/form.ts';
import { renderBrief, renderMessage } from '../../src/slack/render.ts';
import { causeSeen, day, incident, recovered, setup } from '../core/brief/stories.ts';

const clean = (text: string): string => redact(text, ['xoxb-our-own-token']);
const hostile = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(
    ' ',
    '\u2003\u00a0',
    '<!channel>',
    '<@U123|x>',
    '&amp;&lt;',
    '`*_~',
    'x'.repeat(5000),
    '\u202Eabc',
    '\n'.repeat(3000),
    '<https://evil|good>',
    '&'.repeat(3000),
  ),
);
const span: fc.Arbitrary<Span> = fc.oneof(
  hostile,
  hostile.map((bold) => ({ bold })),
  hostile.map((code) => ({ code })),
  hostile.map((user) => ({ user })),
  fc.tuple(hostile, hostile).map(([link, text]) => ({ link, text })),
  hostile.map((time) => ({ time, style: 'time' as const })),
);
const line: fc.Arbitrary<Line> = fc.array(span, { maxLength: 4 });
const button: fc.Arbitrary<Button> = fc.record({ action: fc.constantFrom('copy', 'revert'), text: hostile, value: hostile });
const section: fc.Arbitrary<Section> = fc.oneof(
  fc.record({ kind: fc.constant('lines' as const), lines: fc.array(line, { maxLength: 60 }) }),
  fc.record({ kind: fc.constant('small' as const), lines: fc.array(line, { maxLength: 20 }) }),
  fc.record({
    kind: fc.constant('table' as const),
    head: fc.constant(['', 'before', 'now']),
    rows: fc.array(fc.tuple(hostile, hostile, hostile), { maxLength: 120 }),
  }),
  fc.record({ kind: fc.constant('buttons' as const), buttons: fc.array(button, { maxLength: 60 }) }),
);
const anyBrief: fc.Arbitrary<Brief> = fc.record({ text: hostile, title: hostile, sections: fc.array(section, { maxLength: 12 }) });

/** Every string that Slack parses as mrkdwn. */
function parsed(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(parsed);
  if (typeof value !== 'object' || value === null) return [];
  const own = 'type' in value && value.type === 'mrkdwn' && 'text' in value && typeof value.text === 'string' ? [value.text] : [];
  return [...own, ...Object.values(value).flatMap(parsed)];
}

describe('whatever outsiders write', () => {
  test('a card is always within the limits', () => {
    fc.assert(
      fc.property(anyBrief, (b) => {
        expect(overLimits(withinLimits(renderBrief(b, clean)))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test('the plainer way is within the limits, too, and has no block that a workspace may not know', () => {
    fc.assert(
      fc.property(anyBrief, (b) => {
        const simple = plainer(renderBrief(b, clean));
        expect(simple.blocks.every((x) => ['section', 'rich_text', 'actions'].includes(x.type))).toBe(true);
        expect(simple.blocks.length).toBeLessThanOrEqual(50);
      }),
      { numRuns: 100 },
    );
  });

  test('nothing pings anybody and no link is forged', () => {
    fc.assert(
      fc.property(anyBrief, (b) => {
        for (const text of parsed(withinLimits(renderBrief(b, clean)).blocks)) {
          const tags = text.match(/<[^>]*>?/g) ?? [];
          for (const tag of tags)
            expect(tag).toMatch(/^<(?:@[UW][A-Z0-9]+|https?:\/\/[^\s<>|]+\|[^<>|]*|!date\^-?\d+\^[^<>|]+\|[^<>|]+)>$/s);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('a message of any length is shortened before it is lost', () => {
    const message: fc.Arbitrary<Message> = fc.record({
      key: fc.constant('k'),
      text: hostile,
      code: hostile.map((t) => t.repeat(9)),
      buttons: fc.array(button, { maxLength: 30 }),
    });
    fc.assert(
      fc.property(message, (m) => {
        expect(overLimits(withinLimits(renderMessage(m, clean, clean)))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test('secrets do not pass', () => {
    const made = renderBrief(
      {
        text: 'AKIAIOSFODNN7EXAMPLE',
        title: 'xoxb-our-own-token',
        sections: [{ kind: 'lines', lines: [['password=hunter2hunter2 ', { code: 'xoxb-our-own-token' }]] }],
      },
      clean,
    );
    expect(JSON.stringify(made)).not.toMatch(/AKIAIOSFODNN7EXAMPLE|xoxb-our-own-token|hunter2hunter2/);
  });
});

describe('the card', () => {
  test('opens unfolded, parses nothing by itself, and shows the reader’s own time', () => {
    const { blocks, text } = renderBrief(brief(incident(causeSeen), day('03:05'), setup), clean);
    expect(overLimits({ blocks, text })).toEqual([]);
    expect(blocks[0]).toEqual({ type: 'header', text: { type: 'plain_text', text: '🔥 #12 Checkout is down', emoji: false } });
    const facts = blocks[1];
    expect(facts).toMatchObject({ type: 'section', expand: true, text: { verbatim: true } });
    expect(JSON.stringify(facts)).toContain('<!date^1795230240^{time}|03:04 UTC>');
    expect(JSON.stringify(facts)).toContain('<@UCARYSSA1>');
  });

  test('the recovery table is a table, and code where a workspace has none', () => {
    const made = renderBrief(brief(incident(recovered), day('03:25'), setup), clean);
    expect(made.blocks.find((b) => b.type === 'table')).toMatchObject({
      rows: expect.arrayContaining([[' ', 'before', 'worst', 'now'].map((text) => ({ type: 'raw_text', text }))]),
    });
    expect(JSON.stringify(plainer(made).blocks)).toContain('stuck queries       0    183     0');
  });

  test('two buttons of one action in a row have ids of their own that lead to the same action', () => {
    const pair = [
      { action: 'copy', text: 'a', value: '1:a' },
      { action: 'copy', text: 'b', value: '1:b' },
    ];
    const [row] = renderMessage({ key: 'k', text: 'x', buttons: pair }, clean, clean).blocks.filter((b) => b.type === 'actions');
    const ids = row?.type === 'actions' ? row.elements.map((e) => e.action_id ?? '') : [];
    expect(new Set(ids).size).toBe(2);
    expect(ids.map(actionOf)).toEqual(['copy', 'copy']);
  });
});

describe('forms', () => {
  const form = {
    name: 'resolve',
    title: 'Resolve this incident, please',
    meta: 'inc-id-1',
    submit: 'Resolve',
    lines: ['<!channel> what fixed it?'],
    code: 'git revert `x`',
    fields: [
      { name: 'fixed', label: 'What fixed it?', kind: 'long' as const },
      { name: 'right', label: 'Right?', kind: 'choice' as const, value: 'yes', options: [{ value: 'yes', text: 'Yes' }] },
    ],
  };

  test('keep to the limits of a modal and escape their lines', () => {
    const view = renderForm(form, clean, clean);
    expect(view.title.text.length).toBeLessThanOrEqual(24);
    expect(JSON.stringify(view.blocks[0])).toContain('&lt;!channel&gt;');
    expect(view.blocks.map((b) => b.type)).toEqual(['section', 'rich_text', 'input', 'input']);
  });

  test('a form without a submit button only shows', () => {
    const { submit: _, ...shows } = form;
    expect(renderForm({ ...shows, fields: [] }, clean, clean).submit).toBeUndefined();
  });

  test('values come back under the names of the fields', () => {
    const state = {
      fixed: { input: { type: 'plain_text_input', value: 'x' } },
      right: { input: { type: 'static_select', selected_option: { value: 'yes' } } },
      none: { input: { value: null } },
    };
    expect(valuesOf(state)).toEqual({ fixed: 'x', right: 'yes' });
  });
});
