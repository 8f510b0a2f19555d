import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { applyJsonPatch, mergeStrategic, PatchRefused } from './kubernetes-patch.ts';

/** Plain JSON as a real API server serves it; the caller fills in what its story needs. */
export type Thing = Readonly<Record<string, unknown>>;

export interface KubernetesObjects {
  deployments: readonly Thing[];
  replicasets: readonly Thing[];
  pods: readonly Thing[];
  jobs: readonly Thing[];
  events: readonly Thing[];
  nodes?: readonly Thing[];
}

/** A refusal in Kubernetes' own words. */
export interface Refusal {
  code: number;
  reason: string;
  message: string;
}

/** The cluster behind the server. Its owner keeps the state; the server only speaks the protocol. */
export interface KubernetesWorld {
  /** The state now. Objects need `metadata.name` and `metadata.namespace`; Deployments a `resourceVersion` for guarded patches. */
  objects: () => KubernetesObjects;
  /** The whole log, each line with the kubelet's time in front; tail, time window and size limit are the server's work. */
  log: (at: { namespace: string; pod: string; container: string; previous: boolean }) => string | Refusal;
  /** A patch that the server has checked and applied: `next` is the Deployment with its new spec. The world stores it and moves on; the answer goes to the client. */
  patch: (at: { namespace: string; name: string }, next: Thing) => Thing | Refusal;
  /** Which calls this identity may make. Default: all. */
  allows?: (right: { verb: string; resource: string; namespace: string; name?: string }) => boolean;
  /** The bearer token that is asked for. Default: none. */
  token?: () => string | undefined;
  /** Called as each request comes in, and awaited; what it answers is called when the request is done. For a stand-in's slowness and its count of work in hand. */
  entered?: () => Promise<() => void>;
  /** For `sinceSeconds`. Default: every line is recent. */
  now?: () => Date;
}

export interface KubernetesServer {
  url: string;
  /** A kubeconfig for it, to be written to a file. */
  kubeconfig: string;
  /** Method and path of every request so far. */
  requests: readonly string[];
  close: () => Promise<void>;
}

const LISTS: Record<string, string> = {
  deployments: 'apps/v1 DeploymentList',
  replicasets: 'apps/v1 ReplicaSetList',
  pods: 'v1 PodList',
  jobs: 'batch/v1 JobList',
  events: 'v1 EventList',
  nodes: 'v1 NodeList',
};
const PATCH_TYPES = ['application/json-patch+json', 'application/merge-patch+json', 'application/strategic-merge-patch+json'];

/** A Kubernetes API server on loopback, over plain HTTP: lists with pages and selectors, logs, guarded patches, access reviews, Status errors. */
export async function kubernetesServer(world: KubernetesWorld, port = 0): Promise<KubernetesServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    handle(world, request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}`;
  return {
    url,
    kubeconfig: kubeconfigFor(url, world.token?.()),
    requests,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** JSON is YAML. `insecure-skip-tls-verify` is what lets the SDK speak plain HTTP. */
export function kubeconfigFor(server: string, token: string | undefined): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'stand-in', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'bot', user: token === undefined ? {} : { token } }],
    contexts: [{ name: 'stand-in', context: { cluster: 'stand-in', user: 'bot' } }],
    'current-context': 'stand-in',
  });
}

interface Result {
  code: number;
  type: string;
  text: string;
}

async function handle(world: KubernetesWorld, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const leave = await world.entered?.();
  try {
    send(response, await answer(world, request));
  } catch (error) {
    send(response, status({ code: 500, reason: 'InternalError', message: String(error) }));
  } finally {
    leave?.();
  }
}

async function answer(world: KubernetesWorld, request: IncomingMessage): Promise<Result> {
  const token = world.token?.();
  if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) {
    return status({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' });
  }
  const url = new URL(request.url ?? '/', 'http://stand-in');
  if (request.method === 'POST' && url.pathname === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews')
    return review(world, await body(request));
  const at = place(url.pathname);
  if (!at) return status({ code: 404, reason: 'NotFound', message: 'the server could not find the requested resource' });
  const verb = request.method === 'PATCH' ? 'patch' : at.name === undefined ? 'list' : 'get';
  const resource = at.sub ? `${at.kind}/${at.sub}` : at.kind;
  if (world.allows && !world.allows({ verb, resource, namespace: at.namespace, ...(at.name === undefined ? {} : { name: at.name }) })) {
    return status({ code: 403, reason: 'Forbidden', message: forbidden(verb, resource, at.namespace) });
  }
  if (at.sub === 'log' && at.name !== undefined) return logs(world, { namespace: at.namespace, pod: at.name }, url.searchParams);
  if (verb === 'patch' && at.name !== undefined) {
    return patched(world, { namespace: at.namespace, name: at.name }, request.headers['content-type'] ?? '', await body(request));
  }
  return at.name === undefined ? list(world, at, url.searchParams) : one(world, at.kind, at.namespace, at.name);
}

interface Place {
  kind: string;
  namespace: string;
  name?: string;
  sub?: string;
}

function place(path: string): Place | undefined {
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent);
  const rest = parts[0] === 'api' ? parts.slice(2) : parts.slice(3);
  const [, namespace, kind, name, sub] = rest[0] === 'namespaces' ? rest : [undefined, '', ...rest];
  if (kind === undefined || !(kind in LISTS)) return undefined;
  return { kind, namespace: namespace ?? '', ...(name === undefined ? {} : { name }), ...(sub === undefined ? {} : { sub }) };
}

function list(world: KubernetesWorld, at: Place, query: URLSearchParams): Result {
  const [apiVersion, kind] = (LISTS[at.kind] ?? 'v1 List').split(' ');
  const all = of(world, at.kind, at.namespace).filter((thing) => selected(thing, query));
  const from = Number(query.get('continue') ?? 0);
  const limit = Number(query.get('limit') ?? 0) || all.length;
  const more = from + limit < all.length;
  const metadata = {
    resourceVersion: '1',
    ...(more ? { continue: String(from + limit), remainingItemCount: all.length - from - limit } : {}),
  };
  return json(200, { kind, apiVersion, metadata, items: all.slice(from, from + limit) });
}

function one(world: KubernetesWorld, kind: string, namespace: string, name: string): Result {
  const found = of(world, kind, namespace).find((thing) => field(thing, 'metadata.name') === name);
  return found ? json(200, found) : status({ code: 404, reason: 'NotFound', message: `${kind} "${name}" not found` });
}

function of(world: KubernetesWorld, kind: string, namespace: string): readonly Thing[] {
  const things: Readonly<Record<string, readonly Thing[] | undefined>> = { ...world.objects() };
  return (things[kind] ?? []).filter((thing) => namespace === '' || field(thing, 'metadata.namespace') === namespace);
}

/** Equality selectors, as far as an API server knows the field: `type!=Normal,involvedObject.name=x`, `app=web`. */
function selected(thing: Thing, query: URLSearchParams): boolean {
  const fields = (query.get('fieldSelector') ?? '').split(',').filter(Boolean);
  const labels = (query.get('labelSelector') ?? '').split(',').filter(Boolean);
  const labelsOf = field(thing, 'metadata.labels');
  const label = (name: string) =>
    typeof labelsOf === 'object' && labelsOf !== null ? Object.entries(labelsOf).find(([key]) => key === name)?.[1] : undefined;
  return fields.every((term) => holds(term, (name) => field(thing, name))) && labels.every((term) => holds(term, label));
}

function holds(term: string, value: (name: string) => unknown): boolean {
  const [, name = '', sign, wanted] = term.match(/^([^!=]+)(!=|==?)(.*)$/) ?? [];
  return sign === '!=' ? value(name) !== wanted : value(name) === wanted;
}

function field(thing: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined), thing);
}

function logs(world: KubernetesWorld, at: { namespace: string; pod: string }, query: URLSearchParams): Result {
  const pod = of(world, 'pods', at.namespace).find((thing) => field(thing, 'metadata.name') === at.pod);
  if (!pod) return status({ code: 404, reason: 'NotFound', message: `pods "${at.pod}" not found` });
  const names = [field(pod, 'spec.containers'), field(pod, 'spec.initContainers')].flatMap((list) =>
    Array.isArray(list) ? list.map((c) => field(c, 'name')) : [],
  );
  const container = query.get('container') ?? (names.length === 1 ? String(names[0]) : undefined);
  if (container === undefined) {
    const choose = `a container name must be specified for pod ${at.pod}, choose one of: [${names.join(' ')}]`;
    return status({ code: 400, reason: 'BadRequest', message: choose });
  }
  if (!names.includes(container))
    return status({ code: 400, reason: 'BadRequest', message: `container ${container} is not valid for pod ${at.pod}` });
  const text = world.log({ ...at, container, previous: query.get('previous') === 'true' });
  if (typeof text !== 'string') return status(text);
  if (text === '') return { code: 200, type: '', text: '' };
  return { code: 200, type: 'text/plain', text: cutLog(text, query, world.now?.()) };
}

function cutLog(text: string, query: URLSearchParams, now: Date | undefined): string {
  const since = now && query.has('sinceSeconds') ? new Date(now.getTime() - Number(query.get('sinceSeconds')) * 1000).toISOString() : '';
  const lines = text.split('\n').filter((line, i, all) => (i < all.length - 1 || line !== '') && line >= since);
  const tail = query.has('tailLines') ? lines.slice(-Number(query.get('tailLines')) || lines.length) : lines;
  const shown = query.get('timestamps') === 'true' ? tail : tail.map((line) => line.replace(/^\d{4}-\S+Z /, ''));
  const whole = shown.map((line) => `${line}\n`).join('');
  const limit = Number(query.get('limitBytes') ?? 0);
  return limit > 0 ? Buffer.from(whole).subarray(0, limit).toString() : whole;
}

function patched(world: KubernetesWorld, at: { namespace: string; name: string }, contentType: string, sent: unknown): Result {
  const type = contentType.split(';', 1)[0]?.trim() ?? '';
  if (!PATCH_TYPES.includes(type)) {
    const message = `the body of the request was in an unknown format - accepted media types include: ${PATCH_TYPES.join(', ')}`;
    return status({ code: 415, reason: 'UnsupportedMediaType', message });
  }
  const was = of(world, 'deployments', at.namespace).find((thing) => field(thing, 'metadata.name') === at.name);
  if (!was) return status({ code: 404, reason: 'NotFound', message: `deployments.apps "${at.name}" not found` });
  try {
    const next = type === 'application/json-patch+json' ? applyJsonPatch(was, sent) : mergeStrategic(was, sent);
    const result = world.patch(at, next);
    return isRefusal(result) ? status(result) : json(200, result);
  } catch (error) {
    if (error instanceof PatchRefused)
      return status({ code: error.code, reason: error.code === 422 ? 'Invalid' : 'BadRequest', message: error.message });
    throw error;
  }
}

function isRefusal(value: Thing | Refusal): value is Refusal {
  return typeof value.code === 'number' && typeof value.reason === 'string' && !('metadata' in value);
}

function review(world: KubernetesWorld, sent: unknown): Result {
  const wish = field(sent, 'spec.resourceAttributes');
  const word = (name: string) => String(field(wish, name) ?? '');
  const resource = word('subresource') ? `${word('resource')}/${word('subresource')}` : word('resource');
  const name = word('name');
  const right = { verb: word('verb'), resource, namespace: word('namespace'), ...(name ? { name } : {}) };
  const allowed = world.allows?.(right) ?? true;
  return json(201, {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec: field(sent, 'spec'),
    status: { allowed },
  });
}

function forbidden(verb: string, resource: string, namespace: string): string {
  const group = /^(deployments|replicasets)/.test(resource) ? 'apps' : /^jobs/.test(resource) ? 'batch' : '';
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const what = `User "system:serviceaccount:ops:pulaski" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`;
  return `${resource} is forbidden: ${what}`;
}

async function body(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return JSON.parse(Buffer.concat(chunks).toString() || 'null');
}

function status({ code, reason, message }: Refusal): Result {
  return json(code, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code });
}

function json(code: number, value: unknown): Result {
  return { code, type: 'application/json', text: JSON.stringify(value) };
}

function send(response: ServerResponse, { code, type, text }: Result): void {
  response.writeHead(code, type === '' ? {} : { 'content-type': type });
  response.end(text);
}
