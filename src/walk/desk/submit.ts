import type { Desk, Reply } from '../../core/channels.ts';
import { severities } from '../../core/incident.ts';
import { isRecord } from '../../core/is-record.ts';
import { saveRunbook } from '../learn.ts';
import type { Unstamped } from '../record.ts';
import { type Context, goneReply, heardOnce, incidentOf } from './context.ts';
import { declare } from './open.ts';
import { pasted } from './paste.ts';
import { confirm, previewReply } from './preview.ts';

type Said = Parameters<Desk['submit']>[0];

const NEXT_UPDATE_MS = 30 * 60_000;

/** Every form. `meta` names the incident. */
export async function submit(context: Context, said: Said): Promise<Reply> {
  switch (said.form) {
    case 'declare':
      return declared(context, said);
    case 'join':
      return joined(context, said);
    case 'confirm': {
      const [incident = '', request = ''] = said.meta.split('|');
      return confirm(context, incident, request, said.user);
    }
    case 'choose':
      return chosen(context, said);
    case 'runbook':
      return learned(context, said);
    default:
      return recorded(context, said);
  }
}

async function learned(context: Context, said: Said): Promise<Reply> {
  const incident = await incidentOf(context, said.meta);
  return incident ? saveRunbook(incident, said.values.text ?? '', context.tools) : goneReply;
}

const changing = ['revert', 'rollback', 'restart', 'kill-queries', 'flag'] as const;

/** What was missing is chosen: the preview comes next. `meta` comes back from Slack, so it is read like anything from outside. */
async function chosen(context: Context, said: Said): Promise<Reply> {
  const meta = jsonOf(said.meta);
  const kind = isRecord(meta) ? changing.find((k) => k === meta.kind) : undefined;
  if (!isRecord(meta) || kind === undefined || typeof meta.incident !== 'string') return goneReply;
  const incident = await incidentOf(context, meta.incident);
  if (!incident) return goneReply;
  if (incident.closed) return { text: `#${incident.number} is closed; nothing was changed.` };
  const before = isRecord(meta.choice)
    ? Object.entries(meta.choice).flatMap(([name, v]) => (typeof v === 'string' ? [[name, v]] : []))
    : [];
  return previewReply(context, incident, kind, said.user, { ...Object.fromEntries(before), ...said.values });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not a form of ours: like one of an incident that nobody knows.
    return undefined;
  }
}

async function declared(context: Context, said: Said): Promise<Reply> {
  const title = said.values.title?.trim() ?? '';
  if (!title) return { errors: { title: 'Say in a few words what is broken.' } };
  const { incident } = await declare(context, { text: title, user: said.user, channel: said.meta, id: said.id });
  return { text: `Opened #${incident.number}. Its channel comes in a moment.` };
}

async function joined(context: Context, said: Said): Promise<Reply> {
  const { channel = '', title = '' } = parsedMeta(said.meta);
  if (said.values.which === 'new') {
    const { incident } = await declare(context, { text: title, user: said.user, channel, id: said.id });
    return { text: `Opened #${incident.number}. Its channel comes in a moment.` };
  }
  const incident = await incidentOf(context, said.values.which ?? '');
  if (!incident) return goneReply;
  await context.records.append(incident.id, () => [{ type: 'noted', by: said.user, text: title }], heardOnce(said.id));
  if (incident.place && !incident.place.thread) await context.tools.channels.invite(incident.place, [said.user]);
  await context.walker.poke(incident.id);
  return { text: incident.place ? `You are in <#${incident.place.channel}>; your words are noted there.` : 'Noted.' };
}

function parsedMeta(meta: string): { channel?: string; title?: string } {
  const [channel, ...title] = meta.split('|');
  return { ...(channel === undefined ? {} : { channel }), title: title.join('|') };
}

async function recorded(context: Context, said: Said): Promise<Reply> {
  const now = context.tools.clock.now();
  const event = eventOf(said, now);
  if ('errors' in event) return event;
  await context.records.append(said.meta, (incident) => (incident.closed ? [] : event.events), heardOnce(said.id));
  await context.walker.poke(said.meta);
  return {};
}

function eventOf(
  { form, values, user, meta }: Said,
  now: Date,
): { events: readonly Unstamped[] } | { errors: Readonly<Record<string, string>> } {
  const text = values.text?.trim() ?? '';
  const severity = severities.find((one) => one === values.severity);
  switch (form) {
    case 'severity':
      return severity ? one({ type: 'severity-set', by: user, severity }) : { errors: { severity: 'Choose one.' } };
    case 'note':
      return text ? one({ type: 'noted', by: user, text }) : { errors: { text: 'Write what you know.' } };
    case 'paste':
      return text ? { events: pasted(values.kind ?? 'guess', text, now.toISOString(), user) } : { errors: { text: 'Paste the text.' } };
    case 'tell':
      return text
        ? one({ type: 'told', by: user, text, nextAt: new Date(now.getTime() + NEXT_UPDATE_MS).toISOString() })
        : { errors: { text: 'Write what people should know.' } };
    case 'wrong-cause':
      return one({ type: 'cause-confirmed', by: user, right: false, cause: text || 'another one' });
    case 'resolve':
      return { events: resolution(values, user) };
    default:
      return {
        errors: { [Object.keys(values)[0] ?? 'text']: `This form (${form}, ${meta}) is from an older version. Press the button again.` },
      };
  }
}

function one(event: Unstamped): { events: readonly Unstamped[] } {
  return { events: [event] };
}

function resolution(values: Readonly<Record<string, string>>, user: string): readonly Unstamped[] {
  const note = values.note?.trim() ?? '';
  const right = values.right;
  const confirmed: readonly Unstamped[] =
    right === 'yes' || right === 'no' ? [{ type: 'cause-confirmed', by: user, right: right === 'yes', cause: note }] : [];
  return [...confirmed, { type: 'resolved', by: user, fixedBy: values.fixedBy?.trim() || 'not said', note }];
}
