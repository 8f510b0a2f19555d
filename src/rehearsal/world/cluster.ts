import type { KubernetesObjects, Thing } from '../stand-ins/kubernetes.ts';
import { type JobLife, jobEvents, jobObject, jobPod } from './cluster-jobs.ts';
import { API, event, iso, NAMESPACE, owner, uid } from './cluster-names.ts';
import { hashName, MINUTE, type PodLife, type Revision, SECOND } from './rollouts.ts';
import type { World } from './world.ts';

/** How long the old pod lives on beside its successor. */
const GRACE = 13 * SECOND;

export function deployJobs(world: World): readonly JobLife[] {
  const now = world.clock.time();
  const told = world.story.jobs.map((job) => ({
    sha: world.repository.sha(job.commit),
    startedAt: Date.parse(job.startedAt),
    endsAt: Date.parse(job.endedAt),
    failed: job.failed,
    log: job.log,
  }));
  const built = world.builds().map((build) => ({
    sha: build.sha,
    startedAt: build.builtAt,
    endsAt: build.jobEndsAt,
    failed: false,
    log: ['I, [INFO] Migrations are up to date.'],
  }));
  return [...told, ...built].filter((job) => job.startedAt <= now).map((job) => ({ ...job, name: `deploy-tasks-${job.sha.slice(0, 7)}` }));
}

/** The namespace as the API server would list it at this moment of the story. */
export function clusterObjects(world: World): KubernetesObjects {
  const now = world.clock.time();
  const jobs = deployJobs(world);
  const plans = world.story.deployments;
  return {
    deployments: plans.map((plan) => deployment(world, plan.name, plan.replicas, now)),
    replicasets: plans.flatMap((plan) => replicaSets(world, plan.name, plan.replicas, now)),
    pods: [
      ...plans.flatMap((plan) => world.pods(plan.name, now).map((pod) => podObject(pod, now))),
      ...jobs.map((job) => jobPod(world, job, now)),
    ],
    jobs: jobs.map((job) => jobObject(world, job, now)),
    events: [...jobs.flatMap((job) => jobEvents(job, now)), ...plans.flatMap((plan) => scaleEvents(world, plan.name, now))],
    nodes: [],
  };
}

const isReady = (pod: PodLife, now: number) => pod.ready <= now && now < pod.dies - GRACE;

export function template(name: string, image: string, restartedAt: string): Thing {
  return {
    metadata: {
      labels: { app: name },
      ...(restartedAt ? { annotations: { 'kubectl.kubernetes.io/restartedAt': restartedAt } } : {}),
    },
    spec: {
      containers: [
        {
          name,
          image,
          env: [{ name: 'GIT_SHA', value: image.split(':').at(-1) }],
          imagePullPolicy: 'IfNotPresent',
          resources: { limits: { memory: '1Gi' }, requests: { cpu: '500m', memory: '512Mi' } },
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
        },
      ],
      dnsPolicy: 'ClusterFirst',
      restartPolicy: 'Always',
      schedulerName: 'default-scheduler',
      securityContext: {},
      terminationGracePeriodSeconds: 30,
    },
  };
}

function deployment(world: World, name: string, replicas: number, now: number): Thing {
  const all = world.revisions(name, now);
  const current = all.at(-1);
  if (!current) throw new Error(`${name} was never rolled out`);
  const pods = world.pods(name, now).filter((pod) => now < pod.dies - GRACE);
  const ready = pods.filter((pod) => isReady(pod, now)).length;
  const updated = pods.filter((pod) => pod.revision.number === current.number);
  const done = updated.length === replicas && updated.every((pod) => isReady(pod, now));
  const last = Math.max(current.at, ...updated.map((pod) => Math.min(pod.ready, now)));
  const set = `${name}-${hashName(current)}`;
  return {
    apiVersion: API.apps,
    kind: 'Deployment',
    metadata: {
      name,
      namespace: NAMESPACE,
      uid: uid(`deployment ${name}`),
      resourceVersion: String(80_000 + all.length * 100 + updated.length * 2 + (done ? 1 : 0)),
      generation: all.length,
      creationTimestamp: '2026-03-02T09:12:44Z',
      labels: { app: name, 'app.kubernetes.io/part-of': 'checkout' },
      annotations: { 'deployment.kubernetes.io/revision': String(current.number) },
    },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: template(name, current.image, current.restartedAt),
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
    },
    status: {
      observedGeneration: all.length,
      replicas: pods.length,
      updatedReplicas: updated.length,
      readyReplicas: ready,
      availableReplicas: ready,
      ...(ready < replicas ? { unavailableReplicas: replicas - ready } : {}),
      conditions: [
        condition('Available', 'MinimumReplicasAvailable', 'Deployment has minimum availability.', current.at),
        done
          ? condition('Progressing', 'NewReplicaSetAvailable', `ReplicaSet "${set}" has successfully progressed.`, last)
          : condition('Progressing', 'ReplicaSetUpdated', `ReplicaSet "${set}" is progressing.`, last),
      ],
    },
  };
}

function condition(type: string, reason: string, message: string, at: number): Thing {
  return { type, status: 'True', reason, message, lastUpdateTime: iso(at), lastTransitionTime: iso(at) };
}

/** One for each template: a template that came back has the newest revision that used it, and its first creation time. */
function replicaSets(world: World, name: string, replicas: number, now: number): readonly Thing[] {
  const bySet = new Map<string, Revision[]>();
  for (const revision of world.revisions(name, now)) bySet.set(hashName(revision), [...(bySet.get(hashName(revision)) ?? []), revision]);
  return [...bySet].map(([hash, all]) => {
    const last = all.at(-1) ?? missing(name);
    const pods = world.pods(name, now).filter((pod) => hashName(pod.revision) === hash && now < pod.dies - GRACE);
    const shape = template(name, last.image, last.restartedAt);
    const labels = { app: name, 'pod-template-hash': hash };
    return {
      apiVersion: API.apps,
      kind: 'ReplicaSet',
      metadata: {
        name: `${name}-${hash}`,
        namespace: NAMESPACE,
        uid: uid(`set ${name} ${hash}`),
        resourceVersion: String(90_000 + last.number),
        creationTimestamp: iso(all[0]?.at ?? last.at),
        labels,
        annotations: {
          'deployment.kubernetes.io/revision': String(last.number),
          'deployment.kubernetes.io/desired-replicas': String(replicas),
        },
        ownerReferences: [owner('Deployment', API.apps, name, uid(`deployment ${name}`))],
      },
      spec: {
        replicas: pods.length,
        selector: { matchLabels: labels },
        template: { ...shape, metadata: { ...(shape.metadata as Thing), labels } },
      },
      status: {
        replicas: pods.length,
        observedGeneration: 1,
        ...(pods.length > 0 ? { readyReplicas: pods.filter((pod) => isReady(pod, now)).length, availableReplicas: pods.length } : {}),
      },
    };
  });
}

function missing(name: string): never {
  throw new Error(`a ReplicaSet of ${name} without a revision`);
}

function podObject(pod: PodLife, now: number): Thing {
  const hash = hashName(pod.revision);
  const started = pod.born + 4 * SECOND;
  const going = now >= pod.dies - GRACE;
  const ready = isReady(pod, now);
  const shape = template(pod.deployment, pod.revision.image, pod.revision.restartedAt);
  return {
    apiVersion: API.core,
    kind: 'Pod',
    metadata: {
      name: pod.name,
      generateName: `${pod.deployment}-${hash}-`,
      namespace: NAMESPACE,
      uid: uid(`pod ${pod.name}`),
      resourceVersion: '1',
      creationTimestamp: iso(pod.born),
      ...(going ? { deletionTimestamp: iso(pod.dies + 17 * SECOND), deletionGracePeriodSeconds: 30 } : {}),
      labels: { app: pod.deployment, 'pod-template-hash': hash },
      ownerReferences: [owner('ReplicaSet', API.apps, `${pod.deployment}-${hash}`, uid(`set ${pod.deployment} ${hash}`))],
    },
    spec: { ...(shape.spec as Thing), nodeName: `ip-10-20-${3 + (pod.slot % 3)}-11` },
    status: {
      phase: now < started ? 'Pending' : 'Running',
      startTime: iso(pod.born),
      podIP: `10.20.${3 + (pod.slot % 4)}.${20 + pod.slot}`,
      conditions: ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type) => ({
        type,
        status: type === 'PodScheduled' || type === 'Initialized' || ready ? 'True' : 'False',
        lastTransitionTime: iso(Math.min(now, pod.ready)),
      })),
      containerStatuses: [
        {
          name: pod.deployment,
          image: pod.revision.image,
          imageID: `registry.checkout.example/checkout@sha256:${uid(pod.revision.image).replaceAll('-', '').repeat(2)}`,
          ready,
          started: now >= started,
          restartCount: 0,
          state: now < started ? { waiting: { reason: 'ContainerCreating' } } : { running: { startedAt: iso(started) } },
          lastState: {},
        },
      ],
    },
  };
}

function scaleEvents(world: World, name: string, now: number): readonly Thing[] {
  return world
    .revisions(name, now)
    .filter((revision) => now - revision.at < 60 * MINUTE)
    .map((revision) =>
      event(
        'Deployment',
        name,
        API.apps,
        'Normal',
        'ScalingReplicaSet',
        `Scaled up replica set ${name}-${hashName(revision)} from 0 to 2`,
        revision.at,
      ),
    );
}
