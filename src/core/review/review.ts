import type { Diagnosis } from '../diagnosis.ts';
import { oneLine, stripControls } from '../escape.ts';
import type { ErrorGroup } from '../evidence.ts';
import { type Incident, isSeverityKnown, onsetOf } from '../incident.ts';
import { redact } from '../redact.ts';
import { duration, secondsBetween } from '../words.ts';
import { escapeMarkdown } from './markdown.ts';
import { milestones, timeline } from './timeline.ts';

/**
 * The review document, in Markdown: what a journal can know. What only people know (lessons, owners) is left as an empty list with its question.
 * Redacted as a whole: it leaves the bot as a file.
 */
export function review(incident: Incident): string {
  const diagnosis = decisive(incident);
  return redact(
    [
      `# Review of #${incident.number}: ${line(incident.title)}`,
      section('Summary', summary(incident, diagnosis)),
      section('Impact', impact(incident)),
      section('Cause', cause(diagnosis)),
      section('Times', times(incident)),
      section('Timeline (UTC)', timelineTable(incident)),
      section('What went well', wentWell(incident)),
      section('What could not be seen', blind(incident)),
      section('Follow-ups', followUps(diagnosis)),
      section('Lessons', ['- What did we learn?', '- Where were we lucky?', '- What should have told us earlier?']),
    ].join('\n\n'),
  );
}

/** The judgement that was acted on, else the last one. */
export function decisive(incident: Incident): Diagnosis | undefined {
  const first = incident.actions.find((a) => a.result?.status === 'done')?.confirmedAt;
  const before = first === undefined ? undefined : incident.judged.findLast((j) => j.at <= first)?.diagnosis;
  return before ?? incident.judged.findLast((j) => j.diagnosis.verdict === 'cause')?.diagnosis ?? incident.diagnosis;
}

function section(title: string, lines: readonly string[]): string {
  return `## ${title}\n\n${lines.length > 0 ? lines.join('\n') : 'Nothing recorded.'}`;
}

/** Redacted before it is escaped: a backslash inside a token would hide it from every pattern. */
const line = (text: string) => escapeMarkdown(redact(oneLine(stripControls(text))));

const revertWords = { helps: 'Yes.', useless: 'No.', harmful: 'No, it would have done harm.', unknown: 'Not known.' } as const;

/** `2026-11-24 03:04 UTC`: seconds are in the timeline. */
function minute(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}

function lasted(incident: Incident): readonly string[] {
  const onset = onsetOf(incident.history);
  const until = incident.recovery?.word === 'recovered' ? incident.recovery.quietSince : undefined;
  if (onset === undefined) return [];
  return [
    `- Errors began ${minute(onset)}${until === undefined ? '' : `, ended ${minute(until)}: ${duration(secondsBetween(onset, until))}`}`,
  ];
}

function summary(incident: Incident, diagnosis: Diagnosis | undefined): readonly string[] {
  const { resolved, recovery } = incident;
  const severity = isSeverityKnown(incident) ? incident.severity : 'severity not set';
  return [
    `- Opened ${minute(incident.openedAt)} by ${incident.reporter ?? `an alert of ${incident.alert.source}`}; ${severity}; lead: ${incident.lead ?? 'nobody'}`,
    ...lasted(incident),
    `- Cause: ${line(diagnosis?.hypotheses[0]?.cause ?? 'not found')}${confirmedWords(incident)}`,
    `- Would a revert have helped? ${line(diagnosis ? `${revertWords[diagnosis.revert]} ${diagnosis.why}` : 'Not known.')}`,
    `- Recovery: ${recovery?.word.replaceAll('-', ' ') ?? 'not judged, nothing was done through the bot'}`,
    ...(resolved
      ? [
          `- Resolved ${minute(resolved.at)}${resolved.by ? ` by ${resolved.by}` : ''}: ${line(resolved.fixedBy)}${resolved.note ? ` (${line(resolved.note)})` : ''}`,
        ]
      : []),
  ];
}

function confirmedWords(incident: Incident): string {
  const said = incident.causeConfirmed;
  if (!said) return '';
  return said.right ? ' (people say: right)' : ` (people say: wrong${said.cause ? `; it was ${line(said.cause)}` : ''})`;
}

function impact(incident: Incident): readonly string[] {
  const groups = new Map<string, ErrorGroup>();
  for (const evidence of incident.history) {
    for (const finding of evidence.outcome.findings ?? []) {
      if (finding.kind !== 'error-group' || finding.tone === 'normal') continue;
      const key = `${finding.title} ${finding.transaction ?? ''}`;
      const was = groups.get(key);
      if (!was || (finding.count ?? 0) > (was.count ?? 0)) groups.set(key, finding);
    }
  }
  const rows = [...groups.values()].toSorted((a, b) => (b.count ?? 0) - (a.count ?? 0)).slice(0, 20);
  if (rows.length === 0) return [];
  return [
    '| error | route or job | count | users | share of the route |',
    '|---|---|---|---|---|',
    ...rows.map((g) => `| ${line(g.title)} | ${line(g.transaction ?? '')} | ${g.count ?? ''} | ${g.users ?? ''} | ${routeShare(g)} |`),
  ];
}

/** Of its requests where the tracker counts them, else of its errors. */
function routeShare({ transactionShare: requests, transactionErrorShare: errors }: ErrorGroup): string {
  if (requests !== undefined) return `${Math.round(requests * 100)} %`;
  return errors === undefined ? '' : `${errors < 1 ? '≥ ' : ''}${Math.round(errors * 100)} % of its errors`;
}

function cause(diagnosis: Diagnosis | undefined): readonly string[] {
  const best = diagnosis?.hypotheses[0];
  if (!best) return ['No cause was found.'];
  return [
    ...best.chain.map((link, at) => `${at + 1}. ${line(link)}`),
    '',
    'Seen by:',
    ...best.because.map((reason) => `- ${line(reason.text)} (${line(`${reason.from.check}, ${reason.from.kind}`)})`),
    ...(best.against.length > 0 ? ['', 'Against it:', ...best.against.map((text) => `- ${line(text)}`)] : []),
  ];
}

function times(incident: Incident): readonly string[] {
  const names = { firstFact: 'first fact', cause: 'cause named', decision: 'decision', live: 'fix live', recovered: 'recovered' };
  const reached = milestones(incident);
  return Object.entries(names).flatMap(([key, name]) => {
    const seconds = reached[key as keyof typeof names];
    return seconds === undefined
      ? []
      : [`- ${name}: ${seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`} after the opening`];
  });
}

function timelineTable(incident: Incident): readonly string[] {
  return [
    '| time | who | what |',
    '|---|---|---|',
    ...timeline(incident).map((row) => `| ${row.at.slice(11, 19)} | ${row.by ?? 'bot'} | ${line(row.text)} |`),
  ];
}

function wentWell(incident: Incident): readonly string[] {
  const reached = milestones(incident);
  return [
    ...(reached.cause === undefined ? [] : [`- The cause was named ${reached.cause} s after the opening.`]),
    ...incident.actions.filter((a) => a.result?.status === 'done').map((a) => `- ${line(a.preview.title)}: ${line(a.result?.text ?? '')}`),
  ];
}

function blind(incident: Incident): readonly string[] {
  const seen = new Map<string, string>();
  for (const { check, outcome } of incident.history) if (outcome.status === 'blind') seen.set(`${check}: ${outcome.why}`, outcome.fix);
  return [...seen].map(([what, fix]) => `- ${line(what)}. Fix: ${line(fix)}`);
}

/** The order in which the code may come back is part of the hypothesis' next steps. */
function followUps(diagnosis: Diagnosis | undefined): readonly string[] {
  return (diagnosis?.hypotheses[0]?.next ?? diagnosis?.next ?? []).map((step, at) => `${at + 1}. ${line(step)}`);
}
