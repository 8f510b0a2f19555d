/** RDS and CloudWatch of one region. Every question throws `AwsTrouble` when it is not answered, and keeps to its signal. */
export interface RdsSource {
  /** Instances by id; an id that is not there is simply missing. */
  instances: (ids: readonly string[], signal: AbortSignal) => Promise<readonly DbInstance[]>;
  clusters: (ids: readonly string[], signal: AbortSignal) => Promise<readonly DbCluster[]>;
  /** Events of the whole region since `from` (UTC ISO), at most a few hundred. */
  events: (from: string, signal: AbortSignal) => Promise<readonly RdsEvent[]>;
  /** One GetMetricData call. */
  metrics: (wish: MetricWish, signal: AbortSignal) => Promise<readonly MetricSeries[]>;
  /** Whether the keys are temporary ones that were put into the environment: they end, and nobody renews them. */
  borrowed: () => Promise<boolean>;
}

export interface RdsKit {
  /** `endpoint` empty: AWS's own. Credentials come from the SDK's default chain. */
  region: (place: { region: string; endpoint: string }) => RdsSource;
}

export interface DbInstance {
  id: string;
  status: string;
  instanceClass: string;
  engine: string;
  /** `host:port`. */
  host?: string;
  /** Bytes. */
  storage?: number;
  storageType?: string;
  iops?: number;
  clusterId?: string;
  replicaOf?: string;
  replicas: readonly string[];
  performanceInsights: boolean;
  /** What StatusInfos says is not normal. */
  troubles: readonly string[];
  /** UTC ISO. */
  certificateUntil?: string;
}

export interface DbCluster {
  id: string;
  status: string;
  members: readonly { id: string; writer: boolean }[];
  /** Leads to the writer, `host:port`. */
  host?: string;
  /** Leads to any of the readers, `host:port`. */
  readerHost?: string;
}

export interface RdsEvent {
  /** UTC ISO. */
  at: string;
  /** Instance or cluster. */
  source: string;
  message: string;
  categories: readonly string[];
}

export interface MetricWish {
  /** UTC ISO; `to` is exclusive. */
  from: string;
  to: string;
  periodSeconds: number;
  series: readonly { instance: string; metric: string; stat: 'Average' | 'Maximum' | 'Minimum' }[];
}

/** In the order of the wish; empty points: no data, which is not zero. */
export interface MetricSeries {
  instance: string;
  metric: string;
  /** Oldest first. */
  points: readonly { at: string; value: number }[];
}

/** `code` is AWS's own name of the error (`AccessDeniedException`), `HostDown` when no answer came, `UnknownAnswer` for a shape that we do not know. */
export class AwsTrouble extends Error {
  override name = 'AwsTrouble';
  readonly code: string;
  /** `rds:DescribeEvents`. */
  readonly action: string;
  constructor(message: string, code: string, action: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.action = action;
  }
}
