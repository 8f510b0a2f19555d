import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubernetesCluster } from '../../src/core/kit/kubernetes.ts';
import { kubernetesKit } from '../../src/kit/kubernetes.ts';
import {
  type KubernetesObjects,
  type KubernetesServer,
  type KubernetesWorld,
  kubeconfigFor,
  kubernetesServer,
  type Thing,
} from '../../src/rehearsal/stand-ins/kubernetes.ts';

/** Answers of a real Kubernetes 1.36 with a failed migration, a crash loop that was rolled back, and one of each common trouble. */
export function recorded(): KubernetesObjects {
  return {
    deployments: items('deployments'),
    replicasets: items('replicasets'),
    pods: items('pods'),
    jobs: items('jobs'),
    events: items('events'),
    nodes: [],
  };
}

/** When the answers were recorded. */
export const RECORDED_AT = '2026-11-21T21:23:50.000Z';

export const migrationLog = readFileSync(new URL('../fixtures/kubernetes/deploy-tasks-20230301.log', import.meta.url), 'utf8');

function items(kind: string): readonly Thing[] {
  const list: unknown = JSON.parse(readFileSync(new URL(`../fixtures/kubernetes/${kind}-list.json`, import.meta.url), 'utf8'));
  if (typeof list !== 'object' || list === null || !('items' in list) || !Array.isArray(list.items)) throw new Error(`no list: ${kind}`);
  return list.items;
}

/** A fake API server with what the test gives, and a kit that reaches it through a kubeconfig file. */
export async function fakeCluster(
  world: Partial<KubernetesWorld> = {},
): Promise<{ server: KubernetesServer; cluster: KubernetesCluster; kubeconfig: string }> {
  const server = await kubernetesServer({ objects: recorded, log: () => '', patch: (_, next) => next, ...world });
  const kubeconfig = writeKubeconfig(server.kubeconfig);
  return { server, kubeconfig, cluster: kubernetesKit().cluster(kubeconfig) };
}

export function kubeconfigTo(url: string, token?: string): string {
  return writeKubeconfig(kubeconfigFor(url, token));
}

/** Writes it where only the owner may read; returns the path. */
export function writeKubeconfig(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'pulaski-kube-')), 'config');
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

/** Only the objects of these names, by `metadata.name`; a name may end in `*`. */
export function only(objects: KubernetesObjects, names: readonly string[]): KubernetesObjects {
  const wanted = (thing: Thing) => {
    const meta = thing.metadata;
    const name = typeof meta === 'object' && meta !== null && 'name' in meta ? String(meta.name) : '';
    return names.some((n) => (n.endsWith('*') ? name.startsWith(n.slice(0, -1)) : name === n));
  };
  return {
    deployments: objects.deployments.filter(wanted),
    replicasets: objects.replicasets.filter(wanted),
    pods: objects.pods.filter(wanted),
    jobs: objects.jobs.filter(wanted),
    events: objects.events.filter(wanted),
    nodes: objects.nodes ?? [],
  };
}
