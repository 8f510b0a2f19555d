/** An API object as it came over the wire, plain JSON. `core/kube/objects.ts` reads it; nothing trusts its shape. */
export type KubeObject = Readonly<Record<string, unknown>>;

export const kubeKinds = ['deployments', 'replicasets', 'pods', 'jobs', 'events', 'nodes'] as const;
export type KubeKind = (typeof kubeKinds)[number];

export interface KubeQuery {
  /** Ignored for nodes, which have none. */
  namespace: string;
  labelSelector?: string;
  fieldSelector?: string;
}

export interface KubeLog {
  namespace: string;
  pod: string;
  container: string;
  /** The container before the last restart. */
  previous?: boolean;
  tailLines: number;
  sinceSeconds?: number;
}

/** One question for the API server's own judge: may I do this? */
export interface KubeRight {
  verb: 'get' | 'list' | 'patch';
  group: '' | 'apps' | 'batch';
  resource: string;
  subresource?: string;
  namespace: string;
  name?: string;
}

/**
 * One cluster, as one identity. Every call has a time limit and a size limit, and throws `KubernetesError` when it fails.
 */
export interface KubernetesCluster {
  /** `https://host:port`, no credentials. Undefined when no configuration names a server: then every call throws `no-cluster`. */
  server: string | undefined;
  /** Reached by the service account of the pod that the bot runs in: it lives in the cluster that it watches. */
  inside: boolean;
  /** When the credential ends, UTC ISO; undefined for one that renews itself or does not say. */
  expires: string | undefined;
  /** All pages, at most `most` objects. `cut`: there are more. */
  list: (kind: KubeKind, query: KubeQuery, signal: AbortSignal) => Promise<{ items: readonly KubeObject[]; cut: boolean }>;
  /** Each line begins with the kubelet's own time. Empty when the container wrote nothing. */
  log: (of: KubeLog, signal: AbortSignal) => Promise<string>;
  /** `json` is a list of JSON-patch operations, `strategic` an object merged as kubectl does. Answers the patched Deployment. */
  patchDeployment: (
    at: { namespace: string; name: string },
    patch: { type: 'json' | 'strategic'; body: unknown },
    signal: AbortSignal,
  ) => Promise<KubeObject>;
  may: (right: KubeRight, signal: AbortSignal) => Promise<boolean>;
}

/**
 * `reason` is the API server's word (`Forbidden`, `NotFound`, `Conflict`, `Invalid`, `Unauthorized`, …), or one of ours:
 * `no-cluster` (no configuration found), `no-credentials` (the kubeconfig's helper or file gave none), `down` (no answer in time, refused, TLS), `unreadable` (an answer in no known shape), `too-large`.
 */
export class KubernetesError extends Error {
  override name = 'KubernetesError';
  readonly reason: string;
  /** HTTP status, where one came. */
  readonly status: number | undefined;
  constructor(message: string, reason: string, status?: number, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
    this.status = status;
  }
}

export interface KubernetesKit {
  /** The cluster of a kubeconfig (several paths as in KUBECONFIG), or '' for the default one: ~/.kube/config, else in-cluster. The same word gives the same cluster. */
  cluster: (kubeconfig: string) => KubernetesCluster;
}
