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
