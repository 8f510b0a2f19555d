import type { ActionRequest, ActionResult, Live, Preview } from './action.ts';
import type { Alert } from './alert.ts';
import type { Diagnosis, RemedyKind } from './diagnosis.ts';
import type { Bundle, Evidence } from './evidence.ts';
import type { Recovery } from './recovery.ts';

/** Where an incident lives: its own channel, or a thread of the announcement channel. */
export interface Place {
  channel: string;
  name: string;
  /** Set when the incident lives in a thread. */
  thread?: string;
  /** Why it is a thread, for the card. */
  why?: string;
}

export const severities = ['SEV1', 'SEV2', 'SEV3'] as const;
export type Sev = (typeof severities)[number];

/** A step that touches the outside is bracketed by `intended` and its done event; `key` names the one thing it does. */
export type IncidentEvent = { at: string; by?: string } & (
  | { type: 'opened'; number: number; title: string; alert: Alert; via?: { channel: string; user: string } }
  /** A further alert of the same key, or one gathered in a storm. `damped`: it flaps, and is no news. `more`: alerts like it since the one before, only counted. */
  | { type: 'alerted'; alert: Alert; damped?: true; more?: number }
  | { type: 'intended'; key: string }
  | { type: 'placed'; place: Place }
  | { type: 'invited'; users: readonly string[]; failed: readonly string[] }
  | { type: 'card-posted'; ts: string }
  /** A message beside the card: a push line, a thread detail, a reminder, an announcement. `key` makes it happen once. */
  | { type: 'posted'; key: string; kind: 'push' | 'thread' | 'reminder' | 'announcement' | 'file'; ts: string; text: string }
  | { type: 'look-started'; look: number; lean: boolean; asked: readonly string[] }
  | { type: 'looked'; look: number; evidence: Evidence }
  | { type: 'look-ended'; look: number }
  | { type: 'judged'; diagnosis: Diagnosis }
  | { type: 'noted'; text: string }
  | { type: 'pasted'; evidence: Evidence }
  | { type: 'cause-refused'; rule: string }
  | { type: 'led'; user: string }
  | { type: 'severity-set'; severity: Sev }
  | { type: 'previewed'; request: ActionRequest; preview: Preview }
  | { type: 'confirmed'; action: string; request: ActionRequest; preview: Preview }
  | { type: 'action-started'; action: string }
  | { type: 'action-progress'; action: string; line: string }
  | { type: 'action-ended'; action: string; result: ActionResult }
  | { type: 'fix-elsewhere'; text: string; live: Live }
  | { type: 'recovery-judged'; recovery: Recovery }
  | { type: 'told'; text: string; nextAt: string }
  | { type: 'cause-confirmed'; right: boolean; cause: string }
  /** An ended incident that looks like this one, with what fixed it then. */
  | { type: 'recalled'; number: number; title: string; on: string; fixedBy: string }
  | { type: 'resolved'; fixedBy: string; note: string }
  | { type: 'closed'; why: string }
  | { type: 'look-asked' }
  | { type: 'trouble'; text: string; fix: string }
);

/** One action of an incident, folded. */
export interface Acted {
  id: string;
  kind: RemedyKind;
  by: string;
  request: ActionRequest;
  preview: Preview;
  confirmedAt: string;
  startedAt?: string;
  progress: readonly { at: string; line: string }[];
  endedAt?: string;
  result?: ActionResult;
}

/** The folded journal: everything the card, the plan and the review are computed from. */
export interface Incident {
  id: string;
  number: number;
  version: number;
  title: string;
  openedAt: string;
  alert: Alert;
  /** Further alerts, oldest first. */
  alerts: readonly Alert[];
  reporter?: string;
  via?: { channel: string; user: string };
  place?: Place;
  invited?: readonly string[];
  card?: string;
  posted: Readonly<Record<string, { ts: string; at: string; kind: string; text: string }>>;
  intended: readonly string[];
  lead?: string;
  severity: Sev;
  severityBy?: string;
  looks: readonly {
    look: number;
    lean: boolean;
    startedAt: string;
    endedAt?: string;
    asked: readonly string[];
    answered: readonly string[];
  }[];
  /** Newest answer of each check, in order of first answer; pasted texts and notes as checks `paste-<n>` and `note-<n>`. */
  evidence: readonly Evidence[];
  /** Every answer, oldest first: for recovery, the timeline, "what changed". */
  history: readonly Evidence[];
  diagnosis?: Diagnosis;
  /** Every judgement that differed from the one before. */
  judged: readonly { at: string; diagnosis: Diagnosis }[];
  refusedCauses: readonly string[];
  previews: Readonly<Record<string, { request: ActionRequest; preview: Preview; at: string }>>;
  actions: readonly Acted[];
  fixedElsewhere?: { at: string; text: string; live: Live };
  recovery?: Recovery;
  recoveries: readonly { at: string; recovery: Recovery }[];
  told?: { at: string; text: string; nextAt: string };
  causeConfirmed?: { right: boolean; cause: string; by?: string };
  recalled?: { number: number; title: string; on: string; fixedBy: string };
  resolved?: { at: string; by?: string; fixedBy: string; note: string };
  closed?: { at: string; why: string };
  lookAskedAt?: string;
  troubles: readonly { at: string; text: string; fix: string }[];
  events: readonly IncidentEvent[];
}

const severityOf: Record<Alert['severity'], Sev> = { critical: 'SEV1', high: 'SEV2', medium: 'SEV3', low: 'SEV3', unknown: 'SEV3' };

/** State is a fold of the journal. Throws when the first event is not `opened`: such a journal is not ours. */
export function fold(id: string, events: readonly IncidentEvent[]): Incident {
  const [first, ...rest] = events;
  if (first?.type !== 'opened') throw new Error(`incident ${id} does not begin with "opened"`);
  const start: Incident = {
    id,
    number: first.number,
    version: 1,
    title: first.title,
    openedAt: first.at,
    alert: first.alert,
    alerts: [],
    ...(first.by === undefined ? {} : { reporter: first.by }),
    ...(first.via === undefined ? {} : { via: first.via }),
    posted: {},
    intended: [],
    severity: severityOf[first.alert.severity],
    looks: [],
    evidence: [],
    history: [],
    judged: [],
    refusedCauses: [],
    previews: {},
    actions: [],
    recoveries: [],
    troubles: [],
    events,
  };
  return { ...rest.reduce(apply, start), version: events.length, events };
}

/** The incident after more events: what `fold` of all of them gives, without going through the old ones again. */
export function foldMore(was: Incident, more: readonly IncidentEvent[]): Incident {
  const events = [...was.events, ...more];
  return { ...more.reduce(apply, was), version: events.length, events };
}

function apply(was: Incident, event: IncidentEvent): Incident {
  switch (event.type) {
    case 'opened':
      return was;
    case 'alerted':
      return { ...was, alerts: [...was.alerts, event.alert] };
    case 'intended':
      return { ...was, intended: [...was.intended, event.key] };
    case 'placed':
      return { ...was, place: event.place };
    case 'invited':
      return { ...was, invited: event.users };
    case 'card-posted':
      return { ...was, card: event.ts };
    case 'posted':
      return { ...was, posted: { ...was.posted, [event.key]: { ts: event.ts, at: event.at, kind: event.kind, text: event.text } } };
    case 'look-started':
      return {
        ...was,
        looks: [...was.looks, { look: event.look, lean: event.lean, startedAt: event.at, asked: event.asked, answered: [] }],
      };
    case 'looked':
      return {
        ...was,
        evidence: replaced(was.evidence, event.evidence),
        history: [...was.history, event.evidence],
        looks: was.looks.map((l) => (l.look === event.look ? { ...l, answered: [...l.answered, event.evidence.check] } : l)),
      };
    case 'look-ended':
      return { ...was, looks: was.looks.map((l) => (l.look === event.look ? { ...l, endedAt: event.at } : l)) };
    case 'judged':
      return { ...was, diagnosis: event.diagnosis, judged: [...was.judged, { at: event.at, diagnosis: event.diagnosis }] };
    case 'noted':
      return { ...was, evidence: [...was.evidence, noteEvidence(event, was.evidence)] };
    case 'pasted':
      return { ...was, evidence: [...was.evidence, { ...event.evidence, check: `paste-${count(was.evidence, 'paste-') + 1}` }] };
    case 'cause-refused':
      return { ...was, refusedCauses: [...was.refusedCauses, event.rule] };
    case 'led':
      return { ...was, lead: event.user };
    case 'severity-set':
      return { ...was, severity: event.severity, ...(event.by === undefined ? {} : { severityBy: event.by }) };
    case 'previewed':
      return {
        ...was,
        previews: { ...was.previews, [event.request.id]: { request: event.request, preview: event.preview, at: event.at } },
      };
    case 'confirmed':
      return was.actions.some((a) => a.id === event.action) ? was : { ...was, actions: [...was.actions, confirmed(event)] };
    case 'action-started':
      return withAction(was, event.action, (a) => ({ ...a, startedAt: event.at }));
    case 'action-progress':
      return withAction(was, event.action, (a) => ({ ...a, progress: [...a.progress, { at: event.at, line: event.line }] }));
    case 'action-ended':
      return withAction(was, event.action, (a) => ({ ...a, endedAt: event.at, result: event.result }));
    case 'fix-elsewhere':
      return { ...was, fixedElsewhere: { at: event.at, text: event.text, live: event.live } };
    case 'recovery-judged':
      return { ...was, recovery: event.recovery, recoveries: [...was.recoveries, { at: event.at, recovery: event.recovery }] };
    case 'told':
      return { ...was, told: { at: event.at, text: event.text, nextAt: event.nextAt } };
    case 'cause-confirmed':
      return { ...was, causeConfirmed: { right: event.right, cause: event.cause, ...(event.by === undefined ? {} : { by: event.by }) } };
    case 'recalled':
      return { ...was, recalled: { number: event.number, title: event.title, on: event.on, fixedBy: event.fixedBy } };
    case 'resolved':
      return {
        ...was,
        resolved: { at: event.at, fixedBy: event.fixedBy, note: event.note, ...(event.by === undefined ? {} : { by: event.by }) },
      };
    case 'closed':
      return { ...was, closed: { at: event.at, why: event.why } };
    case 'look-asked':
      return { ...was, lookAskedAt: event.at };
    case 'trouble':
      return { ...was, troubles: [...was.troubles, { at: event.at, text: event.text, fix: event.fix }] };
    default:
      return ofNewerVersion(was, event);
  }
}

/** While versions replace each other one process at a time, the older reads what the newer wrote: carried along, without meaning here. */
function ofNewerVersion(was: Incident, _event: never): Incident {
  return was;
}

function confirmed(event: Extract<IncidentEvent, { type: 'confirmed' }>): Acted {
  const { action: id, request, preview } = event;
  return { id, kind: request.kind, by: request.by.id, request, preview, confirmedAt: event.at, progress: [] };
}

function withAction(was: Incident, id: string, change: (acted: Acted) => Acted): Incident {
  return { ...was, actions: was.actions.map((a) => (a.id === id ? change(a) : a)) };
}

function replaced(all: readonly Evidence[], one: Evidence): readonly Evidence[] {
  return all.some((e) => e.check === one.check) ? all.map((e) => (e.check === one.check ? one : e)) : [...all, one];
}

function count(all: readonly Evidence[], prefix: string): number {
  return all.filter((e) => e.check.startsWith(prefix)).length;
}

function noteEvidence(event: { at: string; by?: string; text: string }, all: readonly Evidence[]): Evidence {
  const note = {
    kind: 'note',
    text: event.text,
    at: event.at,
    tone: 'normal',
    ...(event.by === undefined ? {} : { by: event.by }),
  } as const;
  return { check: `note-${count(all, 'note-') + 1}`, at: event.at, tookMs: 0, outcome: { status: 'found', findings: [note] } };
}

/** Until a person sets it or an alert says it, the severity is only a default. */
export function isSeverityKnown({ severityBy, alert }: Incident): boolean {
  return severityBy !== undefined || alert.severity !== 'unknown';
}

/** The evidence bundle of an incident: what `diagnose` reads and what is kept. */
export function bundleOf(incident: Incident): Bundle {
  const onset = onsetOf(incident.history.length > 0 ? incident.history : incident.evidence);
  return {
    version: 1,
    ...(incident.alert.service ? { service: incident.alert.service } : {}),
    ...(onset === undefined ? {} : { onset }),
    openedAt: incident.openedAt,
    alert: incident.alert,
    evidence: incident.evidence,
  };
}

/**
 * The onset as it was seen first: the history comes oldest first, and a window that moves on may find another rise later. Of one look's trackers the
 * earliest counts.
 */
export function onsetOf(history: readonly Evidence[]): string | undefined {
  const first = history.findIndex((evidence) => onsetsIn(evidence).length > 0);
  const look = history.slice(Math.max(first, 0)).filter((evidence) => history[first] && near(evidence.at, history[first].at));
  return first < 0 ? undefined : look.flatMap(onsetsIn).toSorted()[0];
}

/** Answers within this time are of one look: its longest budget, doubled. */
const ONE_LOOK_MS = 20_000;

function near(one: string, other: string): boolean {
  return Math.abs(Date.parse(one) - Date.parse(other)) <= ONE_LOOK_MS;
}

function onsetsIn(evidence: Evidence): readonly string[] {
  return (evidence.outcome.findings ?? []).flatMap((f) => (f.kind === 'error-rate' && f.onset ? [f.onset] : []));
}
