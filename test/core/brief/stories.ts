/** Incidents built by folding events, as the walk appends them. */

import type { Setup } from '../../../src/core/brief.ts';
import type { Diagnosis, Hypothesis } from '../../../src/core/diagnosis.ts';
import type { Evidence, Finding } from '../../../src/core/evidence.ts';
import { fold } from '../../../src/core/fold.ts';
import type { Incident, IncidentEvent } from '../../../src/core/incident.ts';

export const setup: Setup = {
  checks: [
    { name: 'rollbar', question: 'Which errors are new or louder?', on: true },
    { name: 'rds', question: 'Is the database instance under pressure?', on: true },
    { name: 'deploy', question: 'Did any pod of the deploy job fail?', on: true },
    { name: 'releases', question: 'What went live?', on: true },
    { name: 'mysql', question: 'Which statements pile up?', on: true },
    { name: 'migrations', question: 'Does the database fit the code?', on: true },
    { name: 'sentry', question: 'Which issues are new?', on: false },
  ],
  actors: 'some',
  dryRun: false,
  deadlineMinutes: 15,
  actions: ['revert', 'rollback', 'restart'],
};

export const day = (clock: string): string => `2026-11-21T${clock}${clock.length === 5 ? ':00' : ''}.000Z`;

export const LIVE = '4f1c2ab9d3e5f60718293a4b5c6d7e8f90a1b2c3';
export const FIX = 'a0c11fe4d3e5f60718293a4b5c6d7e8f90a1b2c3';
export const OLD = '91b07de4d3e5f60718293a4b5c6d7e8f90a1b2c3';

export function opened(over: Partial<Extract<IncidentEvent, { type: 'opened' }>> = {}): IncidentEvent {
  return {
    type: 'opened',
    at: day('03:04'),
    by: 'UCARYSSA1',
    number: 12,
    title: 'Checkout is down',
    alert: {
      source: 'command',
      key: 'command:1',
      title: 'Checkout is down',
      service: 'shop',
      environment: 'production',
      severity: 'unknown',
      status: 'firing',
      startedAt: day('03:04'),
      url: '',
      labels: {},
      description: '',
    },
    ...over,
  };
}

export function found(check: string, findings: readonly Finding[], at = day('03:04:06')): IncidentEvent {
  return { type: 'looked', at, look: 1, evidence: { check, at, tookMs: 300, outcome: { status: 'found', findings } } };
}

export function quiet(check: string, findings: readonly Finding[], asOf: string, at = day('03:04:06')): IncidentEvent {
  return { type: 'looked', at, look: 1, evidence: { check, at, asOf, tookMs: 300, outcome: { status: 'quiet', findings } } };
}

export function blind(check: string, why: string, fix: string, at = day('03:04:06')): IncidentEvent {
  const evidence: Evidence = { check, at, tookMs: 300, outcome: { status: 'blind', why, fix } };
  return { type: 'looked', at, look: 1, evidence };
}

export const lookStarted: IncidentEvent = {
  type: 'look-started',
  at: day('03:04:01'),
  look: 1,
  lean: false,
  asked: ['rollbar', 'rds', 'deploy', 'releases', 'mysql', 'migrations'],
};

export const lookEnded: IncidentEvent = { type: 'look-ended', at: day('03:04:14'), look: 1 };

export const errors: Finding = {
  kind: 'error-rate',
  tone: 'bad',
  tracker: 'rollbar',
  points: [
    { at: day('02:50'), count: 4 },
    { at: day('03:02'), count: 305 },
    { at: day('03:03'), count: 310 },
  ],
  onset: day('02:53'),
  usual: 4,
};

export const cpu: Finding = {
  kind: 'metric',
  tone: 'bad',
  name: 'CPUUtilization',
  unit: 'Percent',
  points: [{ at: day('03:02'), value: 97 }],
  baseline: { mean: 22, max: 30 },
};

export const failedJob: Finding = {
  kind: 'workload',
  tone: 'bad',
  recovers: false,
  workload: 'job',
  name: 'deploy-tasks-4f1c2ab',
  phase: 'Failed',
  exitCode: 1,
  finishedAt: day('02:51'),
  sha: LIVE,
  log: ['== 20261120 AddForeignKey: migrating', 'Mysql2::Error: Cannot add or update a child row: a foreign key constraint fails'],
};

export const liveRelease: Finding = { kind: 'release', tone: 'changed', at: day('02:52'), sha: LIVE, leadSeconds: 660 };
export const releases: readonly Finding[] = [
  liveRelease,
  { kind: 'release', tone: 'normal', at: day('01:00'), sha: OLD, quiet: true, leadSeconds: 540 },
  { kind: 'release', tone: 'normal', at: day('00:10'), sha: `5d2e9f0${OLD.slice(7)}`, leadSeconds: 780 },
];

export const stuck: Finding = {
  kind: 'query-group',
  tone: 'bad',
  fingerprint: 'select * from comments where post_id = ? order by created_at',
  threads: 183,
  longestSeconds: 94,
  threadIds: Array.from({ length: 183 }, (_, i) => 1000 + i),
  plan: [{ table: 'comments', type: 'ALL', key: null, rows: 3_000_000, extra: '' }],
};

export const migrations: readonly Finding[] = [
  { kind: 'migration', tone: 'changed', version: '20261120', name: 'AddForeignKey', inRelease: LIVE, state: 'absent' },
  { kind: 'migration', tone: 'changed', version: '20261121', name: 'AddIndex', inRelease: LIVE, state: 'absent' },
];

export const orphans: Hypothesis = {
  rule: 'migration-orphaned-rows',
  cause: 'Release 4f1c2ab is live, its migration is not: comments.post_id points at posts that are gone.',
  confidence: 'confirmed',
  because: [{ text: 'the job stopped at 1452', from: { check: 'deploy', kind: 'workload', key: 'deploy-tasks-4f1c2ab job' } }],
  against: ['an index on comments.post_id'],
  facts: { childTable: 'comments', column: 'post_id', parentTable: 'posts' },
  remedy: {
    kind: 'revert',
    why: 'the release came with the failed migration',
    commands: ['git revert --no-edit 4f1c2ab', 'git push origin HEAD:master'],
    hazards: ['Not now: the migration or the index; the ALTER queues behind 183 queries.'],
    safety: 'safe',
    range: [LIVE],
  },
  next: ['Repair the comments without a post; a person decides', 'Ship the migration alone; wait until the index exists'],
  chain: [
    'deploy-tasks stopped 02:51: foreign key comments.post_id → posts.id refused (MySQL 1452)',
    'So add_index comments (post_id, created_at) never ran',
    '183 of 197 queries are one statement that needs it, oldest 94 s',
    'RDS CPU 97 % → timeouts → 5xx everywhere',
  ],
};

export function diagnosis(over: Partial<Diagnosis> = {}): Diagnosis {
  return {
    verdict: 'cause',
    revert: 'helps',
    why: 'the old code does not need the index',
    hypotheses: [orphans],
    suspects: [],
    seen: [],
    next: [],
    blind: [],
    ...over,
  };
}

export const judged = (d: Diagnosis, at = day('03:04:09')): IncidentEvent => ({ type: 'judged', at, diagnosis: d });

export const looking: readonly IncidentEvent[] = [
  opened(),
  { type: 'placed', at: day('03:04:01'), place: { channel: 'C1', name: 'inc-12-checkout-is-down' } },
  { type: 'card-posted', at: day('03:04:01'), ts: '1.1' },
  lookStarted,
  found('rollbar', [errors]),
  found('rds', [cpu]),
  found('deploy', [failedJob]),
  found('releases', releases),
];

export const causeSeen: readonly IncidentEvent[] = [
  ...looking,
  found('mysql', [stuck], day('03:04:08')),
  found('migrations', migrations, day('03:04:11')),
  judged(diagnosis()),
  { type: 'led', at: day('03:05'), user: 'UCARYSSA1', by: 'UCARYSSA1' },
  lookEnded,
];

const preview = {
  possible: true,
  title: 'Revert 4f1c2ab on master: one commit, nobody else’s work.',
  lines: [],
  command: 'git revert --no-edit 4f1c2ab',
  safety: 'safe',
  unchecked: [],
  state: LIVE,
} as const;

export const reverting: readonly IncidentEvent[] = [
  ...causeSeen,
  {
    type: 'confirmed',
    at: day('03:06:40'),
    by: 'UCARYSSA1',
    action: 'act-1',
    request: {
      id: 'act-1',
      kind: 'revert',
      incident: { number: 12, title: 'Checkout is down', openedAt: day('03:04') },
      by: { id: 'UCARYSSA1' },
      now: day('03:06:40'),
      evidence: [],
      diagnosis: diagnosis(),
    },
    preview,
  },
  { type: 'action-started', at: day('03:06:41'), action: 'act-1' },
  { type: 'action-progress', at: day('03:06:42'), action: 'act-1', line: 'checked again: master unmoved, no conflict, schema as before' },
];

export const reverted: readonly IncidentEvent[] = [
  ...reverting,
  {
    type: 'action-ended',
    at: day('03:06:49'),
    action: 'act-1',
    result: {
      status: 'done',
      text: 'pushed a0c11fe to master',
      links: ['https://github.com/acme/shop/commit/a0c11fe'],
      live: { when: 'sha', sha: FIX },
      commit: FIX,
    },
  },
];

export const recovered: readonly IncidentEvent[] = [
  ...reverted,
  {
    type: 'recovery-judged',
    at: day('03:24'),
    recovery: {
      word: 'recovered',
      liveAt: day('03:18'),
      quietSince: day('03:19'),
      symptoms: [
        { key: 'a', name: 'errors', unit: '/ min', before: 4, worst: 310, now: 3, state: 'quiet' },
        { key: 'b', name: 'stuck queries', before: 0, worst: 183, now: 0, state: 'quiet' },
        { key: 'c', name: 'CPUUtilization', unit: 'Percent', before: 22, worst: 97, now: 24, state: 'quiet' },
      ],
      says: [],
    },
  },
];

export const incident = (events: readonly IncidentEvent[]): Incident => fold('inc-id-1', events);
