import { brief } from '../../core/brief/brief.ts';
import type { Desk, Form, Reply } from '../../core/channels.ts';
import { type Command, helpText, parseCommand } from '../../core/commands.ts';
import { escapeMrkdwn, oneLine } from '../../core/escape.ts';
import type { Incident } from '../../core/incident.ts';
import { mrkdwn } from '../../core/mrkdwn.ts';
import type { Unstamped } from '../record.ts';
import { click } from './click.ts';
import { type Context, heardOnce, incidentAt, openIncidents } from './context.ts';
import { declareForm } from './forms.ts';
import { declare, wordKey } from './open.ts';
import { pasted } from './paste.ts';
import { scoreboard } from './scoreboard.ts';

type Said = Parameters<Desk['command']>[0];

export async function command(context: Context, said: Said): Promise<Reply> {
  const here = await incidentAt(context, said.channel);
  const asked = parseCommand(said.text, { insideIncident: here !== undefined });
  switch (asked.verb) {
    case 'help':
      return { text: helpText({ insideIncident: here !== undefined }) };
    case 'list':
      return { text: await scoreboard(context) };
    case 'doctor':
      return { form: { ...doctorForm, lines: ['Asking every source …'] }, later: () => doctor(context) };
    case 'status':
      return { text: await status(context, here) };
    case 'here':
      return { text: `${await status(context, here)}\n${helpText({ insideIncident: true })}` };
    case 'form':
      return { form: { ...declareForm, meta: said.channel } };
    case 'declare':
      return declareOrJoin(context, asked.title, said);
    case 'ask':
      return here
        ? { form: joinForm([here], asked.text, said.channel, `A note for #${here.number}`) }
        : declareOrJoin(context, asked.text, said);
    default:
      return here ? inIncident(context, here, asked, said) : elsewhere(asked);
  }
}

/** Verbs that are the card's buttons in words. */
type Button = Exclude<Command, { verb: 'help' | 'list' | 'doctor' | 'status' | 'here' | 'form' | 'declare' | 'ask' }>;

async function inIncident(context: Context, incident: Incident, asked: Button, said: Said): Promise<Reply> {
  const text = 'text' in asked ? asked.text : '';
  const at = context.tools.clock.now().toISOString();
  if (asked.verb === 'assign') return assigned(context, incident, said, asked.user);
  if (asked.verb === 'grade') {
    const { severity } = asked;
    return recorded(context, incident, said, [{ type: 'severity-set', by: said.user, severity }], `${severity} now.`);
  }
  if (text && asked.verb === 'note') return recorded(context, incident, said, [{ type: 'noted', by: said.user, text }], 'Noted.');
  if (text && asked.verb === 'paste') {
    return recorded(context, incident, said, pasted('guess', text, at, said.user), 'Read; the card says what I make of it.');
  }
  const reply = await click(context, {
    action: asked.verb,
    value: incident.id,
    user: said.user,
    channel: said.channel,
    trigger: said.trigger,
    id: said.trigger,
  });
  return text && reply.form ? { ...reply, form: withText(reply.form, text) } : reply;
}

/** Whoever gets the lead is brought in and told: the card's edit would not reach them. */
async function assigned(context: Context, incident: Incident, said: Said, user: string): Promise<Reply> {
  const reply = await recorded(context, incident, said, [{ type: 'led', by: said.user, user }], `<@${user}> leads now.`);
  const { channels, log } = context.tools;
  const { place } = incident;
  if (!place || place.thread || user === said.user) return reply;
  const text = `<@${said.user}> gave you the lead of #${incident.number}.`;
  await channels
    .invite(place, [user])
    .then(() => channels.whisper(place.channel, user, { key: `led:${said.trigger}`, text }))
    .catch((error: unknown) => log.warn(`incident ${incident.number}: the new lead could not be told`, { error: String(error) }));
  return reply;
}

async function recorded(
  { records, walker }: Context,
  incident: Incident,
  said: Said,
  events: readonly Unstamped[],
  text: string,
): Promise<Reply> {
  await records.append(incident.id, () => events, heardOnce(said.trigger));
  await walker.poke(incident.id);
  return { text };
}

/** `/incident tell we are on it` opens the form with those words in it. */
function withText(form: Form, text: string): Form {
  const field = form.fields.find((f) => f.name === 'text' || f.name === 'fixedBy');
  return { ...form, fields: form.fields.map((f) => (f === field ? { ...f, value: text.slice(0, f.max ?? 3000) } : f)) };
}

function elsewhere({ verb }: Command): Reply {
  return { text: `"/incident ${verb}" works inside an incident's channel. /incident list shows the open ones.` };
}

/** Anyone may declare. Is something open already, joining it is offered first. */
async function declareOrJoin(context: Context, text: string, said: Said): Promise<Reply> {
  const open = (await openIncidents(context)).filter((i) => !i.resolved);
  const heard = open.find((i) => i.alert.key === wordKey(said.trigger));
  if (heard) return { text: `Opened #${heard.number}. Its channel comes in a moment.` };
  if (open.length > 0) return { form: joinForm(open, text, said.channel, `Join #${open[0]?.number}`) };
  const { incident } = await declare(context, { text, user: said.user, channel: said.channel, id: said.trigger });
  return { text: `Opened #${incident.number}. Its channel comes in a moment.` };
}

/** Slack: private_metadata takes 3,000 characters, a select 100 options of 75. */
function joinForm(open: readonly Incident[], title: string, channel: string, first: string): Form {
  const options = open
    .slice(0, 20)
    .map((i, at) => ({ value: i.id, text: at === 0 ? first.slice(0, 75) : `Join #${i.number} ${i.title}`.slice(0, 75) }));
  return {
    name: 'join',
    title: 'New, or the same?',
    meta: `${channel}|${title}`.slice(0, 2900),
    submit: 'Go on',
    lines: open.slice(0, 5).map((i) => `#${i.number} ${i.title} is open.`),
    fields: [
      {
        name: 'which',
        label: 'What you see',
        kind: 'choice',
        options: [...options, { value: 'new', text: 'Something else: open a new incident' }],
        value: options[0]?.value ?? 'new',
      },
    ],
  };
}

async function status(context: Context, here: Incident | undefined): Promise<string> {
  const { tools } = context;
  if (here) return mrkdwn([brief(here, tools.clock.now().toISOString(), tools.setup).text]);
  const open = await openIncidents(context);
  if (open.length === 0) return 'Nothing is open. /incident <what is broken> opens an incident.';
  return open.map((i) => `#${i.number} ${escapeMrkdwn(oneLine(i.title))} ${i.place ? `<#${i.place.channel}>` : ''}`).join('\n');
}

const doctorForm: Form = { name: 'shown', title: 'Doctor', meta: '', lines: [], fields: [] };

async function doctor({ tools }: Context): Promise<Form> {
  const lines = await tools.doctor();
  return {
    ...doctorForm,
    lines: lines.map((v) => `${v.ok ? '✔' : v.required ? '✘' : '·'} ${v.what}: ${v.says}${v.fix && !v.ok ? `\n${v.fix}` : ''}`),
  };
}
