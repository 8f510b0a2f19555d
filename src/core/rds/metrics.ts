import type { Metric, Point } from '../evidence.ts';
import type { DbInstance } from '../kit/rds.ts';
import { type Rise, riseIn } from '../onset.ts';
import { max, mean } from '../stats.ts';

/** What is asked of one metric, and when it is bad. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html */
export interface MetricKind {
  name: string;
  unit: 'Percent' | 'Bytes' | 'Count' | 'Count/Second' | 'Seconds' | 'Milliseconds';
  /** Only of instances for which AWS publishes it. */
  of: (db: DbInstance) => boolean;
  /** The smallest rise that counts. */
  floor: number;
  bad: (seen: Seen) => boolean;
  /** Low is bad: it does not come back by itself, and recovery does not wait for it. */
  stock?: boolean;
  /** Turned into the unit above. */
  scale?: number;
  /** AWS publishes it for some classes or roles alone: no data of it says nothing. */
  sometimes?: boolean;
}

export interface Seen {
  db: DbInstance;
  /** Of the last minutes that are there. */
  peak: number;
  low: number;
  rise: Rise;
  /** Same hour of the day before; undefined when there is no data of it. */
  baseline: Baseline | undefined;
}

const RECENT = 5;
/** Points of a metric that is only context: every look is kept in the journal. */
const CONTEXT = 15;
/** What everybody asks for is kept whole. */
const KEPT = new Set(['CPUUtilization', 'DatabaseConnections']);
const aurora = (db: DbInstance) => db.engine.startsWith('aurora');
const always = () => true;
const plain = (db: DbInstance) => !aurora(db);

/** Clearly above the same hour of the day before: a nightly report is not news. */
const unusual = ({ peak, baseline, rise }: Seen, times: number) => peak > times * Math.max(baseline?.max ?? 0, rise.usual);
const rising = ({ rise }: Seen) => rise.onset !== undefined && rise.until === undefined;

/** Its last hours are no measure when the trouble is older than they are: the day before still is. */
const busyForHours = ({ low, baseline }: Seen) => low >= 90 && baseline !== undefined && low > 1.5 * baseline.max;

export const metricKinds: readonly MetricKind[] = [
  {
    name: 'CPUUtilization',
    unit: 'Percent',
    of: always,
    floor: 8,
    bad: (s) => (s.peak >= 80 && unusual(s, 1.2)) || (rising(s) && s.peak >= 50 && unusual(s, 1.5)) || busyForHours(s),
  },
  { name: 'DatabaseConnections', unit: 'Count', of: always, floor: 10, bad: (s) => rising(s) && unusual(s, 1.5) },
  {
    name: 'FreeableMemory',
    unit: 'Bytes',
    of: always,
    floor: 0,
    stock: true,
    bad: (s) => s.low < 256 * 2 ** 20 && s.low < 0.5 * (s.baseline?.mean ?? 0),
  },
  { name: 'FreeStorageSpace', unit: 'Bytes', of: plain, floor: 0, stock: true, bad: (s) => s.low < 0.1 * (s.db.storage ?? 0) },
  { name: 'FreeLocalStorage', unit: 'Bytes', of: aurora, floor: 0, stock: true, bad: (s) => s.low < 2 ** 30 },
  { name: 'DiskQueueDepth', unit: 'Count', of: always, floor: 3, bad: (s) => s.peak > 10 && unusual(s, 2) },
  { name: 'ReadIOPS', unit: 'Count/Second', of: always, floor: 100, bad: (s) => atLimit(s) },
  { name: 'WriteIOPS', unit: 'Count/Second', of: always, floor: 100, bad: (s) => atLimit(s) },
  { name: 'ReadLatency', unit: 'Seconds', of: always, floor: 0.01, bad: (s) => s.peak > 0.02 && unusual(s, 3) },
  { name: 'WriteLatency', unit: 'Seconds', of: always, floor: 0.01, bad: (s) => s.peak > 0.02 && unusual(s, 3) },
  {
    name: 'ReplicaLag',
    unit: 'Seconds',
    of: (db) => db.replicaOf !== undefined,
    floor: 5,
    bad: (s) => s.low < 0 || (s.peak > 30 && unusual(s, 2)),
  },
  {
    name: 'AuroraReplicaLag',
    unit: 'Seconds',
    of: aurora,
    sometimes: true,
    floor: 0.5,
    scale: 0.001,
    bad: (s) => s.peak > 2 && unusual(s, 2),
  },
  { name: 'BurstBalance', unit: 'Percent', of: (db) => db.storageType === 'gp2', floor: 0, stock: true, bad: (s) => s.low < 10 },
  { name: 'EBSIOBalance%', unit: 'Percent', of: plain, sometimes: true, floor: 0, stock: true, bad: (s) => s.low < 10 },
  { name: 'EBSByteBalance%', unit: 'Percent', of: plain, sometimes: true, floor: 0, stock: true, bad: (s) => s.low < 10 },
  {
    name: 'CPUCreditBalance',
    unit: 'Count',
    of: (db) => db.instanceClass.startsWith('db.t'),
    floor: 0,
    stock: true,
    bad: (s) => s.low < 5 && s.low < 0.5 * (s.baseline?.mean ?? 10),
  },
  { name: 'DBLoad', unit: 'Count', of: (db) => db.performanceInsights, floor: 2, bad: (s) => rising(s) && s.peak > 4 && unusual(s, 2) },
  { name: 'DBLoadCPU', unit: 'Count', of: (db) => db.performanceInsights, floor: 2, bad: () => false },
  { name: 'DBLoadNonCPU', unit: 'Count', of: (db) => db.performanceInsights, floor: 2, bad: () => false },
  { name: 'Deadlocks', unit: 'Count/Second', of: aurora, floor: 0.5, bad: (s) => s.peak > 1 && unusual(s, 3) },
  { name: 'BlockedTransactions', unit: 'Count/Second', of: aurora, floor: 1, bad: (s) => s.peak > 5 && unusual(s, 3) },
];

/** A volume's limit that is known: provisioned, or what gp3 gives without asking. */
function atLimit({ db, peak }: Seen): boolean {
  const limit = db.iops ?? (db.storageType === 'gp3' ? 3_000 : undefined);
  return limit !== undefined && peak >= 0.9 * limit;
}

export interface Baseline {
  mean: number;
  max: number;
}

/** Of the same hour of the day before, in the unit of the finding. Undefined without data. */
export function baselineOf(kind: MetricKind, dayBefore: readonly Point[]): Baseline | undefined {
  const values = scaled(kind, dayBefore).map((p) => p.value);
  return values.length === 0 ? undefined : { mean: short(mean(values)), max: max(values) };
}

/** A series as a finding, judged against the same hour of the day before and its own last hours. */
export function metricFinding(kind: MetricKind, db: DbInstance, series: readonly Point[], baseline: Baseline | undefined): Metric {
  const points = scaled(kind, series);
  const recent = points.slice(-RECENT).map((p) => p.value);
  const low = recent.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const seen = { db, peak: max(recent), low, rise: riseIn(points, { floor: kind.floor }), baseline };
  const bad = recent.length > 0 && kind.bad(seen);
  return {
    kind: 'metric',
    name: kind.name,
    unit: kind.unit,
    source: db.id,
    points: bad || KEPT.has(kind.name) ? points : points.slice(-CONTEXT),
    tone: bad ? 'bad' : 'normal',
    ...(baseline === undefined ? {} : { baseline }),
    ...(kind.stock ? { recovers: false } : {}),
  };
}

function scaled({ scale = 1 }: MetricKind, points: readonly Point[]): readonly Point[] {
  return points.map(({ at, value }) => ({ at, value: short(value * scale) }));
}

/** More digits than this are noise, and every look is kept. */
function short(value: number): number {
  return Number(value.toPrecision(6));
}
