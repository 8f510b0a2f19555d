import { describe, expect, test } from 'vitest';
import { brief } from '../../../src/core/brief/brief.ts';
import type { Button } from '../../../src/core/channels.ts';
import { copyText } from '../../../src/core/copies.ts';
import type { RemedyKind } from '../../../src/core/diagnosis.ts';
import type { IncidentEvent } from '../../../src/core/incident.ts';
import { plain } from '../../../src/core/mrkdwn.ts';
import type { Recovery } from '../../../src/core/recovery.ts';
import { day, diagnosis, FIX, incident, judged, orphans, reverted, setup as usual } from './stories.ts';

const setup = { ...usual, actions: ['revert', 'kill-queries'] as const };

const symptom = { key: 'a', name: 'errors', unit: '/ min', before: 4, worst: 310, now: 100, state: 'halved' } as const;
const judgedAs = (word: Recovery['word'], more: Partial<Recovery> = {}): IncidentEvent => ({
  type: 'recovery-judged',
  at: day('03:20'),
  recovery: { word, liveAt: day('03:12'), symptoms: [symptom], says: [], ...more },
});

function card(events: readonly IncidentEvent[], now = '03:21') {
  const made = brief(incident(events), day(now), setup);
  const lines = made.sections.flatMap((s) => (s.kind === 'lines' || s.kind === 'small' ? s.lines.map(plain) : []));
  const buttons: readonly Button[] = made.sections.flatMap((s) => (s.kind === 'buttons' ? s.buttons : []));
  return { made, lines, buttons, primary: buttons.filter((b) => b.style === 'primary').map((b) => b.action) };
}

/** The same story with another action. */
function done(kind: RemedyKind, choice: Readonly<Record<string, string>> = {}): readonly IncidentEvent[] {
  return reverted.map((event) => (event.type === 'confirmed' ? { ...event, request: { ...event.request, kind, choice } } : event));
}

const later = day('03:19');

const killing = diagnosis({
  hypotheses: [
    {
      ...orphans,
      rule: 'metadata-lock',
      cause: '62 threads wait for one lock',
      facts: { thread: '71220' },
      remedy: {
        kind: 'kill-queries',
        why: 'only thread 71220 holds it',
        commands: ['KILL 71220;'],
        hazards: [],
        safety: 'needs-care',
        range: [],
      },
    },
  ],
});

describe('what was done is not asked for again', () => {
  test.each(['better', 'unchanged', 'worse'] as const)('a revert that is live, %s: neither primary nor "do now"', (word) => {
    const { primary, lines } = card([...reverted, judged(diagnosis(), later), judgedAs(word)]);
    expect(primary).toEqual([]);
    expect(lines.filter((text) => text.startsWith('Do now:'))).toEqual([]);
  });

  test('ended queries: the button is not primary while it gets better, and is again when it does not', () => {
    const ended = done('kill-queries');
    expect(card([...ended, judged(killing, later), judgedAs('better')]).primary).toEqual([]);
    expect(card([...ended, judged(killing, later), judgedAs('unchanged')]).primary).toEqual(['kill-queries']);
  });

  test('another commit than the one that was taken back is still recommended', () => {
    const other = 'e'.repeat(40);
    const next = diagnosis({ hypotheses: [{ ...orphans, remedy: { ...orphans.remedy, range: [other] } }] });
    expect(card([...reverted, judged(next, later), judgedAs('unchanged')]).primary).toEqual(['revert']);
  });

  test('once it was undone, the revert may be recommended again', () => {
    expect(card([...done('revert', { undo: FIX }), judgedAs('unchanged')]).primary).toEqual(['revert']);
  });
});

describe('words after the fix', () => {
  test('too early to tell: the table says what is not seen, no line says it again', () => {
    const unseen = { ...symptom, state: 'unseen' as const };
    const { lines } = card([
      ...reverted,
      judgedAs('cannot-tell', { liveAt: day('03:19'), symptoms: [unseen], says: ['not seen since: errors'] }),
    ]);
    expect(lines.some((text) => text.startsWith('Too early to tell.'))).toBe(true);
    expect(lines.join('\n')).not.toContain('not seen since');
  });

  test('a symptom whose newest minute is calm is not "still there"', () => {
    const { lines } = card([...reverted, judgedAs('better', { symptoms: [{ ...symptom, now: 1, settling: true }] })]);
    expect(lines.find((text) => text.startsWith('Better'))).toContain('two calm minutes are still to come');
  });

  test('what is over has no numbers of now on the lock screen', () => {
    const { made } = card([...reverted, judgedAs('recovered', { quietSince: day('03:15') })]);
    expect(made.text).toBe('#12 Checkout is down: recovered.');
  });

  test('Copy command is the revert, not the undo that was looked at last', () => {
    const previewed = reverted.find((e) => e.type === 'confirmed');
    if (previewed?.type !== 'confirmed') throw new Error('no preview in the story');
    const undo = { ...previewed.request, id: 'undo', choice: { undo: FIX } };
    const events: readonly IncidentEvent[] = [
      ...reverted,
      { type: 'previewed', at: day('03:19'), by: 'U1', request: undo, preview: { ...previewed.preview, command: 'git revert the-revert' } },
    ];
    expect(copyText(incident(events), 'revert')?.code).not.toContain('the-revert');
  });
});
