import { composer } from './composer.js';
import { actOrTell, h } from './dom.js';
import { message } from './message.js';
import { modal } from './modal.js';
import { world } from './world.js';

const find = (selector) => document.querySelector(selector);
const ui = { channel: undefined, thread: undefined, seen: new Map(), story: undefined, known: new Set() };
let state;
let drift = 0;

const line = composer(find('#composer'), () => ({ channel: ui.channel }));

const stream = new EventSource('/events');
stream.onmessage = (event) => {
  state = JSON.parse(event.data);
  if (state.clock) drift = performance.now();
  render();
};
stream.onerror = () => document.body.classList.add('lost');
stream.onopen = () => document.body.classList.remove('lost');

function render() {
  stories();
  if (!state.story) return;
  if (ui.story !== state.story.name)
    Object.assign(ui, { story: state.story.name, channel: undefined, thread: undefined, seen: new Map(), known: new Set() });
  const { channels } = state.slack;
  const incident = channels.findLast((c) => c.name.startsWith('inc-') && !ui.known.has(c.id));
  for (const c of channels) ui.known.add(c.id);
  ui.channel = incident?.id ?? ui.channel ?? channels.find((c) => c.name === 'engineering')?.id ?? channels[0].id;
  clock();
  channelList();
  conversation();
  threadPane();
  find('#world').replaceChildren(...world(state.world));
  modal(state.slack.view, state.slack.users);
}

function stories() {
  const select = find('#story');
  const key = state.stories.map((s) => s.name).join();
  if (select.dataset.key !== key) {
    select.dataset.key = key;
    select.replaceChildren(...state.stories.map((s) => h('option', { value: s.name }, s.title)));
    select.addEventListener('change', () => actOrTell({ do: 'story', name: select.value }));
  }
  if (state.story && document.activeElement !== select) select.value = state.story.name;
}

const SPEEDS = [
  [0, '⏸', 'Pause'],
  [1, '1×', 'Real time'],
  [10, '10×', 'Ten times faster'],
  [60, '60×', 'A minute a second'],
];

function clock() {
  const box = find('#clock');
  if (!box.firstChild) {
    box.append(
      h('output', { id: 'now' }),
      ...SPEEDS.map(([factor, label, title]) =>
        h(
          'button.plain',
          { type: 'button', title, 'aria-label': title, 'data-speed': factor, onclick: () => actOrTell({ do: 'speed', factor }) },
          label,
        ),
      ),
      h(
        'button.plain',
        {
          type: 'button',
          title: 'Skip to the next thing due',
          'aria-label': 'Skip to the next thing due',
          onclick: () => actOrTell({ do: 'skip' }),
        },
        '⏭',
      ),
    );
    setInterval(tick, 200);
  }
  for (const button of box.querySelectorAll('[data-speed]'))
    button.setAttribute('aria-pressed', String(Number(button.dataset.speed) === state.clock.speed));
  tick();
}

function tick() {
  if (!state?.clock) return;
  const time = state.clock.time + (performance.now() - drift) * state.clock.speed;
  const minutes = (time - state.story.onset) / 60_000;
  const sign = minutes < 0 ? '−' : '+';
  find('#now').textContent =
    `${new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(time)}  ${sign}${Math.floor(Math.abs(minutes))} min`;
}

const isTop = (m) => !m.threadTs || m.threadTs === m.ts;

function channelList() {
  const { channels, messages, connected } = state.slack;
  const items = channels
    .filter((c) => c.mine || c.name.startsWith('inc-'))
    .map((c) => {
      const last = messages.findLast((m) => m.channel === c.id)?.ts ?? '';
      if (c.id === ui.channel) ui.seen.set(c.id, last);
      const unread = last > (ui.seen.get(c.id) ?? '');
      return h(
        'li',
        {},
        h(
          `button.plain${unread ? '.unread' : ''}`,
          { type: 'button', 'aria-current': c.id === ui.channel ? 'page' : undefined, 'data-channel': c.name, onclick: () => go(c.id) },
          `${c.archived ? '🗄' : '#'} ${c.name}`,
        ),
      );
    });
  const nav = find('#channels');
  nav.replaceChildren(
    h('p.team', {}, 'Checkout', h('small', {}, connected ? ' Pulaski is connected' : ' Pulaski is starting…')),
    h('ul', {}, items),
    h('p.about', {}, state.story.about),
  );
}

function go(channel) {
  Object.assign(ui, { channel, thread: undefined });
  document.body.classList.remove('show-channels');
  render();
  find('#composer textarea').focus();
}

function conversation() {
  const channel = state.slack.channels.find((c) => c.id === ui.channel);
  const top = state.slack.messages.filter((m) => m.channel === ui.channel && isTop(m));
  find('#heading').replaceChildren(h('h2', {}, `# ${channel.name}`), h('p', {}, channel.topic));
  list(
    find('#messages'),
    top,
    `${ui.story} ${ui.channel}`,
    top.length === 0 &&
      h(
        'p.empty',
        {},
        state.story.opening
          ? `Nothing here yet. Type /incident ${state.story.opening}`
          : 'Nothing here yet. An alert will come in a few minutes; run the clock faster to get there.',
      ),
  );
  line.hint(
    channel.name.startsWith('inc-')
      ? 'Message, or /incident status'
      : state.story.opening
        ? `/incident ${state.story.opening}`
        : `Message #${channel.name}`,
  );
}

function threadPane() {
  const pane = find('#thread');
  pane.hidden = !ui.thread;
  document.body.classList.toggle('has-thread', Boolean(ui.thread));
  if (!ui.thread) return pane.replaceChildren();
  if (!pane.firstChild) {
    const form = h('form.composer', { id: 'reply', autocomplete: 'off' });
    pane.append(
      h(
        'header',
        {},
        h('h2', {}, 'Thread'),
        h(
          'button.plain',
          {
            type: 'button',
            'aria-label': 'Close the thread',
            onclick: () => {
              ui.thread = undefined;
              render();
            },
          },
          '✕',
        ),
      ),
      h('div.list', { role: 'log', tabindex: '0', 'aria-label': 'Replies' }),
      form,
    );
    composer(form, () => ({ channel: ui.channel, thread: ui.thread })).hint('Reply…');
  }
  const messages = state.slack.messages.filter((m) => m.channel === ui.channel && (m.ts === ui.thread || m.threadTs === ui.thread));
  list(pane.querySelector('.list'), messages, `${ui.story} thread ${ui.thread}`);
}

/** Only what changed is drawn anew: a focused button stays focused, a scrolled log stays where it is. */
function list(box, messages, key, empty) {
  const fresh = box.dataset.key !== key;
  if (fresh) {
    box.replaceChildren();
    box.dataset.key = key;
  }
  const atEnd = fresh || box.scrollHeight - box.scrollTop - box.clientHeight < 90;
  const old = new Map([...box.querySelectorAll(':scope > article')].map((node) => [node.dataset.ts, node]));
  const replies = (ts) => state.slack.messages.filter((m) => m.channel === ui.channel && m.threadTs === ts && m.ts !== ts).length;
  box.querySelector(':scope > .empty')?.remove();
  if (empty) box.append(empty);
  let before = null;
  for (const one of messages) {
    const count = key.includes(' thread ') ? 0 : replies(one.ts);
    const print = JSON.stringify([one, count]);
    let node = old.get(one.ts);
    old.delete(one.ts);
    if (!node || node.print !== print) {
      const focused = node?.contains(document.activeElement) ? document.activeElement.dataset.action : undefined;
      const drawn = message(one, {
        users: state.slack.users,
        replies: count,
        openThread: (ts) => {
          ui.thread = ts;
          render();
        },
      });
      drawn.print = print;
      if (node) {
        drawn.classList.add('changed');
        node.replaceWith(drawn);
      } else box.insertBefore(drawn, before ? before.nextSibling : box.firstChild);
      if (focused) drawn.querySelector(`[data-action="${CSS.escape(focused)}"]`)?.focus();
      node = drawn;
    }
    before = node;
  }
  for (const node of old.values()) node.remove();
  if (atEnd) box.scrollTop = box.scrollHeight;
}

find('#open-channels').addEventListener('click', () => document.body.classList.toggle('show-channels'));
find('#open-world').addEventListener('click', () => document.body.classList.toggle('show-world'));
addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || document.querySelector('dialog[open]')) return;
  document.body.classList.remove('show-channels', 'show-world');
  if (ui.thread) {
    ui.thread = undefined;
    render();
  }
});
