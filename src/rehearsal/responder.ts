import { setTimeout as sleep } from 'node:timers/promises';
import { buttonsOf, type CardButton, cardOf, incidentChannel, wordsOf } from './card.ts';
import type { Slack } from './slack/web-api.ts';
import type { OpenView } from './slack/workspace.ts';
import { MINUTE, SECOND } from './world/rollouts.ts';
import type { Move } from './world/story.ts';
import type { World } from './world/world.ts';

/** What a person takes to read before they press, in story time. */
const THINKS_MS = 8 * SECOND;
/** A form that is being filled is filled within this, in real time; one that shows nothing new for a while only wants to be read. */
const FORM_MS = 15_000;
const UNCHANGED_MS = 4000;
const LOOK_AGAIN_MS = 25;
/** A form that offers nothing to submit says why not; asked again a minute later, so many times. */
const PATIENCE = 6;
/** A press that nobody answered may have worked all the same: when its button is gone for so long, the person goes on. */
const GONE_MS = 3 * MINUTE;

export interface Responder {
  /** Resolves when every move was made, with those that could not be: never rejects. */
  done: Promise<readonly string[]>;
  busy: () => boolean;
  stop: () => void;
}

/** Plays a person by the story's script: presses what stands on the card, fills the forms that open, in this order, nothing else. */
export function respond(world: World, slack: Slack, user: string): Responder {
  const stopped = new AbortController();
  let acting = false;
  let changed = () => {};
  slack.workspace.onChange(() => changed());

  const until = (time: number) => world.clock.wakeAt(new Date(time), stopped.signal);
  const nextChange = () =>
    new Promise<void>((resolve) => {
      changed = resolve;
      stopped.signal.addEventListener('abort', () => resolve(), { once: true });
    });

  async function play(move: Move): Promise<string | undefined> {
    if (move.from !== undefined) await until(world.onset + move.from * MINUTE);
    for (let tries = 0; tries < PATIENCE; tries += 1) {
      let button = wanted(slack, move);
      const gone = tries === 0 ? undefined : until(world.clock.time() + GONE_MS).then(() => 'gone');
      while (!button && !stopped.signal.aborted) {
        if (await Promise.race([nextChange(), ...(gone ? [gone] : [])])) return undefined;
        button = wanted(slack, move);
      }
      if (stopped.signal.aborted) return `${move.do} ${move.remedy ?? ''} never came to pass`;
      await until(world.clock.time() + THINKS_MS);
      acting = true;
      try {
        if (await make(move)) return undefined;
      } finally {
        acting = false;
      }
      await until(world.clock.time() + MINUTE);
    }
    return `${move.do} ${move.remedy ?? ''} was refused ${PATIENCE} times`;
  }

  async function make(move: Move): Promise<boolean> {
    const card = cardOf(slack.workspace);
    const button = wanted(slack, move);
    if (!card || !button) return false;
    const pressed = await slack.person.click({
      user,
      channel: card.channel,
      ts: card.ts,
      action: button.action,
      block: button.block,
      ...(button.value === undefined ? {} : { value: button.value }),
    });
    if (move.do === 'lead') return pressed.ok;
    const form = await formFor(user);
    if (!form) return false;
    if (!form.view.submit) {
      await slack.person.dismiss({ user, view: form.id });
      return false;
    }
    const { ok } = await slack.person.submit({ user, view: form.id, values: valuesFor(form, move.text) });
    // Slack keeps a form that was not taken open, over everything else.
    if (!ok) await slack.person.dismiss({ user, view: form.id });
    return ok;
  }

  /** The form that opened, once it can be submitted, or once it was filled with something that only wants to be read. */
  async function formFor(person: string): Promise<OpenView | undefined> {
    const mine = () => [...slack.workspace.views.values()].findLast((view) => view.user === person);
    const pressed = performance.now();
    let first: OpenView | undefined;
    while (performance.now() - pressed < (first ? FORM_MS : UNCHANGED_MS)) {
      const form = mine();
      first ??= form;
      if (form?.view.submit || (form && first && form.hash !== first.hash)) return form;
      await sleep(LOOK_AGAIN_MS);
    }
    return mine();
  }

  const done = (async () => {
    const failed: string[] = [];
    while (!incidentChannel(slack.workspace) && !stopped.signal.aborted) await nextChange();
    for (const move of world.story.responder) {
      if (stopped.signal.aborted) break;
      const why = await play(move);
      if (why) failed.push(why);
    }
    return failed;
  })();
  return { done, busy: () => acting, stop: () => stopped.abort() };
}

/** The button that this move presses, if it may be pressed now. */
function wanted(slack: Slack, move: Move): CardButton | undefined {
  const card = cardOf(slack.workspace);
  const action = move.do === 'act' ? move.remedy : move.do;
  const named = card ? buttonsOf(card).filter((button) => button.action.split('#')[0] === action) : [];
  if (move.when === 'recovered' && card && !wordsOf(card).startsWith('✅')) return undefined;
  // What the bot recommends is primary.
  const recommended = move.do === 'act' && move.when === 'cause';
  if (move.do === 'tell' && move.when === 'cause' && card && !buttonsOf(card).some((button) => button.action === 'not-the-cause'))
    return undefined;
  return recommended ? named.find((button) => button.primary) : named[0];
}

/** The first text field gets the move's text; everything else keeps what stands there. */
function valuesFor(form: OpenView, text: string | undefined): Readonly<Record<string, string>> {
  const blocks = Array.isArray(form.view.blocks) ? form.view.blocks : [];
  const first = blocks.find((block) => block.type === 'input' && block.element.type === 'plain_text_input');
  return first && text !== undefined ? { [String(first.block_id)]: text } : {};
}
