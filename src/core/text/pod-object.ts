import type { Workload, WorkloadEvent } from '../evidence.ts';
import { type Scalar, scanJson } from './scan-json.ts';
import { scanYaml } from './scan-yaml.ts';

const STATUS_KEY = /^\s*(?:- )?"?(?:containerStatuses|initContainerStatuses|conditions|involvedObject)"?:/;
const BAD_WHEN_TRUE =
  /^(?:Failed|FailureTarget|ReplicaFailure|MemoryPressure|DiskPressure|PIDPressure|NetworkUnavailable|DisruptionTarget)$/;
const LAST_WORDS = 4_000;

/** True for what `kubectl get -o yaml` or `-o json` prints about pods, jobs, deployments, nodes, events. */
export function looksLikeObject(lines: readonly string[]): boolean {
  return lines.some((line) => STATUS_KEY.test(line));
}

/** The workloads of such a text, one for each item of a list; events are told of one. */
export function podObjects(lines: readonly string[]): readonly Workload[] {
  const scalars = lines.some((line) => /^\s*[{[]\s*$/.test(line) || /^\s*\{"/.test(line)) ? scanJson(lines.join('\n')) : scanYaml(lines);
  const all = items(scalars);
  const told = all.filter((item) => item.some((s) => s.path.at(-1) === 'involvedObject')).map(eventOf);
  const workloads = all.filter((item) => item.every((s) => s.path.at(-1) !== 'involvedObject')).map(workloadOf);
  if (told.length === 0) return workloads;
  const bad = told.some((event) => event.type !== 'Normal');
  return [
    ...workloads,
    { kind: 'workload', name: 'events', workload: 'pod', tone: bad ? 'bad' : 'normal', events: told.map(({ type: _, ...e }) => e) },
  ];
}

/** A list prints its items one after the other, each with `apiVersion` first. */
function items(scalars: readonly Scalar[]): readonly (readonly Scalar[])[] {
  const found: Scalar[][] = [];
  for (const scalar of scalars) {
    const begins = scalar.key === 'apiVersion' && (scalar.path.length === 0 || scalar.path.join('.') === 'items');
    if (begins || found.length === 0) found.push([]);
    found.at(-1)?.push(scalar);
  }
  return found.filter((item) => item.some((s) => s.path.length > 0));
}

interface Part {
  path: readonly string[];
  fields: Readonly<Record<string, string>>;
}

/** The scalars of one object side by side. */
function parts(scalars: readonly Scalar[]): readonly Part[] {
  return [...Map.groupBy(scalars, (s) => s.object).values()].map((same) => ({
    path: same[0]?.path ?? [],
    fields: Object.fromEntries(same.map((s) => [s.key, String(s.value)])),
  }));
}

function workloadOf(scalars: readonly Scalar[]): Workload {
  const all = parts(scalars);
  const field = (path: string, name: string): string | undefined =>
    all.find((p) => p.path.at(-1) === path && p.fields[name] !== undefined)?.fields[name];
  const containers = all.filter((p) => /ontainerStatuses$/.test(p.path.at(-1) ?? ''));
  const states = all.filter((p) => /^(?:waiting|terminated)$/.test(p.path.at(-1) ?? ''));
  const now = states.filter((p) => p.path.at(-2) === 'state' && p.fields.reason !== 'Completed');
  const last = states.filter((p) => p.path.at(-2) === 'lastState');
  const conditions = all.filter((p) => p.path.at(-1) === 'conditions').map((p) => p.fields);
  const relevant = conditions.filter((c) => c.status === 'Unknown' || c.status === (BAD_WHEN_TRUE.test(c.type ?? '') ? 'True' : 'False'));
  const phase = field('status', 'phase');
  const events = [...now, ...last].map(({ fields }) => said(fields)).concat(relevant.map(conditionSaid));
  const oom = [...now, ...last].find((p) => p.fields.reason === 'OOMKilled');
  const reason = (oom ?? now[0] ?? last[0])?.fields.reason ?? field('status', 'reason') ?? relevant.at(-1)?.reason;
  const exitCode = Number((oom ?? [...now, ...last].find((p) => p.fields.exitCode !== undefined))?.fields.exitCode);
  const ready = containers.length === 0 || containers.every((p) => p.fields.ready !== 'false' || phase === 'Succeeded');
  const healthy =
    phase === 'Succeeded' || (ready && now.length === 0 && relevant.length === 0 && phase !== 'Failed' && phase !== 'Pending');
  const message = [field('status', 'message'), ...events.map((e) => e.message)].filter((text) => text !== undefined && text !== '');
  const limit = all.find((p) => p.path.at(-1) === 'limits')?.fields.memory;
  const image = (containers.find((p) => p.fields.ready === 'false') ?? containers[0])?.fields.image;
  const job = scalars.some((s) => s.key === 'kind' && s.value === 'Job');
  return {
    kind: 'workload',
    name: field('metadata', 'name') ?? containers[0]?.fields.name ?? 'pod',
    workload: job ? 'job' : 'pod',
    tone: healthy ? 'normal' : 'bad',
    ...(phase === undefined ? {} : { phase }),
    ...(reason === undefined ? {} : { reason }),
    ...(message.length === 0 && limit === undefined
      ? {}
      : { message: [...(limit === undefined ? [] : [`memory limit ${limit}`]), ...message].join('; ').slice(0, LAST_WORDS) }),
    ...(Number.isInteger(exitCode) ? { exitCode } : {}),
    ...(image === undefined ? {} : { image }),
    ...(events.length === 0 ? {} : { events }),
  };
}

function said(fields: Readonly<Record<string, string>>): WorkloadEvent {
  const exit = fields.exitCode === undefined ? '' : `Exit Code: ${fields.exitCode}`;
  return { reason: fields.reason ?? 'Error', message: [exit, fields.message ?? ''].filter(Boolean).join('; ') };
}

function conditionSaid(fields: Readonly<Record<string, string>>): WorkloadEvent {
  const state = `${fields.type ?? 'condition'} ${fields.status ?? ''}`;
  return { reason: fields.reason ?? fields.type ?? 'condition', message: [state, fields.message ?? ''].filter(Boolean).join(': ') };
}

function eventOf(scalars: readonly Scalar[]): WorkloadEvent & { type: string } {
  const own = (name: string): string =>
    String(scalars.find((s) => s.key === name && (s.path.length === 0 || s.path.join('.') === 'items'))?.value ?? '');
  const count = Number(own('count'));
  return { type: own('type'), reason: own('reason'), message: own('message'), ...(count > 1 ? { count } : {}) };
}
