import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { brief } from '../../src/core/brief/brief.ts';
import { fold } from '../../src/core/fold.ts';
import type { Incident } from '../../src/core/incident.ts';
import type { Journal } from '../../src/core/journal.ts';
import { plan } from '../../src/core/plan.ts';
import { review } from '../../src/core/review/review.ts';
import { openPostgres } from '../../src/journal/postgres.ts';
import { openSqlite } from '../../src/journal/sqlite.ts';
import { type Postgres, startPostgres } from '../setup/postgres.ts';

/** The lock pile-up as version 1 recorded it, still open: its first two looks and its last. Never made anew: later versions must read this. */
const lines = readFileSync('test/fixtures/journal/version-1.jsonl', 'utf8').trim().split('\n');
const setup = { checks: [], actors: 'some', dryRun: false, deadlineMinutes: 15, actions: [] } as const;

/** What a newer version may add: types of events, fields at every depth, kinds of findings and remedies. */
function byNewerVersion(): readonly string[] {
  const parsed = lines.map((line) => JSON.parse(line));
  const id = parsed.find((line) => line.incident).incident.id;
  const at = parsed.findLast((line) => line.event).event.at;
  const evidence = {
    check: 'queues',
    at,
    tookMs: 3,
    confidence: 'high',
    outcome: { status: 'found', findings: [{ kind: 'queue-depth', tone: 'bad', depth: 9, trend: { up: true } }], sampled: true },
  };
  const newer = [
    { type: 'owner-set', at, by: 'U0MIRA', team: 'payments', until: { days: 2 } },
    { type: 'looked', at, look: 9, evidence, span: 'a1b2' },
    { type: 'led', at, by: 'U0JONAS', user: 'U0JONAS', handedOver: true },
    { type: 'noted', at, by: 'U0MIRA', text: 'the report is off', attachments: [{ id: 'F1' }] },
    { type: 'action-queued', at, action: 'no such action' },
  ].map((event) => ({ of: id, event }));
  const widened = parsed.map((line) => (line.event ? { ...line, event: { ...line.event, schema: 2, trace: ['x'] } } : line));
  const last = widened.findLastIndex((line) => line.event);
  return [...widened.slice(0, last + 1), ...newer, ...widened.slice(last + 1)].map((line) => JSON.stringify(line));
}

let postgres: Postgres;
let dir: string;
beforeAll(async () => {
  postgres = await startPostgres();
  dir = mkdtempSync(join(tmpdir(), 'pulaski-upgrade-'));
});
afterAll(async () => {
  await postgres.gone();
  rmSync(dir, { recursive: true });
});

const stores: [name: string, open: () => Promise<Journal>][] = [
  ['the embedded store', () => openSqlite(mkdtempSync(join(dir, 'data-')))],
  [
    'PostgreSQL',
    () =>
      openPostgres(
        postgres.database(),
        async () => undefined,
        () => undefined,
      ),
  ],
];

async function imported(open: () => Promise<Journal>, given: readonly string[]): Promise<{ incident: Incident; back: readonly unknown[] }> {
  const journal = await open();
  try {
    await journal.importLines(given);
    const [only] = await journal.list('open', 5);
    const back: unknown[] = [];
    for await (const line of journal.exportLines()) back.push(JSON.parse(line));
    return { incident: fold(only?.id ?? '', await journal.read(only?.id ?? '')), back };
  } finally {
    await journal.shut();
  }
}

describe.each(stores)('%s', (_name, open) => {
  test('reads a journal of version 1 without loss, and the incident goes on', async () => {
    const { incident, back } = await imported(open, lines);
    expect(back).toEqual(lines.map((line) => JSON.parse(line)));
    expect(incident.place?.name).toMatch(/^inc-1-/);
    expect(incident.diagnosis?.hypotheses[0]?.rule).toBe('metadata-lock');
    expect(incident.actions).toMatchObject([{ kind: 'kill-queries', result: { status: 'done' } }]);
    expect(incident.recovery?.word).toBe('recovered');
    const now = new Date(Date.parse(incident.events.at(-1)?.at ?? '') + 3_600_000).toISOString();
    expect(plan(incident, now, { deadlineMinutes: 15 }).steps).toContainEqual(expect.objectContaining({ key: 'look:10' }));
    expect(brief(incident, now, setup).title).toContain('Order pages time out');
    expect(review(incident)).toContain('metadata lock');
  });

  test('carries along what a newer version wrote beside it, and goes on', async () => {
    const given = byNewerVersion();
    const { incident, back } = await imported(open, given);
    expect(back).toEqual(given.map((line) => JSON.parse(line)));
    expect(incident.lead).toBe('U0JONAS');
    expect(incident.version).toBe(given.filter((line) => line.includes('"event":')).length);
    expect(incident.evidence.map((e) => e.check)).toContain('queues');
    expect(incident.events.map((e) => String(e.type))).toContain('owner-set');
    const now = new Date(Date.parse(incident.events.at(-1)?.at ?? '') + 60_000).toISOString();
    expect(plan(incident, now, { deadlineMinutes: 15 }).steps.length).toBeGreaterThan(0);
    expect(brief(incident, now, setup).title).toContain('Order pages time out');
    expect(review(incident)).toContain('metadata lock');
  });
});
