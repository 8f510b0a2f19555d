import type { App } from '@slack/bolt';
import type { Desk, Form, Reply } from '../core/channels.ts';
import { apology, type Background, wordsOf } from './background.ts';
import { actionOf } from './blocks.ts';
import { whisper } from './channel.ts';
import { renderForm, saying, valuesOf } from './form.ts';
import type { Office } from './office.ts';

type Tell = (words: string) => Promise<void>;

/** Listens to everything people do. The desk records before it replies; then Slack is answered; then the work runs. */
export function listen(app: App, office: Office, desk: Desk, after: Background): void {
  const { clean, log } = office;

  app.command(/.*/, async ({ ack, command }) => {
    const said = { text: command.text ?? '', user: command.user_id, channel: command.channel_id, trigger: command.trigger_id };
    const tell: Tell = (words) => directly(office, said.user, words);
    const reply = await recorded(log.error, 'a command', () => desk.command(said));
    const words = reply.text ?? (reply.errors ? Object.values(reply.errors).join(' ') : undefined);
    await (words === undefined ? ack() : ack({ response_type: 'ephemeral', text: clean(words) }));
    follow(office, after, reply, said.trigger, tell);
  });

  app.action(/.*/, async ({ ack, body, action }) => {
    if (body.type !== 'block_actions' || action.type !== 'button' || !('action_id' in action)) return void (await ack());
    const channel = body.channel?.id ?? body.container.channel_id ?? '';
    const thread: unknown = body.container.thread_ts;
    const said = {
      action: actionOf(action.action_id),
      value: action.value ?? '',
      user: body.user.id,
      channel,
      trigger: body.trigger_id,
      id: `${body.container.message_ts ?? ''}:${action.action_ts}:${body.user.id}`,
    };
    const tell: Tell = (words) =>
      channel
        ? whisper(office, { channel, thread: typeof thread === 'string' ? thread : undefined }, said.user, { key: 'reply', text: words })
        : directly(office, said.user, words);
    const reply = await recorded(log.error, `the button ${said.action}`, () => desk.click(said));
    await ack();
    const { text } = reply;
    if (text !== undefined)
      after.run(
        'an answer',
        () => tell(text),
        (words) => directly(office, said.user, words),
      );
    follow(office, after, reply, said.trigger, tell);
  });

  app.view({ callback_id: /.*/, type: 'view_submission' }, async ({ ack, body, view }) => {
    const said = {
      form: view.callback_id,
      meta: view.private_metadata,
      values: valuesOf(view.state.values),
      user: body.user.id,
      id: `${view.id}:${view.hash}`,
    };
    const tell: Tell = (words) => directly(office, said.user, words);
    const reply = await recorded(log.error, `the form ${said.form}`, () => desk.submit(said));
    if (reply.errors) await ack({ response_action: 'errors', errors: { ...reply.errors } });
    else if (reply.form) await ack({ response_action: 'update', view: renderForm(reply.form, clean, office.command) });
    else if (reply.text !== undefined) await ack({ response_action: 'update', view: saying('Done', reply.text, clean) });
    else await ack();
    const { later } = reply;
    if (reply.form && later) after.run('a form', () => replace(office, view.id, later), tell);
    if (reply.after) after.run('the work after a form', reply.after, tell);
  });

  app.error(async (error) => log.error('slack: a listener failed', { error: wordsOf(error) }));
}

/** A desk that throws has recorded nothing: the person hears it and can try again. */
async function recorded(log: Office['log']['error'], what: string, ask: () => Promise<Reply>): Promise<Reply> {
  try {
    return await ask();
  } catch (error) {
    log(`slack: ${what} could not be recorded`, { error: wordsOf(error) });
    return { text: apology(error) };
  }
}

function follow(office: Office, after: Background, reply: Reply, trigger: string, tell: Tell): void {
  const { form, later } = reply;
  if (form) after.run('a form', () => open(office, trigger, form, later), tell);
  if (reply.after) after.run('the work after an answer', reply.after, tell);
}

/** At once, the trigger lives three seconds; a slow form replaces it when it is there. */
async function open(office: Office, trigger: string, form: Form, later: (() => Promise<Form>) | undefined): Promise<void> {
  const opened = await office.ask('open a form', (client) =>
    client.views.open({ trigger_id: trigger, view: renderForm(form, office.clean, office.command) }),
  );
  if (later && opened.view?.id) await replace(office, opened.view.id, later);
}

/** The form that could not be made says so in the open modal: closing it silently would look like success. */
async function replace(office: Office, view: string, later: () => Promise<Form>): Promise<void> {
  const made = await later().then(
    (form) => renderForm(form, office.clean, office.command),
    (error: unknown) => {
      office.log.error('slack: a form could not be made', { error: wordsOf(error) });
      return saying('Not now', apology(error), office.clean);
    },
  );
  await office.ask('fill a form', (client) => client.views.update({ view_id: view, view: made }));
}

/** As a direct message: works where no channel is known. */
async function directly(office: Office, user: string, words: string): Promise<void> {
  await office.askOnce('tell a person', (client) =>
    client.chat.postMessage({
      channel: user,
      text: office.clean(words),
      parse: 'none',
      link_names: false,
      unfurl_links: false,
      unfurl_media: false,
    }),
  );
}
