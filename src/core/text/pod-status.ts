import type { Workload, WorkloadEvent } from '../evidence.ts';

/** What `kubectl describe` and `kubectl get` print about pods, jobs, deployments. */
const FIELD = /^\s*(?<name>[A-Z][\w /.-]{1,40}?):(?:\s+(?<value>.*))?$/;
const EVENT =
  /^\s*(?<type>Normal|Warning)\s+(?<reason>[A-Z]\w{1,60})\s+(?<age>\S+(?: \(x\d{1,7} over [^)]{1,20}\))?)\s+(?<from>[\w.:/-]{1,80}(?:, \S{1,80})?)\s+(?<message>.+)$/;
const LISTED =
  /^(?:\S+\s+)?(?<age>\d\w{1,12})\s+(?<type>Normal|Warning)\s+(?<reason>[A-Z]\w{1,60})\s+(?<object>\w{1,40}\/\S{1,253})\s+(?<message>.+)$/;
const POD_ROW =
  /^(?:(?<namespace>[a-z0-9-]{1,63})\s+)?(?<name>[a-z0-9][a-z0-9.-]{1,252})\s+(?<ready>\d+)\/(?<wanted>\d+)\s+(?<status>(?:Init:)?[A-Z][\w:/]{1,60})\s+(?<restarts>\d+)(?: \([^)]{1,30}\))?\s+\S+/;

export function looksLikeStatus(lines: readonly string[]): boolean {
  return lines.some(
    (line) =>
      EVENT.test(line) ||
      LISTED.test(line) ||
      POD_ROW.test(line) ||
      /^\s*(?:State|Last State):\s+\w|^\s*Restart Count:|^Pods Statuses:|^Conditions:$/.test(line),
  );
}

/** The workloads of a status text, one for a description, one for each row of a list. */
export function podStatus(lines: readonly string[]): readonly Workload[] {
  const rows = lines.flatMap((line) => rowOf(line));
  if (rows.length > 0 && !lines.some((line) => EVENT.test(line))) return rows;
  return [described(lines)];
}

function described(lines: readonly string[]): Workload {
  const events = lines.flatMap(eventOf);
  const fields = fieldsOf(lines);
  const states = statesOf(lines);
  const job = fields.has('Active Deadline Seconds') || fields.has('Backoff Limit') || fields.has('Pods Statuses');
  const reason =
    states.find((s) => s.reason === 'OOMKilled')?.reason ?? states[0]?.reason ?? conditionReason(lines) ?? fields.get('Reason');
  const exitCode = states.find((s) => s.exitCode !== undefined)?.exitCode;
  const ready = readyOf(lines);
  const phase = fields.get('Status') ?? (ready === true ? 'Running' : states[0]?.state);
  const extras = ['Active Deadline Seconds', 'Liveness', 'Readiness', 'Startup', 'Pods Statuses', 'Message'].flatMap((name) => {
    const value = fields.get(name);
    return value === undefined || value === '' ? [] : [`${name}: ${value}`];
  });
  const memory = memoryLimit(lines);
  const message = [
    ...states.map(said),
    ...(memory === undefined ? [] : [`memory limit ${memory}`]),
    ...extras,
    ...(ready === false ? ['not ready'] : []),
    ...nodeWords(lines),
  ].join('; ');
  const image = fields.get('Image');
  const restarts = Number(fields.get('Restart Count'));
  // Ready for the moment, but killed by its probe time and again.
  const restarted = events.some((e) => e.reason === 'Killing' && /failed liveness/.test(e.message ?? '') && (e.count ?? 1) > 2);
  const healthy =
    (ready === true && !restarted) ||
    (!restarted && reason === undefined && events.every((e) => e.type === 'Normal') && ready !== false && !nodeWords(lines).length);
  const namespace = fields.get('Namespace');
  return {
    kind: 'workload',
    name: fields.get('Name') ?? nameFrom(events) ?? (job ? 'job' : 'pod'),
    workload: job ? 'job' : 'pod',
    tone: healthy ? 'normal' : 'bad',
    ...(namespace === undefined ? {} : { namespace }),
    ...(phase === undefined ? {} : { phase: phase.trim() }),
    ...(reason === undefined ? {} : { reason }),
    ...(message === '' ? {} : { message }),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(Number.isInteger(restarts) ? { restarts } : {}),
    ...(image === undefined ? {} : { image }),
    ...(events.length > 0 ? { events: events.map(({ type: _, ...event }) => event) } : {}),
  };
}

interface State {
  state: string;
  last: boolean;
  reason?: string;
  exitCode?: number;
}

/** `State: Terminated` with the indented lines below it; a text that was cut may begin inside one. */
function statesOf(lines: readonly string[]): readonly State[] {
  const found: State[] = [];
  for (const line of lines) {
    const head = /^\s*(?<last>Last )?State:\s+(?<state>\w+)/.exec(line)?.groups;
    if (head?.state !== undefined) found.push({ state: head.state, last: head.last !== undefined });
    const reason = /^\s+Reason:\s+(?<reason>\w+)$/.exec(line)?.groups?.reason;
    if (reason !== undefined && found.length === 0) found.push({ state: 'Terminated', last: false, reason });
    const top = found.at(-1);
    if (top === undefined) continue;
    if (reason !== undefined && top.reason === undefined) found[found.length - 1] = { ...top, reason };
    const exit = /^\s+Exit Code:\s+(?<code>\d+)$/.exec(line)?.groups?.code;
    if (exit !== undefined && top.exitCode === undefined) found[found.length - 1] = { ...(found.at(-1) ?? top), exitCode: Number(exit) };
    if (/^(?:Conditions|Volumes|Events):/.test(line)) break;
  }
  return found;
}

function said(state: State): string {
  const words = [state.state, state.reason, state.exitCode === undefined ? undefined : `Exit Code: ${state.exitCode}`];
  return `${state.last ? 'last state' : 'state'} ${words.filter((w) => w !== undefined).join(', ')}`;
}

function fieldsOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of lines) {
    if (/^(?:Events|Volumes):/.test(line)) break;
    const groups = FIELD.exec(line)?.groups;
    if (groups?.name !== undefined && groups.value !== undefined && !fields.has(groups.name)) fields.set(groups.name, groups.value.trim());
  }
  return fields;
}

function eventOf(line: string): readonly (WorkloadEvent & { type: string })[] {
  const groups = EVENT.exec(line)?.groups ?? LISTED.exec(line)?.groups;
  if (groups?.reason === undefined || groups.message === undefined || groups.type === undefined) return [];
  const count = /\(x(\d+) over/.exec(groups.age ?? '')?.[1];
  return [
    { type: groups.type, reason: groups.reason, message: groups.message.trim(), ...(count === undefined ? {} : { count: Number(count) }) },
  ];
}

function rowOf(line: string): readonly Workload[] {
  const groups = POD_ROW.exec(line)?.groups;
  if (groups?.name === undefined || groups.status === undefined || groups.ready === undefined) return [];
  const healthy = groups.status === 'Completed' || (groups.status === 'Running' && groups.ready === groups.wanted);
  return [
    {
      kind: 'workload',
      name: groups.name,
      workload: 'pod',
      tone: healthy ? 'normal' : 'bad',
      phase: groups.status,
      ...(healthy ? {} : { reason: groups.status.replace(/^Init:/, '') }),
      ...(groups.status.startsWith('Init:') ? { init: true } : {}),
      restarts: Number(groups.restarts),
      message: `${groups.ready}/${groups.wanted} ready`,
    },
  ];
}

function readyOf(lines: readonly string[]): boolean | undefined {
  const words = lines.map((line) => /^\s*Ready(?::|\s{2,})\s*(True|False)\s*$/.exec(line)?.[1]).filter((word) => word !== undefined);
  return words.length === 0 ? undefined : words.every((word) => word === 'True');
}

function conditionReason(lines: readonly string[]): string | undefined {
  for (const line of lines) {
    const reason =
      /^\s+(?:ReplicaFailure|Failed|Progressing|FailureTarget)\s+(?:True|False)\s+(?:\S.*\s{2,})?(\w{4,60})(?:\s{2,}.*)?$/.exec(line)?.[1];
    if (reason !== undefined && reason !== 'NewReplicaSetAvailable') return reason;
  }
  return undefined;
}

/** A node's own conditions: unknown, or under pressure. */
function nodeWords(lines: readonly string[]): readonly string[] {
  const bad = lines.filter((line) =>
    /^\s+(?:Ready\s+(?:Unknown|False)\s.*\s(?:NodeStatusUnknown|KubeletNotReady)|(?:Memory|Disk|PID)Pressure\s+True)\s/.test(line),
  );
  return [...new Set(bad.map((line) => line.trim().split(/\s{2,}/)).map((cells) => [cells[0], cells[1], ...cells.slice(-2)].join(' ')))];
}

function memoryLimit(lines: readonly string[]): string | undefined {
  const at = lines.findIndex((line) => /^\s+Limits:\s*$/.test(line));
  if (at < 0) return undefined;
  const line = lines.slice(at + 1, at + 5).find((l) => /^\s+memory:/.test(l));
  return line?.split(':')[1]?.trim();
}

function nameFrom(events: readonly WorkloadEvent[]): string | undefined {
  for (const { message = '' } of events) {
    const name = /(?:Successfully assigned [\w-]{1,63}\/|in pod |Created pod: |pods? ")(?<name>[a-z0-9][\w.-]{1,252}?)(?:_| |"|$)/.exec(
      message,
    )?.groups?.name;
    if (name !== undefined) return name;
  }
  return undefined;
}
