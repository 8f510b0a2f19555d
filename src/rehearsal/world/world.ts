import type { StoryClock } from '../story-clock.ts';
import type { Happening } from './happening.ts';
import { makeRepository, type Repository } from './repository.ts';
import { type Build, builds, type PodLife, podLives, type Revision, revisions } from './rollouts.ts';
import type { Story } from './story.ts';

/** A story as it runs: its data, its clock, what happened to it, and the repository that people push to. */
export interface World {
  story: Story;
  clock: StoryClock;
  repository: Repository;
  onset: number;
  past: () => readonly Happening[];
  /** Notes what was done to the world, at the story's time. */
  happen: (what: WithoutTime<Happening>) => void;
  /** Looks whether somebody pushed, and notes it. Asked before every answer and before every jump. */
  sync: () => void;
  imageOf: (sha: string) => string;
  builds: () => readonly Build[];
  revisions: (deployment: string, at: number) => readonly Revision[];
  pods: (deployment: string, at: number) => readonly PodLife[];
  /** Share of a Deployment's ready pods, 0..1, that run code of the commit `key` at that time. */
  share: (key: string, at: number, deployment?: string) => number;
  /** Every pod that ever ran code of the commit `key`, oldest first within its slot. */
  livesWith: (key: string, deployment?: string) => readonly PodLife[];
  /** Computes once what stays the same until something happens to the world. */
  once: <T>(key: string, make: () => T) => T;
  killed: (thread: number) => number | undefined;
  close: () => void;
}

type WithoutTime<T> = T extends unknown ? Omit<T, 'at'> : never;

const IMAGE = 'registry.checkout.example/checkout';

export function makeWorld(story: Story, clock: StoryClock, folder: string): World {
  const repository = makeRepository(folder, story.commits);
  const past: Happening[] = [];
  const carried = new Map<string, readonly string[]>();
  let head = repository.head();

  const imageOf = (sha: string) => `${IMAGE}:${sha}`;
  const carries = (sha: string) => {
    const known = carried.get(sha) ?? repository.carries(sha);
    carried.set(sha, known);
    return known;
  };
  const happen: World['happen'] = (what) => {
    past.push({ at: clock.time(), ...what });
    memo.clear();
    computed.clear();
  };
  const sync = () => {
    const now = repository.head();
    if (now === head) return;
    head = now;
    happen({ type: 'pushed', sha: now, subject: repository.log(1)[0]?.subject ?? '', carries: carries(now) });
  };
  const computed = new Map<string, unknown>();
  const memo = new Map<string, readonly PodLife[]>();
  const history = story.released.map((r) => ({ sha: repository.sha(r.commit), at: Date.parse(r.at) }));
  const planOf = (deployment: string) => {
    const plan = story.deployments.find((d) => d.name === deployment);
    if (!plan) throw new Error(`the story has no deployment ${deployment}`);
    return plan;
  };
  const revisionsOf = (deployment: string, at: number) => revisions(planOf(deployment), history, past, imageOf, at);
  const lives = (deployment: string) => {
    const known = memo.get(deployment) ?? podLives(planOf(deployment), revisionsOf(deployment, Number.POSITIVE_INFINITY));
    memo.set(deployment, known);
    return known;
  };
  clock.beforeJump(sync);

  return {
    story,
    clock,
    repository,
    onset: Date.parse(story.onset),
    past: () => past,
    happen,
    sync,
    imageOf,
    builds: () => builds(past),
    revisions: revisionsOf,
    pods: (deployment, at) => lives(deployment).filter((pod) => pod.born <= at && at < pod.dies),
    share(key, at, deployment = 'web') {
      const ready = lives(deployment).filter((pod) => pod.ready <= at && at < pod.dies);
      if (ready.length === 0) return 0;
      return ready.filter((pod) => carries(pod.revision.sha).includes(key)).length / ready.length;
    },
    livesWith: (key, deployment = 'web') => lives(deployment).filter((pod) => carries(pod.revision.sha).includes(key)),
    once<T>(key: string, make: () => T): T {
      if (!computed.has(key)) computed.set(key, make());
      return computed.get(key) as T;
    },
    killed: (thread) => past.find((e) => e.type === 'killed' && e.thread === thread)?.at,
    close: () => clock.close(),
  };
}
