import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readBundle } from '../../src/core/bundle.ts';
import { parseCommand } from '../../src/core/commands.ts';
import { diagnose } from '../../src/core/diagnose.ts';
import { digest, readProcesslist } from '../../src/core/digest.ts';
import { deploymentOf, eventOf, jobOf, nodeOf, podOf, replicaSetOf } from '../../src/core/kube/objects.ts';
import { object } from '../../src/core/kube/read.ts';
import { scanLog } from '../../src/core/log-scan.ts';
import { levelOf, readCounters, readCounts, readDeploys, readMetrics, readOccurrence, readTopItems } from '../../src/core/rollbar.ts';
import { nextCursor, readCommits, readEvent, readIssues, readReleases, readSeries, readShares } from '../../src/core/sentry.ts';
import { textKinds } from '../../src/core/text/guess-kind.ts';
import { judgeText, judgeTextLine } from '../../src/core/text/judge-text.ts';
import { lineOf } from '../../src/journal/lines.ts';

/** Pieces that the parsers look for, torn out of their places. */
const pieces = [
  'Id\tUser\tHost\tdb\tCommand\tTime\tState\tInfo\n',
  '| Id | User | Info |\n+----+----+\n',
  '[{"Id":1,"Info":"select',
  'select * from t where a = ',
  'Mysql2::Error: ',
  "Duplicate entry 'a' for key ",
  '== 20261118 AddIndex: migrating ===\n',
  'Traceback (most recent call last):\n',
  '  File "a.py", line 3\n',
  'State:  Waiting\n  Reason: CrashLoopBackOff\n',
  '{"level":"error","msg":"',
  '\u001b[31m',
  '\u202e',
  '\u0000',
  '\ud800',
  '`',
  "'",
  '"',
  '(',
  '\n',
  '2026-11-21T03:04:00Z ',
  '9'.repeat(30),
];
const anyText = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 12, unit: 'binary' })), { maxLength: 25 })
  .map((parts) => parts.join(''));
/** Fields that the API server fills, each with anything in it. */
const field = fc.constantFrom(
  'metadata',
  'spec',
  'status',
  'name',
  'containers',
  'containerStatuses',
  'conditions',
  'state',
  'lastState',
  'labels',
  'ownerReferences',
  'template',
  'replicas',
  'involvedObject',
  'count',
  'message',
);
const anyObject = fc.object({
  key: field,
  maxDepth: 5,
  maxKeys: 6,
  values: [fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.constant([]), fc.constant('2026-11-21T03:04:00Z')],
});

test('a process list that is none is said to be none, and never a crash', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        anyText,
        fc.json(),
        anyObject.map((rows) => JSON.stringify([rows])),
        fc.array(anyObject).map((rows) => JSON.stringify({ rows })),
      ),
      (text) => {
        const rows = readProcesslist(text);
        if (rows) expect(digest(rows).groups.length).toBeLessThanOrEqual(rows.length);
      },
    ),
    { numRuns: 400 },
  );
});

test('any pasted text of any kind is judged, and never a crash', () => {
  fc.assert(
    fc.property(fc.constantFrom(undefined, ...textKinds), anyText, (kind, text) => {
      expect(['cause', 'inconclusive', 'healthy']).toContain(judgeText(kind, text).verdict);
    }),
    { numRuns: 300 },
  );
  fc.assert(
    fc.property(fc.anything(), (line) => void expect(judgeTextLine(line)).toBeTypeOf('object')),
    { numRuns: 300 },
  );
});

test('a log with anything in it is scanned', () => {
  fc.assert(
    fc.property(anyText, (text) => void expect(scanLog(text)).toBeTypeOf('object')),
    { numRuns: 400 },
  );
});

test('an object of the cluster with anything in it is read', () => {
  fc.assert(
    fc.property(fc.oneof(anyObject, fc.anything()), (raw) => {
      for (const read of [podOf, jobOf, deploymentOf, replicaSetOf, eventOf, nodeOf]) expect(read(object(raw))).toBeTypeOf('object');
    }),
    { numRuns: 500 },
  );
});

/** Of one and of ten parts: processor time, which other processes do not lengthen. */
const grows: readonly [what: string, unit: string, run: (text: string) => unknown][] = [
  ['a log of one endless line', 'error: Mysql2::Error: select ( ', scanLog],
  ['a log of empty lines', '\n', scanLog],
  ['a paste of stack frames', '  File "a.py", line 3, in f\n', (text) => judgeText('exception', text)],
  ['a paste of open quotes', "Duplicate entry '", (text) => judgeText('db_log', text)],
  ['a paste of migrations', '== 20261118 AddIndex: migrating ===\n', (text) => judgeText('pod_log', text)],
  ['a table of rows', '| 1 | app | select * from t where a = 1 |\n', (text) => readProcesslist(`| Id | User | Info |\n${text}`)],
];

test.each(grows)('%s: ten times as much takes about ten times as long', (_, unit, run) => {
  const seconds = (length: number): number => {
    const text = unit.repeat(Math.ceil(length / unit.length));
    const before = process.cpuUsage();
    run(text);
    return process.cpuUsage(before).user / 1e6;
  };
  seconds(20_000);
  expect(seconds(1_000_000)).toBeLessThan(40 * seconds(100_000) + 1);
});

const jsonish = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  anyObject,
  fc.array(anyObject, { maxLength: 3 }),
  fc.constant(JSON.parse('{"__proto__":{"id":1},"constructor":{"prototype":{}},"toString":"x","length":1e9}')),
);
/** Fields of the trackers' answers, each with anything in it. */
const tracked = fc.object({
  key: fc.constantFrom(
    ...[
      'result',
      'item',
      'items',
      'counter',
      'title',
      'level',
      'body',
      'trace',
      'trace_chain',
      'exception',
      'frames',
      'entries',
      'data',
      'values',
    ],
    ...[
      'stacktrace',
      'lineno',
      'filename',
      'timestamp',
      'firstSeen',
      'count',
      'stats',
      '24h',
      'deploys',
      'version',
      'metadata',
      'series',
      'groups',
      'by',
      'totals',
    ],
  ),
  maxDepth: 6,
  maxKeys: 6,
  values: [
    fc.string(),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.constant([]),
    fc.constant('constructor'),
    fc.constant('2026-11-21T03:04:00Z'),
  ],
});

test('an answer of a tracker with anything in it is read, or said to be unknown', () => {
  const at = '2026-11-21T03:04:00.000Z';
  const readers: readonly ((value: unknown) => unknown)[] = [
    levelOf,
    readTopItems,
    readCounts,
    readMetrics,
    readOccurrence,
    readCounters,
    (value) => readDeploys(value, 'production'),
    (value) => readIssues(value, at),
    readSeries,
    readEvent,
    (value) => readReleases(value, 'production'),
    readCommits,
    readShares,
  ];
  fc.assert(
    fc.property(fc.oneof(tracked, fc.array(tracked, { maxLength: 3 }), jsonish), (value) => {
      for (const read of readers) JSON.stringify(read(value));
    }),
    { numRuns: 400 },
  );
  fc.assert(
    fc.property(anyText, (link) => void nextCursor(link)),
    { numRuns: 200 },
  );
});

test('a bundle of any maker is judged, or refused with a reason', () => {
  const finding = fc
    .tuple(
      fc.constantFrom('error-group', 'metric', 'workload', 'query-group', 'constructor', '__proto__', 'toString', 'of-tomorrow'),
      fc.object({ maxDepth: 2 }),
    )
    .map(([kind, fields]) => ({ title: 'x', name: 'x', workload: 'pod', fingerprint: 'x', threads: 1, points: [], ...fields, kind }));
  const evidence = fc.record({
    check: fc.constantFrom('rollbar', 'constructor', '__proto__', 'hasOwnProperty', 'x'),
    at: fc.constantFrom('2026-11-21T03:04:00Z', 'never', ''),
    tookMs: fc.integer(),
    outcome: fc.oneof(
      fc.record({ status: fc.constant('found'), findings: fc.array(finding, { maxLength: 3 }) }),
      fc.record({ status: fc.constantFrom('quiet', 'blind', 'constructor'), why: fc.string(), fix: fc.string() }),
    ),
  });
  const bundle = fc.record({
    version: fc.constant(1),
    openedAt: fc.constantFrom('2026-11-21T03:04:00Z', 'x'),
    onset: fc.constantFrom('2026-11-21T03:00:00Z', 'x'),
    evidence: fc.array(evidence, { maxLength: 4 }),
  });
  fc.assert(
    fc.property(fc.oneof(bundle, jsonish), (json) => {
      const read = readBundle(json);
      if ('error' in read) expect(read.error.length).toBeGreaterThan(3);
      else expect(['cause', 'inconclusive', 'healthy']).toContain(diagnose(read.bundle).verdict);
    }),
    { numRuns: 300 },
  );
});

test('any words of a command are a command', () => {
  fc.assert(
    fc.property(
      fc.oneof(anyText, fc.constantFrom('constructor', '__proto__ x', 'toString', ' ', 'severity '.repeat(500))),
      fc.boolean(),
      (text, insideIncident) => {
        expect(parseCommand(text, { insideIncident }).verb).toBeTypeOf('string');
      },
    ),
    { numRuns: 400 },
  );
});

test('a line of an import is a line of an export, or an error', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        anyText,
        fc.json(),
        jsonish.map((value) => JSON.stringify(value) ?? ''),
      ),
      (text) => {
        try {
          expect(lineOf(text)).toBeTypeOf('object');
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
          expect(error).not.toBeInstanceOf(TypeError);
          expect(error).not.toBeInstanceOf(RangeError);
        }
      },
    ),
    { numRuns: 400 },
  );
});
