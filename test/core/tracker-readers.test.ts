import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chainMessage } from '../../src/core/error-message.ts';
import { statusOfClass } from '../../src/core/http-status.ts';
import * as rollbar from '../../src/core/rollbar.ts';
import * as sentry from '../../src/core/sentry.ts';

const now = '2026-11-21T20:32:30.000Z';

/** Every reader, with the names that it looks for, so that the fuzz reaches its depths. */
const readers: [name: string, read: (answer: unknown) => unknown, keys: string[]][] = [
  [
    'rollbar items',
    rollbar.readTopItems,
    ['item', 'id', 'title', 'level', 'counts', 'counter', 'occurrences', 'last_occurrence_timestamp'],
  ],
  ['rollbar counts', rollbar.readCounts, []],
  [
    'rollbar metrics',
    rollbar.readMetrics,
    ['timepoints', 'timestamp', 'metrics_rows', 'field', 'value', 'item_counter', 'occurrence_count'],
  ],
  [
    'rollbar occurrence',
    rollbar.readOccurrence,
    ['instances', 'data', 'body', 'trace', 'trace_chain', 'exception', 'class', 'message', 'frames', 'filename', 'lineno'],
  ],
  ['rollbar deploys', (a) => rollbar.readDeploys(a, 'production'), ['deploys', 'environment', 'revision', 'start_time', 'finish_time']],
  ['sentry issues', (a) => sentry.readIssues(a, now), ['id', 'title', 'metadata', 'type', 'value', 'count', 'stats', '24h', 'firstSeen']],
  ['sentry series', sentry.readSeries, ['timeSeries', 'values', 'timestamp', 'value', 'incomplete', 'groupBy', 'data', 'count']],
  [
    'sentry event',
    sentry.readEvent,
    ['entries', 'type', 'exception', 'data', 'values', 'stacktrace', 'frames', 'filename', 'lineNo', 'tags', 'key', 'value'],
  ],
  [
    'sentry releases',
    (a) => sentry.readReleases(a, 'production'),
    ['version', 'lastDeploy', 'dateFinished', 'dateReleased', 'projects', 'slug'],
  ],
];

test.each(readers)('%s: no answer breaks the reader', (_, read, keys) => {
  const leaf = fc.oneof(fc.constant(null), fc.string(), fc.double(), fc.integer(), fc.boolean(), fc.constantFrom(...keys, 'x'));
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 7 },
      leaf,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...keys, 'x'), tie('tree'), { maxKeys: 5 }),
    ),
  }));
  fc.assert(
    fc.property(tree, (answer) => {
      expect(() => JSON.stringify(read(answer))).not.toThrow();
    }),
    { numRuns: 500 },
  );
});

describe('chainMessage', () => {
  const chains: [name: string, chain: Parameters<typeof chainMessage>[0], wanted: string][] = [
    ['one', [{ class: 'E', message: 'no\nmore' }], 'no'],
    [
      'the cause is said once',
      [
        { class: 'A', message: 'B: gone' },
        { class: 'B', message: 'gone' },
      ],
      'B: gone',
    ],
    [
      'another cause is named',
      [
        { class: 'A', message: 'failed' },
        { class: 'B', message: 'disk full' },
      ],
      'failed\ncaused by B: disk full',
    ],
    [
      "literals of quoted SQL are gone, the server's own words stay",
      [{ message: "insert into `orders` (`mail`) values ('secret', 42) - Duplicate entry '7' for key 'orders.x'" }],
      "insert into `orders` (`mail`) values (?) - Duplicate entry '7' for key 'orders.x'",
    ],
    ['an id past 2^31 stays', [{ message: '2147501882 is out of range' }], '2147501882 is out of range'],
    ['a password goes', [{ message: 'login failed, password=hunter2' }], 'login failed, password=[redacted]'],
  ];
  test.each(chains)('%s', (_, chain, wanted) => {
    expect(chainMessage(chain)).toBe(wanted);
  });
});

const classes: [name: string, status: number | undefined][] = [
  ['ActionController::RoutingError', 404],
  ['ActiveRecord::RecordNotFound', 404],
  ['django.core.exceptions.PermissionDenied', 403],
  ['Illuminate\\Session\\TokenMismatchException', 419],
  ['ActiveRecord::StatementInvalid', undefined],
  ['Mysql2::Error', undefined],
  ['NoMethodError', undefined],
];
test.each(classes)('%s is answered with %s', (name, status) => {
  expect(statusOfClass(name)).toBe(status);
});

test('the next page is there only when Sentry says so', () => {
  const link = (results: boolean) =>
    `<a>; rel="previous"; results="true"; cursor="0:0:1", <b>; rel="next"; results="${results}"; cursor="0:100:0"`;
  expect([sentry.nextCursor(link(true)), sentry.nextCursor(link(false)), sentry.nextCursor(undefined)]).toEqual([
    '0:100:0',
    undefined,
    undefined,
  ]);
});
