import { setTimeout as sleep } from 'node:timers/promises';
import { around } from '../noise.ts';
import { clusterObjects, deployJobs } from '../world/cluster.ts';
import { NAMESPACE } from '../world/cluster-names.ts';
import { MINUTE, SECOND } from '../world/rollouts.ts';
import type { World } from '../world/world.ts';
import type { Latency, StandIn } from './http-front.ts';
import { kubeconfigFor, kubernetesServer, type Refusal, type Thing } from './kubernetes.ts';

const TOKEN = 'rehearsal-service-account';

/** The story's cluster behind the Kubernetes API. `kubeconfig` carries a token that has expired when the story refuses. */
export async function startCluster(world: World, options: Latency): Promise<StandIn & { kubeconfig: string }> {
  let flying = 0;
  const server = await kubernetesServer({
    token: () => TOKEN,
    now: () => world.clock.now(),
    objects: () => clusterObjects(world),
    log: (at) => podLog(world, at),
    patch: (at, next) => patch(world, at.name, next),
    entered: async () => {
      flying += 1;
      world.clock.stir();
      await sleep(options.latencyMs());
      world.sync();
      return () => {
        flying -= 1;
        world.clock.stir();
      };
    },
  });
  return {
    url: server.url,
    kubeconfig: kubeconfigFor(server.url, world.story.refuses?.kubernetes ? 'expired' : TOKEN),
    inFlight: () => flying,
    close: server.close,
  };
}

/** What a patch means for the story: another template is a new revision; the same template again is nothing. */
function patch(world: World, name: string, next: Thing): Thing | Refusal {
  const image = at(next, ['spec', 'template', 'spec', 'containers', '0', 'image']);
  const restartedAt = at(next, ['spec', 'template', 'metadata', 'annotations', 'kubectl.kubernetes.io/restartedAt']) ?? '';
  if (!image)
    return {
      code: 422,
      reason: 'Invalid',
      message: `Deployment.apps "${name}" is invalid: spec.template.spec.containers[0].image: Required value`,
    };
  const now = world.revisions(name, world.clock.time()).at(-1);
  if (now && (now.image !== image || now.restartedAt !== restartedAt))
    world.happen({ type: 'patched', deployment: name, image, restartedAt });
  return clusterObjects(world).deployments.find((d) => at(d, ['metadata', 'name']) === name) ?? next;
}

function at(thing: unknown, path: readonly string[]): string | undefined {
  const found = path.reduce<unknown>(
    (inside, key) => (typeof inside === 'object' && inside !== null ? Reflect.get(inside, key) : undefined),
    thing,
  );
  return typeof found === 'string' ? found : undefined;
}

function podLog(world: World, asked: { namespace: string; pod: string; previous: boolean }): string | Refusal {
  if (asked.namespace !== NAMESPACE) return { code: 404, reason: 'NotFound', message: `pods "${asked.pod}" not found` };
  if (asked.previous) return { code: 400, reason: 'BadRequest', message: `previous terminated container in pod "${asked.pod}" not found` };
  const job = deployJobs(world).find((one) => asked.pod.startsWith(`${one.name}-`));
  const lines = job ? jobLines(job.log, job.startedAt + 3 * SECOND, job.endsAt) : servingLines(world, asked.pod);
  return lines
    .filter((line) => line.time <= world.clock.time())
    .map((line) => `${stamped(line.time)} ${line.text}\n`)
    .join('');
}

const stamped = (time: number) => `${new Date(time).toISOString().slice(0, -1)}000000Z`;

function jobLines(log: readonly string[], from: number, until: number): readonly { time: number; text: string }[] {
  const step = (until - SECOND - from) / Math.max(1, log.length - 1);
  return log.map((text, n) => ({ time: Math.round(from + n * step), text }));
}

/** Ten minutes of a Rails log: requests, and what the tracker hears of too. */
function servingLines(world: World, pod: string): readonly { time: number; text: string }[] {
  const now = world.clock.time();
  const born = world.story.deployments.flatMap((d) => world.pods(d.name, now)).find((life) => life.name === pod)?.born ?? now;
  const lines: { time: number; text: string }[] = [];
  for (let minute = Math.floor((now - 10 * MINUTE) / MINUTE) * MINUTE; minute <= now; minute += MINUTE) {
    if (minute < born) continue;
    for (let n = 0; n < 6; n += 1) {
      const time = minute + n * 9500;
      const took = Math.round(around(38, 0.6, pod, minute, n));
      lines.push({ time, text: `I, [${stamped(time)}] INFO -- : method=GET path=/posts/${3300 + n} status=200 duration=${took}` });
    }
    for (const script of world.story.errors) {
      const seen = Math.min(8, Math.round(script.rate(world, minute) / 6));
      for (let n = 0; n < seen; n += 1) {
        const time = minute + 3000 + n * 6900;
        lines.push({ time, text: `E, [${stamped(time)}] ERROR -- : ${script.class} (${script.message})` });
      }
    }
  }
  return lines.toSorted((a, b) => a.time - b.time);
}
