import type { Action, ActionRequest, ActionResult, Live, Preview } from '../core/action.ts';
import type { Verification } from '../core/check.ts';
import type { Safety } from '../core/diagnosis.ts';
import type { Evidence } from '../core/evidence.ts';
import type { Kit } from '../core/kit/index.ts';
import type { KubernetesCluster } from '../core/kit/kubernetes.ts';
import {
  bareTemplate,
  type Fleet,
  kubeTrouble,
  lostTheRace,
  quietRelease,
  readFleet,
  runs,
  sameTemplate,
  selfHealer,
  stateOf,
  type WayBack,
  wayBack,
} from '../core/kube/change.ts';
import { object } from '../core/kube/read.ts';
import type { Owned } from '../core/kube/rollout.ts';
import { fleetSettings } from '../core/kube/settings.ts';
import type { Part } from '../core/part.ts';
import { blocked, blockerOf, byHand, chosen, fleetOf, type Running, verifyPatch } from './fleet.ts';

const CHANGE_CAUSE = 'kubernetes.io/change-cause';
/** The controller writes the status of a busy deployment all the time; a guarded patch may lose to it. */
const TRIES = 4;

/** Puts deployments back to the template of the last quiet release: faster than a revert, and gone with the next deploy. */
export const rollback: Part<Action, Pick<Kit, 'kubernetes'>> = {
  name: 'rollback',
  env: fleetSettings,
  make: (env, kit) => {
    const fleet = fleetOf(env);
    const cluster = kit.kubernetes.cluster(env('KUBECONFIG'));
    return {
      kind: 'rollback',
      preview: (request, signal) => preview(cluster, chosen(fleet, request), request, signal),
      run: (request, shown, report, signal) => run({ cluster, fleet: chosen(fleet, request), request, shown, signal }, report),
      settle: (request, shown, signal) => settle({ cluster, fleet: chosen(fleet, request), request, shown, signal }),
      verify: (signal): Promise<readonly Verification[]> => verifyPatch(cluster, fleet, 'rollback', signal),
    };
  },
};

async function preview(cluster: KubernetesCluster, fleet: Fleet, request: ActionRequest, signal: AbortSignal): Promise<Preview> {
  const title = 'Roll back pods';
  try {
    const all = await readFleet(cluster, fleet, signal);
    const quiet = quietRelease(request.evidence);
    const ways = all.map((one) => ({ one, way: wayBack(one, quiet) }));
    const targets = ways.map(({ way }) => way).filter(isTarget);
    const command = targets.map(undoCommand).join('\n') || byHand(fleet, 'rollout undo');
    const shown = { title, command, state: stateOf(all), ...judged(request.evidence) };
    const lines = [...ways.flatMap(({ one, way }) => describe(one, way)), ...notUndone(targets, quiet)];
    const refusal =
      all.length === 0
        ? `no deployment ${fleet.deployments.join(', ')} in ${fleet.namespaces.join(', ')}`
        : await refusalOf(cluster, fleet, targets, signal);
    return refusal === undefined
      ? { ...shown, lines, possible: true, plan: planOf(targets) }
      : { ...shown, lines, possible: false, refusal };
  } catch (error) {
    return blocked(title, kubeTrouble(error), byHand(fleet, 'rollout undo'));
  }
}

function isTarget(way: WayBack | 'there' | 'gone'): way is WayBack {
  return typeof way !== 'string';
}

async function refusalOf(
  cluster: KubernetesCluster,
  fleet: Fleet,
  targets: readonly WayBack[],
  signal: AbortSignal,
): Promise<string | undefined> {
  if (targets.length === 0) return 'no deployment keeps a revision to go back to';
  return blockerOf(
    cluster,
    fleet,
    targets.map(({ deployment }) => deployment),
    signal,
  );
}

function describe({ deployment }: Owned, way: WayBack | 'there' | 'gone'): readonly string[] {
  const name = deployment.meta.name;
  if (way === 'there') return [`${name}: already on the last quiet release`];
  if (way === 'gone') return [`${name}: no revision of the last quiet release is kept; it stays as it is`];
  const line = `${name}: revision ${named(way.from.revision, way.from.sha)} → ${named(way.to.revision, way.toSha)}`;
  const unknown = way.knownQuiet ? [] : [`${name}: that is the revision before; nothing shows that it served well`];
  const healer = selfHealer(deployment);
  const undone = healer
    ? [`${name}: ${healer} manages it and may put the new code back within minutes: pause its sync, or revert in git`]
    : [];
  return [line, ...unknown, ...undone];
}

function named(revision: number, sha: string | undefined): string {
  return sha === undefined ? String(revision) : `${revision} (${sha.slice(0, 7)})`;
}

function notUndone(targets: readonly WayBack[], quiet: string | undefined): readonly string[] {
  if (targets.length === 0) return [];
  return [
    'It does not undo migrations, ConfigMaps, Secrets, Jobs or CronJobs.',
    'The number of pods stays as it is; an autoscaler keeps its say.',
    'The branch still holds the code: the next deploy brings it back. Revert it, too.',
    ...(quiet === undefined ? ['No release is known to be quiet: the last revision before is taken.'] : []),
  ];
}

/** The old code meets the schema as it is now: what the migrations check found out about that. */
function judged(evidence: readonly Evidence[]): { safety: Safety; unchecked: readonly string[] } {
  const words = evidence.flatMap((e) =>
    (e.outcome.findings ?? []).flatMap((f) => (f.kind === 'migration' && f.oldCode ? [f.oldCode] : [])),
  );
  const worst = (['do-not', 'needs-care', 'unchecked', 'safe'] as const).find((word) => words.includes(word)) ?? 'unchecked';
  const schema = worst === 'unchecked' ? ['whether the old code can live with the schema as it is'] : [];
  return { safety: worst, unchecked: [...schema, 'jobs already queued', 'rows already written by the new code'] };
}

function undoCommand({ deployment: { meta }, to }: WayBack): string {
  return `kubectl -n ${meta.namespace} rollout undo deployment/${meta.name} --to-revision=${to.revision}`;
}

interface Planned {
  namespace: string;
  name: string;
  /** The ReplicaSet whose template is put back: its name stays when its revision number grows. */
  to: string;
}

function planOf(targets: readonly WayBack[]): readonly Planned[] {
  return targets.map(({ deployment: { meta }, to }) => ({ namespace: meta.namespace, name: meta.name, to: to.meta.name }));
}

async function run(running: Running, report: (line: string) => void): Promise<ActionResult> {
  const { cluster, fleet, request, shown, signal } = running;
  const done: WayBack[] = [];
  try {
    const all = await readFleet(cluster, fleet, signal);
    if (stateOf(all) !== shown.state)
      return { status: 'refused', moved: true, text: `The deployments have changed since the preview: ${stateOf(all)}` };
    const targets = all.map((one) => wayBack(one, quietRelease(request.evidence))).filter(isTarget);
    for (const target of targets) {
      await patch(running, target);
      done.push(target);
      report(`${target.deployment.meta.name}: back to revision ${named(target.to.revision, target.toSha)}`);
    }
    return finished(targets);
  } catch (error) {
    const so =
      done.length === 0
        ? 'Nothing was changed'
        : `Rolled back: ${done.map((way) => way.deployment.meta.name).join(', ')}; the rest was not`;
    return { status: 'failed', text: `${so}. ${kubeTrouble(error)}`, fix: shown.command };
  }
}

/** Tests the version that was read, so that nobody's change in between is lost; a change of the status alone is read again. */
async function patch({ cluster, fleet, request, signal }: Running, target: WayBack): Promise<void> {
  const { namespace, name } = target.deployment.meta;
  let deployment = target.deployment;
  for (let tried = 1; ; tried++) {
    const annotated = Object.keys(deployment.meta.annotations).length > 0;
    const cause = `Pulaski incident #${request.incident.number}: back to revision ${target.to.revision}`;
    const body = [
      { op: 'test', path: '/metadata/resourceVersion', value: deployment.meta.resourceVersion },
      { op: 'replace', path: '/spec/template', value: bareTemplate(target.to.template) },
      ...(annotated ? [{ op: 'add', path: `/metadata/annotations/${CHANGE_CAUSE.replace('/', '~1')}`, value: cause }] : []),
    ];
    try {
      await cluster.patchDeployment({ namespace, name }, { type: 'json', body }, signal);
      return;
    } catch (error) {
      if (!lostTheRace(error) || tried === TRIES) throw error;
      const now = (await readFleet(cluster, fleet, signal)).find((one) => one.deployment.meta.uid === deployment.meta.uid);
      if (!now || now.deployment.meta.generation !== deployment.meta.generation) throw error;
      deployment = now.deployment;
    }
  }
}

function finished(targets: readonly WayBack[]): ActionResult {
  const names = targets.map(({ deployment, to, toSha }) => `${deployment.meta.name} to revision ${named(to.revision, toSha)}`);
  const undo = targets.map(
    ({ deployment: { meta }, from }) => `kubectl -n ${meta.namespace} rollout undo deployment/${meta.name} --to-revision=${from.revision}`,
  );
  const live = liveWhen(targets.map(({ toSha, image }) => ({ sha: toSha, image })));
  return { status: 'done', text: `Rolled back ${names.join(', ')}.`, links: [], live, undo: undo.join('\n') };
}

function liveWhen(all: readonly { sha: string | undefined; image: string | undefined }[]): Live {
  const sha = all[0]?.sha;
  if (sha !== undefined && all.every((one) => one.sha === sha)) return { when: 'sha', sha };
  const image = all[0]?.image;
  return image === undefined ? { when: 'now' } : { when: 'image', image };
}

/** After a crash the templates tell: back on the planned one, all of them, some, or none. */
async function settle({ cluster, fleet, shown, signal }: Running): Promise<ActionResult | undefined> {
  const all = await readFleet(cluster, fleet, signal);
  if (stateOf(all) === shown.state) return undefined;
  const planned = readPlan(shown.plan);
  const back = all.filter(({ deployment, replicaSets }) => {
    const plan = planned.find(({ namespace, name }) => namespace === deployment.meta.namespace && name === deployment.meta.name);
    const set = replicaSets.find((s) => s.meta.name === plan?.to);
    return set !== undefined && sameTemplate(deployment.template, set.template);
  });
  if (back.length === 0) return undefined;
  const names = back.map(({ deployment }) => deployment.meta.name).join(', ');
  if (back.length < planned.length) return { status: 'failed', text: `Rolled back: ${names}; the rest was not.`, fix: shown.command };
  return { status: 'done', text: `Rolled back ${names}.`, links: [], live: liveWhen(back.map(({ deployment }) => runs(deployment))) };
}

function readPlan(plan: unknown): readonly Planned[] {
  if (!Array.isArray(plan)) return [];
  return plan.map((item) => {
    const { namespace, name, to } = object(item);
    return { namespace: String(namespace), name: String(name), to: String(to) };
  });
}
