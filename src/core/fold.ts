import type { Alert } from './alert.ts';
import type { Evidence } from './evidence.ts';
import type { Acted, Incident, IncidentEvent, Sev } from './incident.ts';

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
