import { delimiter } from 'node:path';
// Not the package's index: that one loads watches, port forwards and 900 models.
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { HttpMethod, RequestContext, type ResponseContext } from '@kubernetes/client-node/dist/gen/http/http.js';
import { IsomorphicFetchHttpLibrary } from '@kubernetes/client-node/dist/gen/http/isomorphic-fetch.js';
import { isRecord } from '../core/is-record.ts';
import {
  type KubeKind,
  type KubeLog,
  type KubeObject,
  type KubeQuery,
  type KubeRight,
  type KubernetesCluster,
  KubernetesError,
  type KubernetesKit,
} from '../core/kit/kubernetes.ts';
import { credentialExpiry } from './kube-expiry.ts';
import { networkWords } from './network-words.ts';

const LIMITS = {
  /** One call, all pages of a list; a look has eight seconds, and its lists run side by side. */
  milliseconds: 5_000,
  bytes: 16 * 1024 * 1024,
  logBytes: 256 * 1024,
  page: 500,
  pages: 8,
};

const ROOTS: Record<KubeKind, string> = {
  deployments: '/apis/apps/v1',
  replicasets: '/apis/apps/v1',
  pods: '/api/v1',
  jobs: '/apis/batch/v1',
  events: '/api/v1',
  nodes: '/api/v1',
};

/** The SDK's name for the cluster around the pod it runs in. */
const IN_CLUSTER = 'inCluster';

const PATCH_TYPES = { json: 'application/json-patch+json', strategic: 'application/strategic-merge-patch+json' };

/** Words of a kubelet that answers 200 although it has no log to give. */
const NO_LOG = /^(?:unable to retrieve container logs for |failed to try resolving symlinks in path |rpc error: code = )/;

interface Call {
  method: HttpMethod;
  path: string;
  query?: Readonly<Record<string, string | undefined>>;
  body?: unknown;
  contentType?: string;
  maxBytes?: number;
}

interface Answer {
  status: number;
  text: string;
}

type Send = (call: Call, signal: AbortSignal) => Promise<Answer>;

/**
 * Clusters by kubeconfig. The SDK finds the server and does the identity and TLS of each request; the objects stay as they came, because its typed
 * models drop fields they do not know, and a rollback must put back exactly the template that ran.
 */
export function kubernetesKit(): KubernetesKit {
  const clusters = new Map<string, KubernetesCluster>();
  return {
    cluster: (kubeconfig) => {
      const known = clusters.get(kubeconfig);
      if (known) return known;
      const made = clusterOf(kubeconfig);
      clusters.set(kubeconfig, made);
      return made;
    },
  };
}

function clusterOf(kubeconfig: string): KubernetesCluster {
  const config = configOf(kubeconfig);
  const send: Send = config instanceof KubernetesError ? () => Promise.reject(config) : sender(config);
  return {
    server: config instanceof KubernetesError ? undefined : config.getCurrentCluster()?.server,
    inside: !(config instanceof KubernetesError) && config.getCurrentCluster()?.name === IN_CLUSTER,
    expires: config instanceof KubernetesError ? undefined : credentialExpiry(config.getCurrentUser()),
    list: (kind, query, signal) => list(send, kind, query, signal),
    log: (of, signal) => log(send, of, signal),
    patchDeployment: async (at, patch, signal) => {
      const path = `${ROOTS.deployments}/namespaces/${encodeURIComponent(at.namespace)}/deployments/${encodeURIComponent(at.name)}`;
      const call: Call = { method: HttpMethod.PATCH, path, body: patch.body, contentType: PATCH_TYPES[patch.type] };
      return objectOf(await send(call, signal));
    },
    may: (right, signal) => may(send, right, signal),
  };
}

/** The SDK falls back to http://localhost:8080 when it finds nothing: that is no cluster of anybody's. */
function configOf(kubeconfig: string): KubeConfig | KubernetesError {
  try {
    const config = new KubeConfig();
    const [first, ...others] = kubeconfig.split(delimiter).filter(Boolean);
    if (first === undefined) config.loadFromDefault();
    else config.loadFromFile(first);
    for (const path of others) {
      const more = new KubeConfig();
      more.loadFromFile(path);
      config.mergeConfig(more);
    }
    const server = config.getCurrentCluster()?.server;
    if (server && server !== 'http://localhost:8080') return config;
    return new KubernetesError(
      'no Kubernetes configuration found: neither KUBECONFIG, nor ~/.kube/config, nor a service account',
      'no-cluster',
    );
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n', 1)[0] : 'unreadable';
    return new KubernetesError(`the kubeconfig cannot be read: ${why}`, 'no-cluster', undefined, { cause });
  }
}

function sender(config: KubeConfig): Send {
  const http = new IsomorphicFetchHttpLibrary();
  return async (call, signal) => {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(LIMITS.milliseconds)]);
    const server = config.getCurrentCluster()?.server ?? '';
    const request = new RequestContext(`${server.replace(/\/$/, '')}${call.path}`, call.method);
    for (const [name, value] of Object.entries(call.query ?? {})) if (value !== undefined) request.setQueryParam(name, value);
    request.setSignal(limited);
    if (call.body !== undefined) {
      request.setBody(JSON.stringify(call.body));
      request.setHeaderParam('Content-Type', call.contentType ?? 'application/json');
    }
    try {
      await identify(config, request, server, limited);
      const response = await http.send(request).toPromise();
      return { status: response.httpStatusCode, text: await textOf(response, call.maxBytes ?? LIMITS.bytes) };
    } catch (cause) {
      if (cause instanceof KubernetesError) throw cause;
      throw new KubernetesError(downWords(server, cause, limited), 'down', undefined, { cause });
    } finally {
      // The SDK makes a connection pool for each request that has TLS options; one that is broken already needs no closing.
      request
        .getDispatcher()
        ?.close()
        .catch(() => undefined);
    }
  };
}

/** Credentials may come from a file that is gone, or from a helper program that is not there or not logged in. */
async function identify(config: KubeConfig, request: RequestContext, server: string, signal: AbortSignal): Promise<void> {
  try {
    await abortable(config.applySecurityAuthentication(request), signal);
  } catch (cause) {
    if (signal.aborted) throw cause;
    const why = cause instanceof Error ? cause.message.split('\n', 1)[0] : 'unknown error';
    throw new KubernetesError(`no credentials for ${server}: ${why}`, 'no-credentials', undefined, { cause });
  }
}

/** The helper program may hang. */
function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([work, aborted]);
}

function downWords(server: string, cause: unknown, signal: AbortSignal): string {
  if (signal.aborted) return `no answer from ${server} in time`;
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const code = inner instanceof Error && 'code' in inner ? String(inner.code) : undefined;
  const known = code === undefined ? undefined : networkWords(code);
  if (known) return `no answer from ${server}: it ${known}`;
  return `no answer from ${server}: ${code ?? (inner instanceof Error ? inner.message.split('\n', 1)[0] : 'unknown error')}`;
}

async function textOf(response: ResponseContext, maxBytes: number): Promise<string> {
  const stream = response.body.stream();
  if (stream === null) return '';
  const decoder = new TextDecoder();
  let size = 0;
  let text = '';
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new KubernetesError(`the answer is larger than ${maxBytes} bytes`, 'too-large', response.httpStatusCode);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

async function list(send: Send, kind: KubeKind, query: KubeQuery, signal: AbortSignal) {
  const path = kind === 'nodes' ? `${ROOTS.nodes}/nodes` : `${ROOTS[kind]}/namespaces/${encodeURIComponent(query.namespace)}/${kind}`;
  const limited = AbortSignal.any([signal, AbortSignal.timeout(LIMITS.milliseconds)]);
  const items: KubeObject[] = [];
  let next: string | undefined;
  for (let page = 0; page < LIMITS.pages; page++) {
    const { labelSelector, fieldSelector } = query;
    const parameters = { limit: String(LIMITS.page), continue: next, labelSelector, fieldSelector };
    const answer = objectOf(await send({ method: HttpMethod.GET, path, query: parameters }, limited));
    if (!Array.isArray(answer.items)) throw new KubernetesError(`the answer for ${kind} is no list`, 'unreadable');
    items.push(...answer.items.filter(isRecord));
    next = isRecord(answer.metadata) && typeof answer.metadata.continue === 'string' ? answer.metadata.continue : undefined;
    if (!next) return { items, cut: false };
  }
  return { items, cut: true };
}

async function log(send: Send, of: KubeLog, signal: AbortSignal): Promise<string> {
  const path = `/api/v1/namespaces/${encodeURIComponent(of.namespace)}/pods/${encodeURIComponent(of.pod)}/log`;
  const query = {
    container: of.container,
    previous: of.previous ? 'true' : undefined,
    tailLines: String(of.tailLines),
    sinceSeconds: of.sinceSeconds === undefined ? undefined : String(of.sinceSeconds),
    limitBytes: String(LIMITS.logBytes),
    timestamps: 'true',
  };
  const answer = await send({ method: HttpMethod.GET, path, query, maxBytes: LIMITS.logBytes * 2 }, signal);
  if (answer.status < 200 || answer.status > 299) throw refusal(answer);
  if (NO_LOG.test(answer.text)) throw new KubernetesError(`the node has no log: ${answer.text.slice(0, 200)}`, 'NotFound', answer.status);
  return answer.text;
}

async function may(send: Send, right: KubeRight, signal: AbortSignal): Promise<boolean> {
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes: right } };
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const { status } = objectOf(await send({ method: HttpMethod.POST, path, body }, signal));
  if (!isRecord(status) || typeof status.allowed !== 'boolean') throw new KubernetesError('the access review has no answer', 'unreadable');
  return status.allowed;
}

function objectOf(answer: Answer): KubeObject {
  if (answer.status < 200 || answer.status > 299) throw refusal(answer);
  const value = parsed(answer.text);
  if (!isRecord(value)) throw new KubernetesError('the answer is no JSON object', 'unreadable', answer.status);
  return value;
}

/** A Status object says why; a proxy in between may answer anything. */
function refusal({ status, text }: Answer): KubernetesError {
  const value = parsed(text);
  const reason = isRecord(value) && typeof value.reason === 'string' && value.reason ? value.reason : (REASONS[status] ?? 'unreadable');
  const message = isRecord(value) && typeof value.message === 'string' ? value.message : `HTTP ${status}`;
  return new KubernetesError(message.slice(0, 500), reason, status);
}

const REASONS: Record<number, string> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  422: 'Invalid',
  429: 'TooManyRequests',
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no JSON: the callers say "unreadable"
  }
}
