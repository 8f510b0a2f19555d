import type { Desk, Reply } from '../../src/core/channels.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { OfficeParts } from '../../src/slack/office.ts';
import type { SlackSettings } from '../../src/slack/settings.ts';
import type { FakeSlack } from './fake-slack.ts';

/** Jumps to whatever is waited for: a wait of a minute takes no time. `waited` are the waits in ms. */
export function jumpingClock(): Clock & { waited: readonly number[] } {
  let at = Date.parse('2026-11-21T03:04:00Z');
  let ids = 0;
  const waited: number[] = [];
  return {
    waited,
    now: () => new Date(at),
    newId: () => `id-${++ids}`,
    wakeAt: async (time) => {
      waited.push(time.getTime() - at);
      at = Math.max(at, time.getTime());
    },
  };
}

export interface Said {
  level: string;
  message: string;
  fields?: Readonly<Record<string, unknown>>;
}

export function parts(
  fake: FakeSlack,
  over: Partial<SlackSettings> = {},
): OfficeParts & { said: Said[]; clock: ReturnType<typeof jumpingClock> } {
  const said: Said[] = [];
  const say = (level: string) => (message: string, fields?: Readonly<Record<string, unknown>>) =>
    void said.push({ level, message, ...(fields === undefined ? {} : { fields }) });
  return {
    said,
    clock: jumpingClock(),
    log: { info: say('info'), warn: say('warn'), error: say('error') },
    secrets: ['a-secret-of-another-part'],
    settings: {
      botToken: 'xoxb-1-test-token',
      transport: { mode: 'socket', appToken: 'xapp-1-test-token' },
      apiUrl: fake.apiUrl,
      announceChannel: 'CANN',
      ...over,
    },
  };
}

/** Answers everything with the same reply, and remembers what people did. */
export function deskThat(
  reply: Reply | ((what: string) => Reply),
): Desk & { seen: { what: string; said: Readonly<Record<string, unknown>> }[] } {
  const seen: { what: string; said: Readonly<Record<string, unknown>> }[] = [];
  const take = (what: string) => async (said: Readonly<Record<string, unknown>>) => {
    seen.push({ what, said });
    return typeof reply === 'function' ? reply(what) : reply;
  };
  return { seen, command: take('command'), click: take('click'), submit: take('submit') };
}
