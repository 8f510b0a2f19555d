import type { Evidence, Finding } from '../evidence.ts';
import type { Incident, IncidentEvent } from '../incident.ts';

export interface TimelineRow {
  /** UTC ISO. */
  at: string;
  /** Slack user id, or undefined for the bot. */
  by?: string;
  text: string;
}

/** Every event that a reader of the review wants, oldest first. Facts only; who is told by id. */
export function timeline(incident: Incident): readonly TimelineRow[] {
  return incident.events.flatMap((event) => {
    const text = words(event);
    return text === undefined ? [] : [{ at: event.at, text, ...(event.by === undefined ? {} : { by: event.by }) }];
  });
}

function words(event: IncidentEvent): string | undefined {
  switch (event.type) {
    case 'opened':
      return `opened: ${event.title} (${event.alert.source})`;
    case 'alerted':
      return `alert ${event.alert.status}: ${event.alert.title}`;
    case 'looked':
      return lookWords(event.look, event.evidence);
    case 'judged':
      return judgedWords(event.diagnosis.verdict, event.diagnosis.hypotheses[0]?.cause);
    case 'noted':
      return `note: ${event.text}`;
    case 'pasted':
      return 'a text was pasted as evidence';
    case 'cause-refused':
      return 'the named cause was refused';
    case 'led':
      return 'took the lead';
    case 'severity-set':
      return `severity ${event.severity}`;
    case 'placed':
      return `channel ${event.place.name}`;
    case 'invited':
      return `invited ${event.users.join(', ') || 'nobody'}`;
    case 'posted':
      return event.kind === 'announcement' ? `announced: ${event.text.split('\n').slice(1).join(' ')}` : undefined;
    case 'look-asked':
      return 'asked for another look';
    case 'previewed':
      return `looked at the preview: ${event.preview.title}${event.preview.refusal ? ` (not possible: ${event.preview.refusal})` : ''}`;
    case 'confirmed':
      return `confirmed: ${event.preview.title}`;
    case 'action-progress':
      return event.line;
    case 'action-ended':
      return `${event.result.status}: ${event.result.text}`;
    case 'fix-elsewhere':
      return `changed outside of the bot: ${event.text}`;
    case 'told':
      return `told people: ${event.text}`;
    case 'recovery-judged':
      return `recovery: ${event.recovery.word}${event.recovery.says.length > 0 ? ` (${event.recovery.says.join('; ')})` : ''}`;
    case 'cause-confirmed':
      return event.right ? 'the named cause was right' : `the named cause was wrong${event.cause ? `; it was ${event.cause}` : ''}`;
    case 'resolved':
      return `resolved: ${event.fixedBy}${event.note ? `; ${event.note}` : ''}`;
    case 'closed':
      return `closed: ${event.why}`;
    case 'trouble':
      return `trouble: ${event.text}`;
    default:
      return undefined;
  }
}

/** The first look is told in full; later ones only where a check could not see. */
function lookWords(look: number, evidence: Evidence): string | undefined {
  const { outcome, check } = evidence;
  if (outcome.status === 'blind') return look === 1 ? `${check} could not see: ${outcome.why}` : undefined;
  if (look > 1) return undefined;
  if (outcome.status === 'quiet') return `${check}: nothing unusual`;
  const bad = outcome.findings.filter((f) => f.tone !== 'normal');
  return `${check}: ${bad.length} ${bad.length === 1 ? 'finding' : 'findings'} (${kindsOf(bad)})`;
}

function kindsOf(findings: readonly Finding[]): string {
  return [...new Set(findings.map((f) => f.kind))].join(', ');
}

function judgedWords(verdict: string, cause: string | undefined): string {
  if (verdict === 'cause') return `cause named: ${cause ?? ''}`;
  return verdict === 'healthy' ? 'nothing is wrong any more' : 'no cause found';
}

/** Seconds from the opening to each milestone, where it was reached. */
export interface Milestones {
  firstFact?: number;
  cause?: number;
  decision?: number;
  live?: number;
  recovered?: number;
}

export function milestones(incident: Incident): Milestones {
  const since = (iso: string | undefined) =>
    iso === undefined ? undefined : Math.max(0, Math.round((Date.parse(iso) - Date.parse(incident.openedAt)) / 1000));
  const reached = {
    firstFact: since(incident.history.find((e) => e.outcome.status !== 'blind')?.at),
    cause: since(incident.judged.find((j) => j.diagnosis.verdict === 'cause')?.at),
    decision: since(incident.actions[0]?.confirmedAt),
    live: since(incident.recoveries.find((r) => r.recovery.liveAt !== undefined)?.recovery.liveAt),
    recovered: since(incident.recoveries.find((r) => r.recovery.word === 'recovered')?.recovery.quietSince),
  };
  return Object.fromEntries(Object.entries(reached).filter(([, seconds]) => seconds !== undefined));
}
