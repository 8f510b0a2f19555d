import type { Action, ActionRequest, ActionResult, Preview } from '../core/action.ts';
import type { Verification } from '../core/check.ts';
import type { Evidence, Finding } from '../core/evidence.ts';
import { BadAnswer, HostDown, type HttpKit } from '../core/kit/http.ts';
import type { Kit } from '../core/kit/index.ts';
import type { Part } from '../core/part.ts';

type Turn = 'off' | 'on';

/** A feature that can be switched, by the name in its variables: `thread-stats` of `FLAG_THREAD_STATS_OFF_URL`. */
interface Switchable {
  name: string;
  urls: Partial<Record<Turn, string>>;
}

const FLAG = 'FLAG_<NAME>_OFF_URL';

/** Switches a feature off, or on again, by the team's own HTTP call. Without it the rest of the product lives on. */
export const flag: Part<Action, Pick<Kit, 'http'>> = {
  name: 'flag',
  env: {
    [FLAG]: {
      about: 'Called with POST to switch the feature NAME off; FLAG_<NAME>_ON_URL switches it on again',
      example: 'https://flags.example.com/hooks/thread-stats/off?token=…',
      pattern: 'FLAG_[A-Z0-9_]+_(?:OFF|ON)_URL',
      switch: true,
      secret: true,
    },
  },
  make: (_, kit, matching) => {
    const flags = flagsOf(matching?.(FLAG) ?? {});
    return {
      kind: 'flag',
      preview: async (request) => preview(flags, request),
      run: (request, shown, report, signal) => run(kit.http, flags, request, shown, report, signal),
      // Switching twice is switching once: after a crash it is simply asked again.
      settle: async () => undefined,
      verify: async () => flags.map(verifyFlag),
    };
  },
};

function flagsOf(variables: Readonly<Record<string, string>>): readonly Switchable[] {
  const flags = new Map<string, Switchable>();
  for (const [variable, url] of Object.entries(variables).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const [, raw = '', word] = variable.match(/^FLAG_(.+)_(OFF|ON)_URL$/) ?? [];
    const name = raw.toLowerCase().replaceAll('_', '-');
    const turn: Turn = word === 'ON' ? 'on' : 'off';
    flags.set(name, { name, urls: { ...flags.get(name)?.urls, [turn]: url } });
  }
  return [...flags.values()];
}

function wanted(flags: readonly Switchable[], request: ActionRequest): { one: Switchable | undefined; turn: Turn } {
  const name = request.choice?.flag;
  const one = name === undefined && flags.length === 1 ? flags[0] : flags.find((f) => f.name === name);
  return { one, turn: request.choice?.turn === 'on' ? 'on' : 'off' };
}

function preview(flags: readonly Switchable[], request: ActionRequest): Preview {
  const { one, turn } = wanted(flags, request);
  const common = {
    safety: 'needs-care',
    unchecked: ['what the flag service itself says'],
    state: `${one?.name ?? 'none'} ${turn}`,
  } as const;
  if (!one) {
    const options = flags.filter((f) => f.urls[turn] !== undefined).map((f) => ({ value: f.name, text: f.name }));
    const refusal = options.length === 0 ? `No feature has a URL to switch it ${turn}.` : 'Which feature?';
    return {
      ...common,
      possible: false,
      title: `Switch ${turn} a feature`,
      refusal,
      lines: [],
      command: flags.map((f) => command(f, turn)).join('\n'),
      ...(options.length === 0 ? {} : { choose: { field: 'flag', label: `What to switch ${turn}`, options } }),
    };
  }
  const shown = { ...common, title: `Switch ${turn} ${one.name}`, command: command(one, turn), lines: linesFor(one, turn) };
  const refusal = one.urls[turn] === undefined ? `${variable(one, turn)} is not set` : turn === 'on' ? held(request.evidence) : undefined;
  return refusal === undefined ? { ...shown, possible: true } : { ...shown, possible: false, refusal };
}

function linesFor(one: Switchable, turn: Turn): readonly string[] {
  const host = hostOf(one.urls[turn]);
  const call = host === undefined ? [] : [`One POST to ${host}.`];
  if (turn === 'on') return [...call, `People can use ${one.name} again. If its tables or processes are not ready, it breaks again.`];
  const back =
    one.urls.on === undefined ? `No way back is configured: set ${variable(one, 'on')}.` : 'The way back is the button Switch on….';
  return [...call, `People lose ${one.name} until it is switched on again; the rest lives on.`, back];
}

/** The URL holds the credential: the command names the variable that has it. */
function command(one: Switchable, turn: Turn): string {
  return `curl -X POST "$${variable(one, turn)}"`;
}

function variable(one: Switchable, turn: Turn): string {
  return `FLAG_${one.name.toUpperCase().replaceAll('-', '_')}_${turn.toUpperCase()}_URL`;
}

function hostOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).host : undefined;
}

/** A changed table is not the end: processes older than the change still know the old one, and would fail again. */
function held(evidence: readonly Evidence[]): string | undefined {
  const findings = evidence.flatMap((e): readonly Finding[] => e.outcome.findings ?? []);
  const changes = findings.flatMap((f) => (f.kind === 'table' && f.changedAt ? [{ table: f.table, at: f.changedAt }] : []));
  const oldest = findings.flatMap((f) => (f.kind === 'rollout' && f.oldestPodStartedAt ? [f.oldestPodStartedAt] : [])).toSorted()[0];
  const newer = changes.filter((change) => oldest !== undefined && Date.parse(change.at) > Date.parse(oldest));
  return newer.length === 0
    ? undefined
    : `Pods are older than the change of ${newer.map((c) => c.table).join(', ')}: restart them first, else it fails again.`;
}

async function run(
  http: HttpKit,
  flags: readonly Switchable[],
  request: ActionRequest,
  shown: Preview,
  report: (line: string) => void,
  signal: AbortSignal,
): Promise<ActionResult> {
  const { one, turn } = wanted(flags, request);
  const url = one?.urls[turn];
  const refusal = turn === 'on' ? held(request.evidence) : undefined;
  if (!one || url === undefined || refusal !== undefined)
    return { status: 'refused', moved: false, text: refusal ?? shown.refusal ?? 'This feature is not set up.' };
  report(`asking ${hostOf(url) ?? 'the flag service'} to switch ${one.name} ${turn}`);
  try {
    const { status } = await http.request({ method: 'POST', url, maxBytes: 64 * 1024 }, signal);
    if (status < 200 || status > 299) return { status: 'failed', text: `The flag service answered ${status}.`, fix: shown.command };
  } catch (error) {
    if (error instanceof BadAnswer)
      return { status: 'failed', text: 'The flag service’s answer cannot be read: look there.', fix: shown.command };
    if (error instanceof HostDown) return { status: 'failed', text: 'The flag service did not answer.', fix: shown.command };
    throw error;
  }
  const other: Turn = turn === 'off' ? 'on' : 'off';
  const undo = one.urls[other] === undefined ? {} : { undo: command(one, other) };
  return {
    status: 'done',
    text: `${one.name} is switched ${turn}.`,
    links: [],
    live: { when: 'now' },
    switched: { flag: one.name, turn },
    ...undo,
  };
}

function verifyFlag(one: Switchable): Verification {
  const missing = (['off', 'on'] as const).filter((turn) => hostOf(one.urls[turn]) === undefined);
  const what = `flag ${one.name}`;
  if (missing.length === 0) return { what, ok: true, required: false, says: 'can be switched off and on' };
  const names = missing.map((turn) => variable(one, turn));
  return {
    what,
    ok: false,
    required: false,
    says: `${names.join(', ')} is not a URL`,
    fix: names.map((name) => `${name}=https://…`).join('\n'),
  };
}
