import type { Check, Look, Scope } from '../core/check.ts';
import type { Finding, LogGroup, Note, Outcome, Workload } from '../core/evidence.ts';
import type { Kit } from '../core/kit/index.ts';
import { type KubernetesCluster, KubernetesError, kubeKinds } from '../core/kit/kubernetes.ts';
import { namespaceFindings, type PodSeen, type Seen, type Watched } from '../core/kube/findings.ts';
import { logGroups, type PodLog, podLog, withLog } from '../core/kube/logs.ts';
import { type Namespace, readNamespace } from '../core/kube/namespace.ts';
import { kubeSettings } from '../core/kube/settings.ts';
import { list, type Part } from '../core/part.ts';
import { blindFrom, blindPart, missingNote, type Refused } from './deploy-blind.ts';
import { verifyDeploy } from './deploy-verify.ts';

/** Logs fetched in one look: of sick pods, and of pods that serve. */
const LOGS = 6;
const SERVING_LOGS = 3;
const SERVING_SECONDS = 600;
const SERVING_LINES = 500;

interface Settings extends Watched {
  namespaces: readonly string[];
}

/** Kubernetes: did the deploy's jobs run, what is rolled out, which pods are sick, and what do their logs say. */
export const deploy: Part<Check, Pick<Kit, 'kubernetes'>> = {
  name: 'deploy',
  env: kubeSettings,
  make: (env, kit) => {
    const settings: Settings = {
      namespaces: list(env('KUBE_NAMESPACE')),
      deployments: list(env('KUBE_DEPLOYMENTS')),
      jobs: list(env('KUBE_DEPLOY_JOBS')),
    };
    const cluster = kit.kubernetes.cluster(env('KUBECONFIG'));
    return {
      name: 'deploy',
      question: 'Did the deploy’s jobs run, what is live, and are the pods well?',
      budgetMs: 8_000,
      look: (scope, signal) => look(cluster, settings, scope, signal),
      verify: (signal) => verifyDeploy(cluster, settings, signal),
    };
  },
};

async function look(cluster: KubernetesCluster, settings: Settings, scope: Scope, signal: AbortSignal): Promise<Look> {
  const counter = { requests: 0 };
  const counted = countCalls(cluster, counter);
  const spaces = await Promise.all(settings.namespaces.map((name) => readNamespace(counted, name, kubeKinds, signal)));
  const about = `${settings.namespaces.join(', ')}: ${[...settings.deployments, ...settings.jobs].join(', ')}`;
  const answer = (outcome: Outcome): Look => ({ outcome, asOf: scope.now, scope: about, cost: counter });

  const blind = blindFrom(cluster, spaces);
  if (blind) return answer(blind);
  const around = scope.onset ?? scope.openedAt;
  const seen = spaces.map((space) => namespaceFindings(space, settings, around, scope.now));
  const known = knownLogs(scope);
  const told = await Promise.all([
    tellPods(
      counted,
      seen.flatMap((s) => s.pods),
      known,
      signal,
    ),
    scope.lean
      ? { findings: known.groups, refused: [] }
      : tellServing(
          counted,
          seen.flatMap((s) => s.serving),
          signal,
        ),
  ]);
  const refused = [...refusedLists(spaces), ...told.flatMap((t) => t.refused)];
  const findings = [...told.flatMap((t) => t.findings), ...seen.flatMap((s) => s.others), ...missingNote(refused), ...cutNotes(spaces)];
  return answer(outcomeOf(findings, seen, settings, refused));
}

/** Nothing bad is only quiet when all that could be bad was seen. */
function outcomeOf(findings: readonly Finding[], seen: readonly Seen[], settings: Settings, refused: readonly Refused[]): Outcome {
  if (findings.some((f) => f.tone === 'bad' || f.tone === 'changed')) return { status: 'found', findings };
  const absent = settings.deployments.filter((name) => seen.every((s) => s.absent.includes(name)));
  const blind = blindPart(refused, absent, settings.namespaces);
  return blind ? { ...blind, findings } : { status: 'quiet', findings };
}

interface Told {
  findings: readonly Finding[];
  refused: readonly Refused[];
}

/** The pods' findings with their logs; what an earlier look has read of the same end is not read again. */
async function tellPods(cluster: KubernetesCluster, pods: readonly PodSeen[], known: Known, signal: AbortSignal): Promise<Told> {
  const refused: Refused[] = [];
  let left = LOGS;
  const findings = await Promise.all(
    // A deploy pod's log is worth most, then the newest.
    pods
      .toSorted((a, b) => Number(b.deploy) - Number(a.deploy))
      .map(async (seen) => {
        const { finding } = seen;
        const earlier = known.pods.get(endOf(finding));
        if (earlier) return { ...finding, log: earlier };
        if (finding.tone !== 'bad' || left-- <= 0) return finding;
        const log = await readLog(cluster, seen, refused, signal);
        return log === undefined ? finding : withLog(finding, log);
      }),
  );
  return { findings, refused };
}

async function readLog(cluster: KubernetesCluster, seen: PodSeen, refused: Refused[], signal: AbortSignal): Promise<PodLog | undefined> {
  try {
    return await podLog(cluster, seen, signal);
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error;
    refused.push({ resource: 'pods/log', namespace: seen.pod.meta.namespace, error });
    return undefined;
  }
}

async function tellServing(cluster: KubernetesCluster, serving: Seen['serving'], signal: AbortSignal): Promise<Told> {
  const refused: Refused[] = [];
  const byDeployment = [...Map.groupBy(serving, (one) => one.deployment).entries()];
  const each = Math.max(1, Math.floor(SERVING_LOGS / Math.max(1, byDeployment.length)));
  const groups = await Promise.all(
    byDeployment.slice(0, SERVING_LOGS).map(async ([deployment, pods]) => {
      const texts = await Promise.all(
        pods.slice(0, each).map(async ({ pod }) => {
          const container = pod.containers.find((c) => !c.init && c.name === deployment) ?? pod.containers.find((c) => !c.init);
          if (!container) return '';
          const of = { namespace: pod.meta.namespace, pod: pod.meta.name, container: container.name };
          try {
            return await cluster.log({ ...of, tailLines: SERVING_LINES, sinceSeconds: SERVING_SECONDS }, signal);
          } catch (error) {
            if (!(error instanceof KubernetesError)) throw error;
            refused.push({ resource: 'pods/log', namespace: pod.meta.namespace, error });
            return '';
          }
        }),
      );
      return logGroups(deployment, texts);
    }),
  );
  return { findings: groups.flat(), refused };
}

interface Known {
  /** Log lines by the end that they tell of. */
  pods: ReadonlyMap<string, readonly string[]>;
  groups: readonly LogGroup[];
}

function knownLogs(scope: Scope): Known {
  const findings = scope.known.findLast((evidence) => evidence.check === 'deploy')?.outcome.findings ?? [];
  const pods = findings.flatMap((f) => (f.kind === 'workload' && f.log && f.log.length > 0 ? [[endOf(f), f.log] as const] : []));
  return { pods: new Map(pods), groups: findings.filter((f) => f.kind === 'log-group') };
}

function endOf(finding: Workload): string {
  return [finding.namespace, finding.name, finding.container, finding.restarts, finding.finishedAt, finding.reason].join(' ');
}

function refusedLists(spaces: readonly Namespace[]): readonly Refused[] {
  return spaces.flatMap((space) =>
    [...space.refused].filter(([kind]) => kind !== 'nodes').map(([resource, error]) => ({ resource, namespace: space.name, error })),
  );
}

function cutNotes(spaces: readonly Namespace[]): readonly Note[] {
  return spaces.flatMap((space) =>
    space.cut.map((kind): Note => ({ kind: 'note', tone: 'normal', text: `${space.name} holds more ${kind} than were read` })),
  );
}

function countCalls(cluster: KubernetesCluster, counter: { requests: number }): KubernetesCluster {
  return {
    ...cluster,
    list: (...call) => {
      counter.requests++;
      return cluster.list(...call);
    },
    log: (...call) => {
      counter.requests++;
      return cluster.log(...call);
    },
  };
}
