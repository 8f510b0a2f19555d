import { expect, test } from 'vitest';
import type { Finding } from '../../src/core/evidence.ts';
import { fold } from '../../src/core/fold.ts';
import type { IncidentEvent } from '../../src/core/incident.ts';
import { pictures } from '../../src/core/pictures.ts';

const at = (minute: number) => new Date(Date.parse('2026-11-21T02:30:00Z') + minute * 60_000).toISOString();
const rate: Finding = {
  kind: 'error-rate',
  tone: 'bad',
  onset: at(25),
  points: Array.from({ length: 60 }, (_, i) => ({ at: at(i), count: i < 25 || i > 50 ? 4 : 310 })),
};
const alert = {
  source: 'generic',
  key: 'k',
  title: 'Checkout is down',
  service: 'checkout',
  environment: 'production',
  severity: 'critical',
  status: 'firing',
  startedAt: at(30),
  url: '',
  labels: {},
  description: '',
} as const;
const diagnosis = {
  verdict: 'inconclusive',
  revert: 'unknown',
  why: '',
  hypotheses: [],
  suspects: [],
  seen: [],
  next: [],
  blind: [],
} as const;
const opened: readonly IncidentEvent[] = [
  { type: 'opened', at: at(30), number: 7, title: 'Checkout is down', alert },
  { type: 'look-started', at: at(30), look: 1, lean: false, asked: ['rollbar'] },
  {
    type: 'looked',
    at: at(30),
    look: 1,
    evidence: { check: 'rollbar', at: at(30), tookMs: 1, outcome: { status: 'found', findings: [rate] } },
  },
];
const looked: readonly IncidentEvent[] = [...opened, { type: 'look-ended', at: at(31), look: 1 }];
const judged: readonly IncidentEvent[] = [...looked, { type: 'judged', at: at(31), diagnosis }];
const recovered: readonly IncidentEvent[] = [
  ...judged,
  { type: 'posted', at: at(31), key: 'picture:first', kind: 'file', ts: '', text: '' },
  { type: 'fix-elsewhere', at: at(49), text: 'a0c11fe went live', live: { when: 'now' } },
  { type: 'recovery-judged', at: at(58), recovery: { word: 'recovered', symptoms: [], says: [] } },
];

const due = (events: readonly IncidentEvent[]) => pictures(fold('i', events)).map((picture) => picture.key);

test.each([
  ['nothing while the first look goes on', opened, []],
  ['nothing before it is judged', looked, []],
  ['the first, cause or no cause', judged, ['picture:first']],
  ['each once', [...judged, { type: 'posted', at: at(31), key: 'picture:first', kind: 'file', ts: '', text: '' }], []],
  ['another when it has recovered', recovered, ['picture:recovered']],
  ['none after the end', [...recovered, { type: 'closed', at: at(59), why: 'resolved' }], []],
] satisfies readonly [string, readonly IncidentEvent[], readonly string[]][])('%s', (_, events, wanted) => {
  expect(due(events)).toEqual(wanted);
});

test('what was done is marked in the picture of the recovery', () => {
  expect(pictures(fold('i', recovered))[0]?.chart.alt).toContain('onset 02:55, a0c11fe went live 03:19');
});
