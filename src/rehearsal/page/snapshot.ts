import type { Slack } from '../slack/web-api.ts';
import { minuteOf, perMinute } from '../stand-ins/error-counts.ts';
import { deployJobs } from '../world/cluster.ts';
import { MINUTE } from '../world/rollouts.ts';
import type { World } from '../world/world.ts';

/** How much of the past the curves show. */
const CURVE_MINUTES = 40;

/** What the page shows of the workspace to one person: plain JSON, nothing of it trusted by the page. */
export function workspaceSnapshot(slack: Slack, me: string) {
  const { workspace } = slack;
  return {
    me,
    connected: slack.socket.connections() > 0,
    users: Object.fromEntries([...workspace.users.values()].map((u) => [u.id, { name: u.name, realName: u.realName, bot: u.bot }])),
    channels: [...workspace.channels.values()].map((c) => ({
      id: c.id,
      name: c.name,
      topic: c.topic,
      archived: c.archived,
      members: c.members.size,
      mine: c.members.has(me),
    })),
    messages: workspace.messages
      .filter((m) => m.onlyFor === undefined || m.onlyFor === me)
      .map(({ files, metadata: _, ...message }) => ({
        ...message,
        files: files.map((f) => ({
          id: f.id,
          name: f.name,
          title: f.title,
          alt: f.alt,
          type: f.type,
          text: f.type.startsWith('text/') ? f.bytes.toString().slice(0, 20_000) : '',
        })),
      })),
    view: [...workspace.views.values()].findLast((v) => v.user === me) ?? null,
  };
}

/** The world beside the conversation: what was pushed, what runs, and how it is. */
export function worldSnapshot(world: World) {
  const now = world.clock.time();
  const from = minuteOf(now) - CURVE_MINUTES * MINUTE;
  const minutes = Array.from({ length: CURVE_MINUTES }, (_, n) => from + n * MINUTE);
  const counts = world.story.errors.map((script) => new Map(perMinute(world, script, from).map((p) => [p.at, p.count])));
  const cpu = world.story.metrics.find((m) => m.name === 'CPUUtilization');
  const threads = world.story.threads(world, now);
  const head = world.repository.head();
  return {
    head,
    log: world.once(`log ${head}`, () => world.repository.log(6)),
    builds: world
      .builds()
      .map((b) => ({ sha: b.sha, state: now < b.builtAt ? 'building' : now < b.jobEndsAt ? 'deploy job' : 'built', until: b.builtAt })),
    jobs: deployJobs(world)
      .slice(-3)
      .map((job) => ({ name: job.name, state: now < job.endsAt ? 'running' : job.failed ? 'failed' : 'done' })),
    deployments: world.story.deployments.map((plan) => ({
      name: plan.name,
      wanted: plan.replicas,
      pods: world
        .pods(plan.name, now)
        .toSorted((a, b) => a.slot - b.slot || a.born - b.born)
        .map((pod) => ({
          name: pod.name,
          sha: pod.revision.sha.slice(0, 7),
          state: now < pod.ready ? 'starting' : now >= pod.dies - 13_000 ? 'stopping' : 'ready',
        })),
    })),
    errors: minutes.map((at) => ({ at, value: counts.reduce((sum, one) => sum + (one.get(at) ?? 0), 0) })),
    cpu: cpu ? minutes.map((at) => ({ at, value: Math.round(world.once(`metric ${cpu.name} ${at}`, () => cpu.value(world, at))) })) : [],
    processes: threads.length,
    stuck: threads.filter((t) => t.command === 'Query' && now - t.since > 5000).length,
  };
}
