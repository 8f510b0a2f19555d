import { randomUUID } from 'node:crypto';
import type { Stage } from '../stand-ins/http-front.ts';
import { elementsOf } from './block-limits.ts';
import { whisper } from './methods/chat.ts';
import { shownMessage } from './methods/shown.ts';
import { openView, replaceView, shownView } from './methods/views.ts';
import { SlackRefusal } from './refusal.ts';
import type { SocketMode } from './socket.ts';
import { APP_ID, type Json, type OpenView, TEAM, type Workspace } from './workspace.ts';

/** A trigger lives three real seconds and opens one modal. */
const TRIGGER_MS = 3000;
const RESPONSES = 5;
const RESPONSE_STORY_MS = 30 * 60_000;

/** What Slack shows when the app did not acknowledge. */
const TIMED_OUT = 'failed with the error "operation_timeout"';

export interface Acted {
  ok: boolean;
  /** Real milliseconds until the acknowledgement. */
  tookMs: number;
  /** What the person is told when it failed. */
  error?: string;
  /** Of a submitted form: field → what is wrong. */
  errors?: Readonly<Record<string, string>>;
}

/** What a person in the workspace can do: the page and the scripted responder act through this. */
export interface Person {
  command: (said: { user: string; channel: string; command: string; text: string }) => Promise<Acted>;
  say: (said: { user: string; channel: string; text: string; threadTs?: string }) => void;
  /** Presses a button of a message; `value` is needed for a select. */
  click: (said: { user: string; channel: string; ts: string; action: string; block?: string; value?: string }) => Promise<Acted>;
  /** Presses a button inside a modal. */
  clickInView: (said: { user: string; view: string; action: string; value?: string }) => Promise<Acted>;
  /** Fills a modal by `block_id.action_id` or `block_id`, and submits it. */
  submit: (said: { user: string; view: string; values: Readonly<Record<string, string>> }) => Promise<Acted>;
  dismiss: (said: { user: string; view: string }) => Promise<void>;
  useTrigger: (trigger: string | undefined) => string;
  useResponse: (id: string) => { channel: string; user: string } | undefined;
}

export function person(workspace: Workspace, socket: SocketMode, url: () => string, stage: Stage): Person {
  const triggers = new Map<string, { user: string; at: number; used: boolean }>();
  const responses = new Map<string, { channel: string; user: string; at: number; left: number }>();

  const trigger = (user: string) => {
    const id = `${Date.now()}.${randomUUID()}`;
    triggers.set(id, { user, at: performance.now(), used: false });
    return id;
  };
  const responseUrl = (channel: string, user: string) => {
    const id = randomUUID();
    responses.set(id, { channel, user, at: workspace.time(), left: RESPONSES });
    return `${url()}/response/${id}`;
  };
  const who = (user: string) => ({
    id: user,
    username: workspace.users.get(user)?.name ?? user,
    name: workspace.users.get(user)?.name ?? user,
    team_id: TEAM.id,
  });
  const common = (user: string) => ({
    user: who(user),
    team: { id: TEAM.id, domain: TEAM.domain },
    api_app_id: APP_ID,
    token: 'deprecated',
    trigger_id: trigger(user),
  });

  async function deliver(type: 'slash_commands' | 'interactive' | 'events_api', payload: object) {
    const started = performance.now();
    stage.clock.stir();
    const answer = await socket.deliver(type, payload);
    stage.clock.stir();
    return { answer, tookMs: performance.now() - started };
  }

  const actions = async (payload: object): Promise<Acted> => {
    const { answer, tookMs } = await deliver('interactive', payload);
    return answer ? { ok: true, tookMs } : { ok: false, tookMs, error: TIMED_OUT };
  };

  return {
    async command({ user, channel, command, text }) {
      const place = workspace.channel(channel);
      const { answer, tookMs } = await deliver('slash_commands', {
        token: 'deprecated',
        team_id: TEAM.id,
        team_domain: TEAM.domain,
        channel_id: place.id,
        channel_name: place.name,
        user_id: user,
        user_name: workspace.users.get(user)?.name ?? user,
        command,
        text: mentioned(workspace, text),
        api_app_id: APP_ID,
        is_enterprise_install: 'false',
        response_url: responseUrl(place.id, user),
        trigger_id: trigger(user),
      });
      if (!answer) return { ok: false, tookMs, error: `${command} ${TIMED_OUT}` };
      const said = answer.payload;
      if (typeof said === 'string' && said) whisper({ workspace }, place.id, user, said, []);
      if (isJson(said) && (said.text || said.blocks))
        whisper({ workspace }, place.id, user, String(said.text ?? ''), Array.isArray(said.blocks) ? said.blocks : []);
      return { ok: true, tookMs };
    },

    say({ user, channel, text, threadTs }) {
      const place = workspace.channel(channel);
      workspace.messages.push({
        channel: place.id,
        ts: workspace.newTs(),
        user,
        text,
        blocks: [],
        edited: false,
        files: [],
        ...(threadTs ? { threadTs } : {}),
      });
      workspace.changed({ what: 'message' });
    },

    click({ user, channel, ts, action, block, value }) {
      const place = workspace.channel(channel);
      const message = workspace.find(place.id, ts);
      const pressed = message && elementNamed(message.blocks, action, block, value);
      if (!message || !pressed) return Promise.reject(new Error(`there is no ${action} on message ${ts}`));
      return actions({
        type: 'block_actions',
        ...common(user),
        container: {
          type: 'message',
          message_ts: ts,
          channel_id: place.id,
          is_ephemeral: message.onlyFor !== undefined,
          ...(message.threadTs ? { thread_ts: message.threadTs } : {}),
        },
        channel: { id: place.id, name: place.name },
        message: shownMessage(workspace, message, true),
        response_url: responseUrl(place.id, user),
        state: { values: {} },
        actions: [actionOf(pressed, value, workspace.newTs())],
      });
    },

    clickInView({ user, view: id, action, value }) {
      const view = workspace.views.get(id);
      const pressed = view && elementNamed(blocksOf(view), action, undefined, value);
      if (!view || !pressed) return Promise.reject(new Error(`there is no ${action} in the form`));
      return actions({
        type: 'block_actions',
        ...common(user),
        container: { type: 'view', view_id: view.id },
        view: shownView(view),
        actions: [actionOf(pressed, value, workspace.newTs())],
      });
    },

    async submit({ user, view: id, values }) {
      const view = workspace.views.get(id);
      if (!view) throw new Error('the form is closed');
      const filled = fill(view, values);
      const { answer, tookMs } = await deliver('interactive', {
        type: 'view_submission',
        ...common(user),
        view: shownView(view, filled),
        response_urls: [],
      });
      if (!answer) return { ok: false, tookMs, error: 'We had some trouble connecting. Try again?' };
      const said = isJson(answer.payload) ? answer.payload : {};
      if (said.response_action === 'errors') return { ok: false, tookMs, errors: said.errors as Readonly<Record<string, string>> };
      if (said.response_action === 'update') replaceView(workspace, view, said.view as Json);
      else if (said.response_action === 'push') openView(workspace, user, said.view as Json, view);
      else close(workspace, view, said.response_action === 'clear');
      return { ok: true, tookMs };
    },

    async dismiss({ user, view: id }) {
      const view = workspace.views.get(id);
      if (!view) return;
      close(workspace, view, false);
      if (view.view.notify_on_close)
        await deliver('interactive', { type: 'view_closed', ...common(user), view: shownView(view), is_cleared: false });
    },

    useTrigger(id) {
      const known = triggers.get(id ?? '');
      if (!known) throw new SlackRefusal('invalid_trigger');
      if (performance.now() - known.at > TRIGGER_MS) throw new SlackRefusal('expired_trigger_id');
      if (known.used) throw new SlackRefusal('exchanged_trigger_id');
      known.used = true;
      return known.user;
    },

    useResponse(id) {
      const known = responses.get(id);
      if (!known || known.left === 0 || workspace.time() - known.at > RESPONSE_STORY_MS) return undefined;
      known.left -= 1;
      return known;
    },
  };
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}

/** With `should_escape` Slack sends `@name` as `<@U1|name>`. */
function mentioned(workspace: Workspace, text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped.replace(/@([\w.-]+)/g, (whole, name: string) => {
    const user = [...workspace.users.values()].find((u) => u.name === name);
    return user ? `<@${user.id}|${user.name}>` : whole;
  });
}

function elementNamed(blocks: readonly Json[], action: string, blockId?: string, value?: string): (Json & { block: string }) | undefined {
  const all = blocks.flatMap((block) =>
    blockId === undefined || block.block_id === blockId
      ? elementsOf(block).map((element) => ({ ...element, block: String(block.block_id ?? '') }))
      : [],
  );
  const named = all.filter((element): element is Json & { block: string } => (element as Json).action_id === action);
  return named.find((element) => value !== undefined && element.value === value) ?? named[0];
}

function actionOf(element: Json & { block: string }, value: string | undefined, ts: string): Json {
  const { block, ...own } = element;
  const shared = { action_id: own.action_id, block_id: block, type: own.type, action_ts: ts };
  if (own.type === 'button') return { ...shared, text: own.text, ...(own.value === undefined ? {} : { value: own.value }) };
  if (own.type === 'users_select') return { ...shared, selected_user: value };
  return { ...shared, selected_option: optionOf(own, value) };
}

function optionOf(element: Json, value: string | undefined): Json | null {
  const options = Array.isArray(element.options) ? (element.options as Json[]) : [];
  return options.find((option) => option.value === value) ?? null;
}

function blocksOf(view: OpenView): readonly Json[] {
  return Array.isArray(view.view.blocks) ? view.view.blocks : [];
}

/** The state of a form's inputs: what was given, else what stood there. */
function fill(view: OpenView, values: Readonly<Record<string, string>>): Json {
  const state: Record<string, Record<string, Json>> = {};
  for (const block of blocksOf(view)) {
    const [element] = block.type === 'input' ? elementsOf(block) : [];
    if (!element) continue;
    const id = String(block.block_id ?? '');
    const action = String(element.action_id ?? '');
    const given = values[`${id}.${action}`] ?? values[id];
    state[id] = { [action]: stateOf(element, given) };
  }
  return state;
}

function stateOf(element: Json, given: string | undefined): Json {
  const type = element.type;
  if (type === 'plain_text_input') return { type, value: given ?? element.initial_value ?? null };
  if (type === 'users_select') return { type, selected_user: given ?? element.initial_user ?? null };
  if (type === 'checkboxes') {
    const chosen = (given ?? '')
      .split(',')
      .map((value) => optionOf(element, value))
      .filter((option) => option !== null);
    return { type, selected_options: given === undefined ? (element.initial_options ?? []) : chosen };
  }
  return { type, selected_option: given === undefined ? (element.initial_option ?? null) : optionOf(element, given) };
}

function close(workspace: Workspace, view: OpenView, all: boolean): void {
  for (const other of [...workspace.views.values()])
    if (other.id === view.id || (all && other.root === view.root)) workspace.views.delete(other.id);
  workspace.changed({ what: 'view' });
}
