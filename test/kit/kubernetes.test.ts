import { afterEach, describe, expect, test } from 'vitest';
import { KubernetesError } from '../../src/core/kit/kubernetes.ts';
import { deploymentOf } from '../../src/core/kube/objects.ts';
import { kubernetesKit } from '../../src/kit/kubernetes.ts';
import { type Answer, standIn } from '../contract/stand-in.ts';
import { fakeCluster, kubeconfigTo, migrationLog, only, recorded, writeKubeconfig } from '../setup/kubernetes.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
const signal = () => AbortSignal.timeout(5_000);
const web = { namespace: 'prod', name: 'web' };

async function fake(world: Parameters<typeof fakeCluster>[0] = {}) {
  const made = await fakeCluster(world);
  closing.push(made.server.close);
  return made;
}

async function answering(answer: Answer) {
  const server = await standIn(() => answer);
  closing.push(server.close);
  return kubernetesKit().cluster(kubeconfigTo(server.url));
}

async function refusal(work: Promise<unknown>): Promise<KubernetesError> {
  const error = await work.then(
    () => undefined,
    (e: unknown) => e,
  );
  if (!(error instanceof KubernetesError)) throw new Error(`no KubernetesError: ${String(error)}`);
  return error;
}

describe('lists', () => {
  test('objects come as the server wrote them', async () => {
    const { cluster } = await fake();
    const { items } = await cluster.list('deployments', { namespace: 'prod' }, signal());
    expect(items).toEqual(recorded().deployments);
  });

  test('another namespace is another list', async () => {
    const { cluster } = await fake();
    expect((await cluster.list('pods', { namespace: 'staging' }, signal())).items).toEqual([]);
  });

  test('all pages are read, and too many are cut', async () => {
    const many = Array.from({ length: 5_000 }, (_, i) => ({ metadata: { name: `p-${i}`, namespace: 'prod' } }));
    const { cluster, server } = await fake({ objects: () => ({ ...recorded(), pods: many.slice(0, 1_200), events: many }) });
    const pods = await cluster.list('pods', { namespace: 'prod' }, signal());
    expect([pods.items.length, pods.cut]).toEqual([1_200, false]);
    const events = await cluster.list('events', { namespace: 'prod' }, signal());
    expect([events.items.length, events.cut]).toEqual([4_000, true]);
    expect(server.requests).toHaveLength(3 + 8);
  });

  test('field selectors reach the server', async () => {
    const { cluster } = await fake();
    const { items } = await cluster.list('events', { namespace: 'prod', fieldSelector: 'type!=Normal' }, signal());
    expect(items.length).toBeGreaterThan(5);
    expect(items.every((event) => event.type === 'Warning')).toBe(true);
  });
});

describe('refusals say why', () => {
  test('a missing right', async () => {
    const { cluster } = await fake({ allows: ({ resource }) => resource !== 'pods' });
    const error = await refusal(cluster.list('pods', { namespace: 'prod' }, signal()));
    expect([error.status, error.reason]).toEqual([403, 'Forbidden']);
    expect(error.message).toContain('cannot list resource "pods"');
  });

  test('a token that is not accepted never shows in the error', async () => {
    const { server } = await fake({ token: () => 'right-token' });
    const cluster = kubernetesKit().cluster(kubeconfigTo(server.url, 'wrong-token'));
    const error = await refusal(cluster.list('pods', { namespace: 'prod' }, signal()));
    expect([error.status, error.reason]).toEqual([401, 'Unauthorized']);
    expect(`${error.message} ${error.stack}`).not.toContain('wrong-token');
  });

  test.each<[string, Answer, string]>([
    ['a page of a proxy', { body: '<html>log in</html>' }, 'unreadable'],
    ['an object that is no list', { body: { kind: 'Status' } }, 'unreadable'],
    ['half an answer', { half: { body: { items: [{ metadata: { name: 'x'.repeat(2_000) } }] } } }, 'down'],
    ['nothing', { body: '' }, 'unreadable'],
    ['a gateway error without words', { status: 502, body: 'bad gateway' }, 'unreadable'],
    ['too many requests', { status: 429, body: 'slow down' }, 'TooManyRequests'],
    ['a reset', 'reset', 'down'],
    ['a flood', { body: { items: ['x'.repeat(17 * 1024 * 1024)] } }, 'too-large'],
  ])('%s', async (_, answer, reason) => {
    const cluster = await answering(answer);
    expect((await refusal(cluster.list('pods', { namespace: 'prod' }, signal()))).reason).toBe(reason);
  });

  test('a server that hangs is left when the caller leaves', async () => {
    const cluster = await answering('hang');
    const cancel = new AbortController();
    const asking = refusal(cluster.list('pods', { namespace: 'prod' }, cancel.signal));
    cancel.abort();
    expect((await asking).reason).toBe('down');
  });

  test('no configuration is never somebody’s localhost', async () => {
    const cluster = kubernetesKit().cluster('/nonexistent/kubeconfig');
    expect(cluster.server).toBeUndefined();
    expect((await refusal(cluster.list('pods', { namespace: 'prod' }, signal()))).reason).toBe('no-cluster');
    const silent = kubernetesKit().cluster(kubeconfigTo('http://localhost:8080'));
    expect((await refusal(silent.list('pods', { namespace: 'prod' }, signal()))).reason).toBe('no-cluster');
  });
});

test('a helper for the credentials that is not there is named, and is no silence of the cluster', async () => {
  const { server } = await fake();
  const config = JSON.parse(server.kubeconfig);
  config.users[0].user = {
    exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'pulaski-no-such-helper', interactiveMode: 'Never' },
  };
  const cluster = kubernetesKit().cluster(writeKubeconfig(JSON.stringify(config)));
  const error = await refusal(cluster.list('pods', { namespace: 'prod' }, signal()));
  expect([error.reason, error.message]).toEqual(['no-credentials', expect.stringContaining('pulaski-no-such-helper')]);
});

describe('logs', () => {
  const of = { namespace: 'prod', pod: 'deploy-tasks-20230301-h2sbm', container: 'migrate', tailLines: 2 };

  test('the tail, with times', async () => {
    const { cluster } = await fake({ log: () => migrationLog });
    const text = await cluster.log(of, signal());
    expect(text.split('\n')).toHaveLength(3);
    expect(text).toMatch(/^2026-11-21T21:06:04\.\d+Z ActiveRecord::StatementInvalid: Mysql2::Error/);
  });

  test('a container that wrote nothing', async () => {
    const { cluster } = await fake({ log: () => '' });
    expect(await cluster.log(of, signal())).toBe('');
  });

  test('204 without a type is an empty log', async () => {
    const cluster = await answering({ status: 204 });
    expect(await cluster.log(of, signal())).toBe('');
  });

  test('200 with the kubelet’s own error is no log', async () => {
    const cluster = await answering({ body: 'unable to retrieve container logs for containerd://2741b4' });
    expect((await refusal(cluster.log(of, signal()))).reason).toBe('NotFound');
  });

  test('no previous container', async () => {
    const message = 'previous terminated container "migrate" in pod "deploy-tasks" not found';
    const { cluster } = await fake({ log: ({ previous }) => (previous ? { code: 400, reason: 'BadRequest', message } : 'now\n') });
    expect((await refusal(cluster.log({ ...of, previous: true }, signal()))).message).toBe(message);
    expect(await cluster.log(of, signal())).toBe('now\n');
  });
});

describe('patches', () => {
  test('a guarded JSON patch is applied as written', async () => {
    const { cluster } = await fake();
    const [was] = only(recorded(), ['web']).deployments;
    const version = deploymentOf(was ?? {}).meta.resourceVersion;
    const body = [
      { op: 'test', path: '/metadata/resourceVersion', value: version },
      { op: 'replace', path: '/spec/template', value: { metadata: {}, spec: { containers: [], someNewField: { of: 'Kubernetes 1.40' } } } },
    ];
    const next = await cluster.patchDeployment(web, { type: 'json', body }, signal());
    expect((next.spec as { template: unknown }).template).toEqual(body[1]?.value);
  });

  test('a version that has moved on is refused', async () => {
    const { cluster } = await fake();
    const body = [{ op: 'test', path: '/metadata/resourceVersion', value: '1' }];
    expect((await refusal(cluster.patchDeployment(web, { type: 'json', body }, signal()))).status).toBe(422);
  });

  test('a strategic merge keeps what it does not name', async () => {
    const { cluster } = await fake();
    const body = { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } } } } };
    const next = await cluster.patchDeployment(web, { type: 'strategic', body }, signal());
    const template = (next.spec as { template: { metadata: { labels: unknown }; spec: unknown } }).template;
    expect(template.metadata.labels).toBeDefined();
    expect(template.spec).toBeDefined();
  });
});

test('an access review tells what is allowed', async () => {
  const { cluster } = await fake({ allows: ({ verb }) => verb === 'list' });
  const right = { group: 'apps', resource: 'deployments', namespace: 'prod' } as const;
  expect(await cluster.may({ ...right, verb: 'list' }, signal())).toBe(true);
  expect(await cluster.may({ ...right, verb: 'patch', name: 'web' }, signal())).toBe(false);
});

test('the stand-in refuses what a real server refuses', async () => {
  const { server } = await fake();
  const patch = (type: string, body: string, name = 'web') =>
    fetch(`${server.url}/apis/apps/v1/namespaces/prod/deployments/${name}`, { method: 'PATCH', headers: { 'content-type': type }, body });
  const json = 'application/json-patch+json';
  const codes = await Promise.all([
    patch('application/json', '{}'),
    patch(json, '{"spec":{}}'),
    patch(json, '[{"op":"replace","path":"/spec/nowhere/x","value":1}]'),
    patch(json, '[{"op":"remove","path":"/spec/nowhere"}]'),
    patch(json, '[]', 'nobody'),
    fetch(`${server.url}/apis/apps/v1/namespaces/prod/secrets`),
    fetch(`${server.url}/api/v1/namespaces/prod/pods/web-79f68569b-bt288/log?container=other`),
  ]);
  expect(codes.map((answer) => answer.status)).toEqual([415, 400, 422, 422, 404, 404, 400]);
  expect(await codes[0]?.json()).toMatchObject({ kind: 'Status', status: 'Failure', reason: 'UnsupportedMediaType' });
});
