import type { Check, Look, Scope } from '../core/check.ts';
import type { Finding, Note, Outcome } from '../core/evidence.ts';
import type { Kit } from '../core/kit/index.ts';
import { type KubernetesCluster, kubeKinds } from '../core/kit/kubernetes.ts';
import { namespaceFindings, type Seen, type Watched } from '../core/kube/findings.ts';
import { type Namespace, readNamespace } from '../core/kube/namespace.ts';
import { kubeSettings } from '../core/kube/settings.ts';
import { list, type Part } from '../core/part.ts';
import { blindFrom, blindPart, missingNote, type Refused } from './deploy-blind.ts';
import { knownLogs, tellPods, tellServing } from './deploy-logs.ts';
import { verifyDeploy } from './deploy-verify.ts';

/** Lists may take five seconds; with the logs it must stay inside the budget, so that slow logs never hide what the lists said. */
const LOGS_MS = 2_500;

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
  const logsIn = AbortSignal.any([signal, AbortSignal.timeout(LOGS_MS)]);
  const told = await Promise.all([
    tellPods(
      counted,
      seen.flatMap((s) => s.pods),
      known,
      logsIn,
    ),
    scope.lean
      ? { findings: known.groups, refused: [] }
      : tellServing(
          counted,
          seen.flatMap((s) => s.serving),
          around,
          logsIn,
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
