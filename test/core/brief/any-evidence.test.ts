import fc from 'fast-check';
import { expect, test } from 'vitest';
import { brief } from '../../../src/core/brief/brief.ts';
import { readBundle } from '../../../src/core/bundle.ts';
import { diagnose } from '../../../src/core/diagnose.ts';
import { type FieldShape, type FieldType, kindShapes } from '../../../src/core/finding-fields.ts';
import { bundleOf, type IncidentEvent } from '../../../src/core/incident.ts';
import { pushes } from '../../../src/core/push.ts';
import { redact } from '../../../src/core/redact.ts';
import { terminal } from '../../../src/core/terminal.ts';
import { threads } from '../../../src/core/threads.ts';
import { overLimits, withinLimits } from '../../../src/slack/check-limits.ts';
import { renderBrief, renderMessage } from '../../../src/slack/render.ts';
import { day, incident, judged, lookEnded, lookStarted, opened, setup } from './stories.ts';

const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.constantFrom('2026-11-21T03:00:00Z', 'not a time', '<!channel>', 'x'.repeat(3000), '4f1c2ab9d3'),
);
const number = fc.oneof(fc.integer({ min: -5, max: 5e9 }), fc.constantFrom(0, 1, 0.5, 1e12));

function anyOf(type: FieldType): fc.Arbitrary<unknown> {
  if (type === 'string') return text;
  if (type === 'number') return number;
  if (type === 'boolean') return fc.boolean();
  if (type === 'text-or-number') return fc.oneof(text, number);
  if (type === 'string-or-null') return fc.option(text);
  return shaped(type);
}

function shaped(shape: FieldShape): fc.Arbitrary<unknown> {
  if ('one' in shape) return fc.constantFrom(...shape.one);
  if ('list' in shape) return fc.array(anyOf(shape.list), { maxLength: 3 });
  if ('record' in shape) return fc.dictionary(fc.string({ maxLength: 8 }), number, { maxKeys: 3 });
  return fc.record(Object.fromEntries(Object.entries(shape.object).map(([name, type]) => [name, anyOf(type)])), {
    requiredKeys: [...(shape.required ?? [])],
  });
}

/** Any finding that the public format allows: other makers' bundles are shown, too. */
const finding = fc.constantFrom(...Object.entries(kindShapes)).chain(([kind, shape]) => {
  const tone: FieldType = { one: ['bad', 'changed', 'normal'] };
  const fields: [string, fc.Arbitrary<unknown>][] = Object.entries({ tone, ...shape.required, ...shape.optional }).map(([name, type]) => [
    name,
    anyOf(type),
  ]);
  return fc.record(Object.fromEntries([['kind', fc.constant<unknown>(kind)], ...fields]), {
    requiredKeys: ['kind', ...Object.keys(shape.required)],
  });
});

const evidence = fc.record({
  check: fc.constantFrom('rollbar', 'rds', 'deploy', 'releases', 'mysql', 'migrations', 'another-maker'),
  at: fc.constant(day('03:04:06')),
  tookMs: fc.constant(1),
  outcome: fc.oneof(
    fc.record({ status: fc.constantFrom('found', 'quiet'), findings: fc.array(finding, { maxLength: 4 }) }),
    fc.record({ status: fc.constant('blind'), why: text, fix: text }),
  ),
});

test('whatever evidence the format allows, there is a card, within Slack’s limits, and a push line at most', () => {
  fc.assert(
    fc.property(fc.array(evidence, { maxLength: 6 }), fc.boolean(), (all, ended) => {
      const read = readBundle({ version: 1, openedAt: day('03:04'), evidence: all });
      const looked = ('bundle' in read ? read.bundle.evidence : []).map(
        (e): IncidentEvent => ({ type: 'looked', at: e.at, look: 1, evidence: e }),
      );
      const events: readonly IncidentEvent[] = [opened(), { type: 'card-posted', at: day('03:04:01'), ts: '1.1' }, lookStarted, ...looked];
      const d = diagnose(bundleOf(incident(events)));
      const now = incident([...events, judged(d), ...(ended ? [lookEnded] : [])]);
      const card = brief(now, day('03:05'), setup);
      expect(overLimits(withinLimits(renderBrief(card, (t) => t)))).toEqual([]);
      expect(terminal(card, { colour: false, width: 80, clean: redact })).toContain('#12');
      expect(pushes(now, day('03:05'), setup).length).toBeLessThanOrEqual(2);
      for (const message of threads(now))
        expect(
          overLimits(
            withinLimits(
              renderMessage(
                message,
                (t) => t,
                (t) => t,
              ),
            ),
          ),
        ).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
