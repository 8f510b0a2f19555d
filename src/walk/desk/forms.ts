import type { Preview } from '../../core/action.ts';
import { causeActedOn } from '../../core/brief/phase.ts';
import type { Form } from '../../core/channels.ts';
import type { Incident } from '../../core/incident.ts';

/** Slack: a plain_text_input takes 3,000 characters. */
const LONG = 3000;
const NEXT_UPDATE_MINUTES = 30;

export const declareForm: Form = {
  name: 'declare',
  title: 'What is broken?',
  meta: '',
  submit: 'Open a channel',
  lines: ['A channel opens, and I look at everything at once.'],
  fields: [{ name: 'title', label: 'In a few words', kind: 'text', max: 140, hint: 'checkout is down' }],
};

export function severityForm(incident: Incident): Form {
  const options = [
    { value: 'SEV1', text: 'SEV1: down for most' },
    { value: 'SEV2', text: 'SEV2: broken for many' },
    { value: 'SEV3', text: 'SEV3: degraded, or for a few' },
  ];
  return {
    name: 'severity',
    title: 'Severity',
    meta: incident.id,
    submit: 'Set',
    lines: ['Unsure between two? Take the higher one.'],
    fields: [{ name: 'severity', label: 'Severity', kind: 'choice', options, value: incident.severity }],
  };
}

export function pasteForm(incident: Incident): Form {
  const options = [
    { value: 'guess', text: 'guess what it is' },
    { value: 'pod_log', text: 'log of a pod or CI job' },
    { value: 'pod_status', text: 'kubectl describe / get' },
    { value: 'exception', text: 'exception or app log' },
    { value: 'db_log', text: 'database log' },
    { value: 'processlist', text: 'process list' },
  ];
  return {
    name: 'paste',
    title: 'Paste a log',
    meta: incident.id,
    submit: 'Read it',
    lines: ['I judge it as evidence of this incident. SQL values and secrets are not shown.'],
    fields: [
      { name: 'text', label: 'Text', kind: 'long', max: LONG },
      { name: 'kind', label: 'What is it?', kind: 'choice', options, value: 'guess' },
    ],
  };
}

export function noteForm(incident: Incident): Form {
  return {
    name: 'note',
    title: 'I know something',
    meta: incident.id,
    submit: 'Note it',
    lines: ['It goes into the timeline, and into the evidence.'],
    fields: [{ name: 'text', label: 'What do you know?', kind: 'long', max: LONG }],
  };
}

export function tellForm(incident: Incident, now: Date): Form {
  const next = new Date(now.getTime() + NEXT_UPDATE_MINUTES * 60_000).toISOString().slice(11, 16);
  const doing = incident.actions.some((a) => a.result?.status === 'done') ? 'A fix is on its way.' : 'We are working on it.';
  const state = incident.recovery?.word === 'recovered' ? 'It works again; we keep watching.' : doing;
  return {
    name: 'tell',
    title: 'Tell people',
    meta: incident.id,
    submit: 'Post',
    lines: ['Plain words for support and management. One announcement, edited each time.'],
    fields: [{ name: 'text', label: 'Message', kind: 'long', max: LONG, value: `${incident.title}. ${state} Next update by ${next} UTC.` }],
  };
}

export function resolveForm(incident: Incident): Form {
  const cause = causeActedOn(incident)?.cause;
  const options = [
    { value: 'yes', text: 'yes' },
    { value: 'no', text: 'no' },
    { value: 'unsure', text: 'not sure' },
  ];
  const done = incident.actions.findLast((a) => a.result?.status === 'done');
  return {
    name: 'resolve',
    title: 'Resolve',
    meta: incident.id,
    submit: 'Resolve',
    lines: [cause ? `Named cause: ${cause}` : 'No cause was named.'],
    fields: [
      {
        name: 'fixedBy',
        label: 'What fixed it?',
        kind: 'text',
        max: 300,
        optional: true,
        value: done ? (done.result?.status === 'done' ? done.result.text : '').slice(0, 300) : '',
      },
      ...(cause ? [{ name: 'right', label: 'Was the named cause right?', kind: 'choice', options, value: 'unsure' } as const] : []),
      { name: 'note', label: cause ? 'If not: what was it?' : 'What was it, as far as you know?', kind: 'long', max: LONG, optional: true },
    ],
  };
}

export function wrongCauseForm(incident: Incident): Form {
  return {
    name: 'wrong-cause',
    title: 'What was it?',
    meta: incident.id,
    submit: 'Note it',
    lines: ['It goes into the review, and keeps what I named out of the runbook.'],
    fields: [{ name: 'text', label: 'In a few words, as far as you know', kind: 'text', max: 200 }],
  };
}

/** Slack: a select takes 100 options of 75 characters, private_metadata 3,000. */
export function chooseForm(
  incident: Incident,
  asked: {
    kind: string;
    title: string;
    choice: Readonly<Record<string, string>>;
    choose: NonNullable<Preview['choose']>;
    lines: readonly string[];
  },
): Form {
  const { kind, title, choice, choose, lines } = asked;
  const options = choose.options
    .slice(0, 100)
    .map(({ value, text }) => ({ value, text: text.length > 75 ? `${text.slice(0, 74)}…` : text }));
  return {
    name: 'choose',
    title,
    meta: JSON.stringify({ incident: incident.id, kind, choice }),
    submit: 'Go on',
    lines,
    fields: [{ name: choose.field, label: choose.label, kind: 'choice', options, value: options[0]?.value ?? '' }],
  };
}
