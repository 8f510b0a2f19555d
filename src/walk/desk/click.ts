import type { Desk, Form, Reply } from '../../core/channels.ts';
import { copyText } from '../../core/copies.ts';
import type { Incident } from '../../core/incident.ts';
import { runbookForm } from '../learn.ts';
import type { Unstamped } from '../record.ts';
import { type Context, goneReply, heardOnce, incidentOf } from './context.ts';
import { noteForm, pasteForm, resolveForm, severityForm, tellForm, wrongCauseForm } from './forms.ts';
import { declare } from './open.ts';
import { previewReply } from './preview.ts';

type Said = Parameters<Desk['click']>[0];
type Handler = (context: Context, incident: Incident, said: Said, argument: string) => Promise<Reply> | Reply;

/** Every button of the card. The value is `incidentId` or `incidentId:argument`: an id to look up, never a command. */
const handlers: Readonly<Record<string, Handler>> = {
  lead: (context, incident, said) => note(context, incident, said, { type: 'led', by: said.user, user: said.user }),
  severity: (_context, incident) => ({ form: severityForm(incident) }),
  revert: (context, incident, { user }) => previewReply(context, incident, 'revert', user, {}),
  'undo-revert': (context, incident, { user }, commit) => previewReply(context, incident, 'revert', user, { undo: commit }),
  rollback: (context, incident, { user }) => previewReply(context, incident, 'rollback', user, {}),
  restart: (context, incident, { user }) => previewReply(context, incident, 'restart', user, {}),
  'kill-queries': (context, incident, { user }) => previewReply(context, incident, 'kill-queries', user, {}),
  flag: (context, incident, { user }, argument) => {
    const [flag = '', turn = 'off'] = argument.split('=');
    return previewReply(context, incident, 'flag', user, { ...(flag ? { flag } : {}), turn });
  },
  'preview-again': (context, incident, { user }, id) => {
    const { kind, choice = {} } = incident.actions.find((a) => a.id === id)?.request ?? {};
    return kind ? previewReply(context, incident, kind, user, choice) : goneReply;
  },
  copy: (_context, incident, _said, what) => ({ form: copyForm(incident, what) }),
  'not-the-cause': (context, incident, said, rule) => {
    const refused = rule || incident.diagnosis?.hypotheses[0]?.rule;
    return refused
      ? note(context, incident, said, { type: 'cause-refused', by: said.user, rule: refused })
      : { text: 'No cause is named yet.' };
  },
  look: (context, incident, said) => note(context, incident, said, { type: 'look-asked', by: said.user }),
  paste: (_context, incident) => ({ form: pasteForm(incident) }),
  note: (_context, incident) => ({ form: noteForm(incident) }),
  tell: (context, incident) => ({ form: tellForm(incident, context.tools.clock.now()) }),
  resolve: (_context, incident) => ({ form: resolveForm(incident) }),
  'cause-yes': (context, incident, said) =>
    note(context, incident, said, {
      type: 'cause-confirmed',
      by: said.user,
      right: true,
      cause: incident.diagnosis?.hypotheses[0]?.rule ?? 'unknown',
    }),
  'cause-no': (_context, incident) => ({ form: wrongCauseForm(incident) }),
};

export async function click(context: Context, said: Said): Promise<Reply> {
  if (said.action === 'open-incident') return openFrom(context, said);
  const handler = Object.hasOwn(handlers, said.action) ? handlers[said.action] : undefined;
  if (!handler) return { text: 'That button is from an older version of the card. Use the newest card, or /incident help.' };
  const [id = '', ...rest] = said.value.split(':');
  const incident = await incidentOf(context, id);
  if (!incident) return goneReply;
  if (said.action === 'runbook') return { form: runbookForm(incident) };
  if (incident.closed) return { text: `#${incident.number} is closed; nothing was changed. /incident opens a new one.` };
  return handler(context, incident, said, rest.join(':'));
}

/** An announcement's [Open an incident]: pressed twice, it opens once. */
async function openFrom(context: Context, said: Said): Promise<Reply> {
  const { incident, opened } = await declare(context, {
    text: said.value,
    user: said.user,
    channel: said.channel,
    id: said.id,
    source: 'watch',
  });
  if (opened) return { text: `Opened #${incident.number}. Its channel comes in a moment.` };
  return { text: `Somebody opened it already: #${incident.number}${incident.place ? ` <#${incident.place.channel}>` : ''}.` };
}

async function note({ records, walker }: Context, incident: Incident, { id }: Said, event: Unstamped): Promise<Reply> {
  await records.append(incident.id, () => [event], heardOnce(id));
  await walker.poke(incident.id);
  return {};
}

/** Slack cannot copy: a form shows the text. */
function copyForm(incident: Incident, what: string): Form {
  const form = { name: 'shown', title: 'Commands', meta: '', fields: [] };
  const copied = copyText(incident, what || 'commands');
  if (!copied) return { ...form, lines: ['There is nothing to copy yet.'] };
  return { ...form, title: copied.title, lines: copied.lines, code: copied.code };
}
