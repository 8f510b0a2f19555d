/** The shape of every finding kind, as data: what the tolerant reader of bundles checks. Mirrors `evidence.ts`. */
type FieldType = 'string' | 'number' | 'boolean' | 'text-or-number' | 'string-or-null' | FieldShape;

/** `list`: every item must have the shape, items that have not are left out. `record`: numbers by name. */
export type FieldShape =
  | { one: readonly string[] }
  | { list: FieldType }
  | { record: 'number' }
  | { object: Readonly<Record<string, FieldType>>; required?: readonly string[] };

export type { FieldType };

export interface KindShape {
  required: Readonly<Record<string, FieldType>>;
  optional: Readonly<Record<string, FieldType>>;
  /** Tone when the finding names none. */
  tone: 'bad' | 'changed' | 'normal';
}

const strings: FieldType = { list: 'string' };
const counts: FieldType = { list: { object: { at: 'string', count: 'number' }, required: ['at', 'count'] } };
const values: FieldType = { list: { object: { at: 'string', value: 'number' }, required: ['at', 'value'] } };
const frames: FieldType = {
  list: { object: { file: 'string', line: 'number', function: 'string', inApp: 'boolean' }, required: ['file'] },
};
const causes: FieldType = { list: { object: { class: 'string', message: 'string' }, required: ['message'] } };
const events: FieldType = {
  list: { object: { reason: 'string', message: 'string', count: 'number', at: 'string' }, required: ['reason'] },
};
const plan: FieldType = {
  list: {
    object: { table: 'string', type: 'string', key: 'string-or-null', rows: 'number', extra: 'string' },
    required: ['table', 'type', 'key', 'rows', 'extra'],
  },
};
const columns: FieldType = {
  list: { object: { name: 'string', type: 'string', unsigned: 'boolean', nullable: 'boolean' }, required: ['name', 'type'] },
};
const indexes: FieldType = { list: { object: { name: 'string', columns: strings, unique: 'boolean' }, required: ['name', 'columns'] } };
const references: FieldType = {
  list: {
    object: {
      column: 'string',
      table: 'string',
      to: 'string',
      toType: 'string',
      toUnsigned: 'boolean',
      by: { one: ['constraint', 'name', 'code'] },
      constraint: 'string',
    },
    required: ['column', 'table', 'to'],
  },
};

export const kindShapes: Readonly<Record<string, KindShape>> = {
  'error-group': {
    required: { title: 'string' },
    optional: {
      tracker: 'string',
      class: 'string',
      message: 'string',
      frames,
      causes,
      log: strings,
      transaction: 'string',
      transactionShare: 'number',
      transactionErrorShare: 'number',
      count: 'number',
      users: 'number',
      firstSeen: 'string',
      lastSeen: 'string',
      isNew: 'boolean',
      release: 'string',
      httpStatus: 'number',
      url: 'string',
      trend: { one: ['new', 'louder', 'as-always'] },
      points: counts,
    },
    tone: 'bad',
  },
  'error-rate': { required: { points: counts }, optional: { tracker: 'string', onset: 'string', usual: 'number' }, tone: 'bad' },
  metric: {
    required: { name: 'string', points: values },
    optional: {
      unit: 'string',
      baseline: { object: { mean: 'number', max: 'number' }, required: ['mean', 'max'] },
      source: 'string',
      hosts: strings,
    },
    tone: 'bad',
  },
  'query-group': {
    required: { fingerprint: 'string', threads: 'number' },
    optional: {
      longestSeconds: 'number',
      totalSeconds: 'number',
      states: { record: 'number' },
      user: 'string',
      db: 'string',
      tables: strings,
      plan,
      noIndexUsed: 'boolean',
      rowsExaminedPerCall: 'number',
      threadIds: { list: 'number' },
      sampleId: 'number',
      host: 'string',
    },
    tone: 'bad',
  },
  'lock-wait': {
    required: { lock: { one: ['metadata', 'row', 'table', 'flush', 'global-read', 'user'] } },
    optional: {
      waiters: 'number',
      blockerThread: 'number',
      blockerSeconds: 'number',
      blockerStatement: 'string',
      blockerIdle: 'boolean',
      blockerUser: 'string',
      table: 'string',
      host: 'string',
    },
    tone: 'bad',
  },
  connections: {
    required: {},
    optional: { used: 'number', max: 'number', sleeping: 'number', running: 'number', refused: 'boolean' },
    tone: 'bad',
  },
  workload: {
    required: { name: 'string', workload: { one: ['pod', 'job', 'deployment'] } },
    optional: {
      namespace: 'string',
      owner: 'string',
      phase: 'string',
      reason: 'string',
      message: 'string',
      exitCode: 'number',
      signal: 'number',
      restarts: 'number',
      image: 'string',
      sha: 'string',
      container: 'string',
      init: 'boolean',
      startedAt: 'string',
      finishedAt: 'string',
      events,
      log: strings,
    },
    tone: 'bad',
  },
  'log-group': {
    required: { message: 'string' },
    optional: { service: 'string', level: 'string', count: 'number', firstSeen: 'string', lastSeen: 'string', sample: 'string' },
    tone: 'bad',
  },
  rollout: {
    required: { deployment: 'string' },
    optional: {
      namespace: 'string',
      revision: 'text-or-number',
      previous: 'text-or-number',
      image: 'string',
      sha: 'string',
      previousSha: 'string',
      startedAt: 'string',
      liveAt: 'string',
      state: { one: ['complete', 'progressing', 'stalled'] },
      oldestPodStartedAt: 'string',
      pods: { object: { ready: 'number', wanted: 'number', updated: 'number' }, required: ['ready', 'wanted', 'updated'] },
    },
    tone: 'changed',
  },
  release: {
    required: { at: 'string' },
    optional: {
      sha: 'string',
      service: 'string',
      version: 'string',
      by: 'string',
      status: 'string',
      source: 'string',
      quiet: 'boolean',
      leadSeconds: 'number',
    },
    tone: 'changed',
  },
  commit: {
    required: { sha: 'string' },
    optional: {
      at: 'string',
      author: 'string',
      message: 'string',
      files: strings,
      diff: 'string',
      merge: 'boolean',
      live: 'boolean',
      liveAt: 'string',
    },
    tone: 'changed',
  },
  migration: {
    required: { version: 'string' },
    optional: {
      name: 'string',
      inRelease: 'string',
      state: { one: ['absent', 'partial', 'applied'] },
      appliedAt: 'string',
      statements: strings,
      file: 'string',
      oldCode: { one: ['safe', 'needs-care', 'do-not', 'unchecked'] },
      why: 'string',
    },
    tone: 'changed',
  },
  table: {
    required: { table: 'string' },
    optional: {
      columns,
      indexes,
      rows: 'number',
      bytes: 'number',
      autoIncrement: 'text-or-number',
      references,
      changedAt: 'string',
      db: 'string',
    },
    tone: 'normal',
  },
  'db-event': { required: { message: 'string' }, optional: { at: 'string', source: 'string' }, tone: 'changed' },
  flag: { required: { name: 'string' }, optional: { at: 'string', from: 'string', to: 'string' }, tone: 'changed' },
  note: { required: { text: 'string' }, optional: { at: 'string', by: 'string' }, tone: 'normal' },
};
