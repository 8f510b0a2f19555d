/** `/incident …`, read. Pure: where it was typed decides, who typed it does not. */
import { clip, oneLine } from './escape.ts';
import { type Sev, severities } from './incident.ts';

/** What was said. `here` and `form` are the command alone, inside and outside an incident's channel. */
export type Command =
  | { verb: 'declare'; title: string }
  /** Free text in an incident's channel: a new incident, or a note? */
  | { verb: 'ask'; text: string }
  | { verb: 'form' }
  | { verb: 'here' }
  | { verb: BareVerb }
  | { verb: TextVerb; text: string }
  /** Another person leads: a Slack user id. */
  | { verb: 'assign'; user: string }
  | { verb: 'grade'; severity: Sev };

const bareVerbs = ['help', 'status', 'list', 'revert', 'look', 'lead', 'severity', 'doctor'] as const;
const textVerbs = ['note', 'paste', 'tell', 'resolve'] as const;
type BareVerb = (typeof bareVerbs)[number];
type TextVerb = (typeof textVerbs)[number];

/** A channel's title, a card's head: longer tells nobody more. */
const TITLE_MAX = 150;

/**
 * A word is a verb only alone, or, for note, paste, tell and resolve, as the first word inside an incident's channel.
 * Everything else declares: "status page is down" is an outage, not a question.
 */
export function parseCommand(text: string, where: { insideIncident: boolean }): Command {
  const said = text.trim();
  if (said === '') return where.insideIncident ? { verb: 'here' } : { verb: 'form' };
  const [first = ''] = said.split(/\s/, 1);
  const word = first.toLowerCase();
  const rest = said.slice(first.length).trim();
  const bare = bareVerbs.find((verb) => verb === word);
  if (bare && rest === '') return { verb: bare };
  const exact = where.insideIncident ? exactly(word, rest) : undefined;
  if (exact) return exact;
  const withText = textVerbs.find((verb) => verb === word);
  if (withText && (rest === '' || where.insideIncident)) return { verb: withText, text: rest };
  return where.insideIncident ? { verb: 'ask', text: said } : { verb: 'declare', title: declaredTitle(said) };
}

/** `lead @sam` and `severity 2`, and nothing looser: "lead time is huge" and "severity is wrong" are words about the incident. */
function exactly(word: string, rest: string): Command | undefined {
  const user = word === 'lead' ? /^<@([UW][A-Z0-9]+)(?:\|[^<>|]*)?>$/.exec(rest)?.[1] : undefined;
  if (user !== undefined) return { verb: 'assign', user };
  const level = word === 'severity' ? /^(?:sev-?)?([123])$/i.exec(rest)?.[1] : undefined;
  const severity = severities.find((one) => one === `SEV${level}`);
  return severity && { verb: 'grade', severity };
}

/** Slack writes mentions and links as `<@U1|sam>`, `<#C1|ops>`, `<https://…|text>`: a title shows what the person saw. */
export function declaredTitle(text: string): string {
  const seen = text
    .slice(0, 3000)
    .replace(/<@[UW][A-Z0-9]+\|([^<>|]+)>/g, '@$1')
    .replace(/<#C[A-Z0-9]+\|([^<>|]+)>/g, '#$1')
    .replace(/<![^<>|]+\|([^<>|]+)>/g, '$1')
    .replace(/<https?:\/\/[^<>|]+\|([^<>|]+)>/g, '$1')
    .replace(/<(https?:\/\/[^<>|]+)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
  return clip(oneLine(seen), TITLE_MAX) || 'Incident';
}

const everywhere = [
  '`/incident checkout is down` opens an incident at once, `/incident` alone asks for more',
  '`/incident list` shows the open incidents and how often I was right',
  '`/incident doctor` checks what I can see and says how to mend the rest',
];

const inside = [
  '`/incident status` what is known now, only for you',
  '`/incident lead` you lead; `/incident lead @sam` gives the lead to somebody',
  '`/incident severity 2` sets it; alone it opens a form',
  '`/incident look` look again now',
  '`/incident revert` the preview of a revert; nothing happens before you confirm',
  '`/incident note …` what you know becomes evidence',
  '`/incident paste …` a log or a process list; alone it opens a form',
  '`/incident tell …` tells people outside of this channel',
  '`/incident resolve …` ends the incident: what fixed it?',
];

export function helpText(where: { insideIncident: boolean }): string {
  const lines = where.insideIncident ? [...inside, ...everywhere] : [...everywhere, 'In an incident’s channel also:', ...inside];
  return lines.join('\n');
}
