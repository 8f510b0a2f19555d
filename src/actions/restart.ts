import type { Action, ActionRequest, ActionResult, Preview } from '../core/action.ts';
import type { Kit } from '../core/kit/index.ts';
import type { KubernetesCluster } from '../core/kit/kubernetes.ts';
import { type Fleet, isBusy, kubeTrouble, readFleet, selfHealer, stateOf, templateNote } from '../core/kube/change.ts';
import type { Owned } from '../core/kube/rollout.ts';
import { fleetSettings } from '../core/kube/settings.ts';
import type { Part } from '../core/part.ts';
import { blocked, blockerOf, byHand, chosen, fleetOf, type Running, verifyPatch } from './fleet.ts';

/** kubectl's own, so that `kubectl rollout history` and dashboards know it. */
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';
/** Which request did it: the same request never restarts twice. */
const ACTION = 'pulaski/action';

/** Starts every process anew, web, workers and cron alike: what they cached of the old schema goes with them. */
export const restart: Part<Action, Pick<Kit, 'kubernetes'>> = {
  name: 'restart',
  env: fleetSettings,
  make: (env, kit) => {
    const fleet = fleetOf(env);
    const cluster = kit.kubernetes.cluster(env('KUBECONFIG'));
    return {
      kind: 'restart',
      preview: (request, signal) => preview(cluster, chosen(fleet, request), signal),
      run: (request, shown, report, signal) => run({ cluster, fleet: chosen(fleet, request), request, shown, signal }, report),
      settle: (request, shown, signal) => settle({ cluster, fleet: chosen(fleet, request), request, shown, signal }),
      verify: (signal) => verifyPatch(cluster, fleet, 'restart', signal),
    };
  },
};

async function preview(cluster: KubernetesCluster, fleet: Fleet, signal: AbortSignal): Promise<Preview> {
  const title = `Restart ${fleet.deployments.join(', ')}`;
  const command = byHand(fleet, 'rollout restart');
  try {
    const all = await readFleet(cluster, fleet, signal);
    const shown = { title, command, state: stateOf(all), safety: 'safe', unchecked: ['work that a process holds in memory'] } as const;
    const lines = [
      ...all.flatMap(describe),
      'Each pod is replaced by a new one with the same code; old ones finish what they have begun, as in a deploy.',
      'Jobs that run now keep their old process; CronJobs start a new one each time anyway.',
    ];
    const refusal = await refusalOf(cluster, fleet, all, signal);
    return refusal === undefined ? { ...shown, lines, possible: true } : { ...shown, lines, possible: false, refusal };
  } catch (error) {
    return blocked(title, kubeTrouble(error), command);
  }
}

function describe(one: Owned): readonly string[] {
  const { deployment } = one;
  const { name } = deployment.meta;
  const healer = selfHealer(deployment);
  return [
    `${name}: ${deployment.wanted} pod${deployment.wanted === 1 ? '' : 's'}`,
    ...(isBusy(one) ? [`${name}: a rollout is under way; the restart comes on top of it`] : []),
    ...(healer ? [`${name}: ${healer} manages it and may see the mark of the restart as a difference`] : []),
  ];
}

async function refusalOf(
  cluster: KubernetesCluster,
  fleet: Fleet,
  all: readonly Owned[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const absent = fleet.deployments.filter((name) => all.every(({ deployment }) => deployment.meta.name !== name));
  if (absent.length > 0 || all.length === 0) return `no deployment ${absent.join(', ')} in ${fleet.namespaces.join(', ')}`;
  return blockerOf(
    cluster,
    fleet,
    all.map(({ deployment }) => deployment),
    signal,
  );
}

async function run({ cluster, fleet, request, shown, signal }: Running, report: (line: string) => void): Promise<ActionResult> {
  const done: string[] = [];
  try {
    const all = await readFleet(cluster, fleet, signal);
    const left = all.filter((one) => !isReached(one, request));
    if (left.length === all.length && stateOf(all) !== shown.state) {
      return { status: 'refused', moved: true, text: `The deployments have changed since the preview: ${stateOf(all)}` };
    }
    for (const { deployment } of left) {
      const annotations = { [RESTARTED_AT]: request.now, [ACTION]: request.id };
      const body = { spec: { template: { metadata: { annotations } } } };
      await cluster.patchDeployment(deployment.meta, { type: 'strategic', body }, signal);
      done.push(deployment.meta.name);
      report(`${deployment.meta.name}: restarting ${deployment.wanted} pod${deployment.wanted === 1 ? '' : 's'}`);
    }
    return restarted(fleet, request);
  } catch (error) {
    const so = done.length === 0 ? 'Nothing was restarted' : `Restarted: ${done.join(', ')}; the rest was not`;
    return { status: 'failed', text: `${so}. ${kubeTrouble(error)}`, fix: shown.command };
  }
}

/** The id, or the very millisecond, of this request stands in the template. */
function isReached({ deployment }: Owned, request: ActionRequest): boolean {
  return templateNote(deployment, ACTION) === request.id || templateNote(deployment, RESTARTED_AT) === request.now;
}

function restarted(fleet: Fleet, request: ActionRequest): ActionResult {
  return { status: 'done', text: `Restarted ${fleet.deployments.join(', ')}.`, links: [], live: { when: 'pods-newer', than: request.now } };
}

/** The annotation tells which deployments this request has reached. Some but not all: asked again, it does the rest. */
async function settle(running: Running): Promise<ActionResult | undefined> {
  const { cluster, fleet, request, signal } = running;
  const all = await readFleet(cluster, fleet, signal);
  const reached = all.filter((one) => isReached(one, request));
  if (reached.length === 0 || all.length === 0) return undefined;
  if (reached.length === all.length) return restarted(fleet, request);
  return run(running, () => {});
}
