import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Action } from '../../src/core/action.ts';
import { alertValue } from '../../src/core/alert-value.ts';
import type { Check } from '../../src/core/check.ts';
import type { Finding } from '../../src/core/evidence.ts';
import { ChartTrouble } from '../../src/core/kit/chart.ts';
import { openSqlite, type SqliteJournal } from '../../src/journal/sqlite.ts';
import type { Tools } from '../../src/walk/tools.ts';
import { alertOf } from '../setup/journal-of.ts';
import { revert, walkingBot } from '../setup/walking-bot.ts';

let dir: string;
let journal: SqliteJournal;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'walk-'));
  journal = await openSqlite(dir);
});
afterEach(async () => {
  await journal.shut();
  await rm(dir, { recursive: true });
});

const bot = (change: Partial<Tools> = {}) => walkingBot(journal, change);

describe('an incident that a person declares', () => {
  test('is durable before the answer, and a turn is asked for', async () => {
    const b = bot();
    expect((await b.say('checkout is down')).text).toContain('#1');
    expect((await b.incident()).title).toBe('checkout is down');
    expect(b.nudged).toHaveLength(1);
  });

  test('gets one channel, its people, one card that ends with what was seen', async () => {
    const b = bot();
    await b.say('checkout is down');
    const next = await b.turn();
    b.clock.pass(1_600);
    await b.turn();
    expect(b.slack.places.size).toBe(1);
    expect(b.slack.invited).toEqual(['U1', 'U9']);
    const cards = b.slack.posts.filter((p) => p.card);
    expect(cards).toHaveLength(1);
    expect(JSON.stringify(cards[0]?.card?.brief)).toContain('183');
    expect(next).toBe('2026-11-21T03:05:00.000Z');
  });

  test('is looked at again after a minute, lean', async () => {
    const b = bot();
    await b.say('checkout is down');
    await b.turn();
    b.clock.pass(60_000);
    await b.turn();
    expect((await b.incident()).looks).toMatchObject([
      { look: 1, lean: false },
      { look: 2, lean: true },
    ]);
  });

  test('a second declaration is offered to join', async () => {
    const b = bot();
    await b.say('checkout is down');
    const reply = await b.say('checkout is broken', 'C0');
    expect(reply.form?.name).toBe('join');
    expect(await journal.list('all', 5)).toHaveLength(1);
  });
});

describe('roles and severity in words', () => {
  const inside = async (b: ReturnType<typeof bot>) => (await b.incident()).place?.channel ?? '';

  test('the lead can be given: whoever gets it is brought in and told', async () => {
    const b = bot();
    await b.say('checkout is down');
    await b.turn();
    const reply = await b.say('lead <@U7|mira>', await inside(b));
    expect(reply.text).toBe('<@U7> leads now.');
    expect((await b.incident()).lead).toBe('U7');
    expect(b.slack.invited).toContain('U7');
    expect(b.slack.whispers).toMatchObject([{ user: 'U7', message: { text: '<@U1> gave you the lead of #1.' } }]);
  });

  test('the lead is kept when Slack does not let the person in', async () => {
    const b = bot();
    await b.say('checkout is down');
    await b.turn();
    b.slack.down.add('invite');
    expect((await b.say('lead <@U7|mira>', await inside(b))).text).toBe('<@U7> leads now.');
    expect((await b.incident()).lead).toBe('U7');
  });

  test('the severity is set by its number', async () => {
    const b = bot();
    await b.say('checkout is down');
    await b.turn();
    await b.say('severity 1', await inside(b));
    expect(await b.incident()).toMatchObject({ severity: 'SEV1', severityBy: 'U1' });
    expect((await b.say('severity', await inside(b))).form?.name).toBe('severity');
  });
});

describe('an announced alert', () => {
  const value = alertValue(alertOf({ source: 'generic', key: 'k1', title: 'Disk <fills>', severity: 'high' }));
  const press = (b: ReturnType<typeof bot>) =>
    b.people.click({ action: 'open-incident', value, user: 'U1', channel: 'C0', trigger: 't', id: 'x' });

  test('opens under its own key, once, however often it is pressed', async () => {
    const b = bot();
    expect((await press(b)).text).toContain('Opened #1');
    expect((await press(b)).text).toContain('#1');
    expect(await journal.list('all', 5)).toHaveLength(1);
    expect((await b.incident()).alert).toMatchObject({ source: 'generic', key: 'k1', title: 'Disk <fills>', severity: 'high' });
    expect(await journal.findByKey('generic:k1')).toMatchObject({ number: 1 });
  });
});

describe('whatever crashes in between', () => {
  test.each(['make', 'postCard', 'post', 'announce', 'upload'])('%s whose answer was lost happens once', async (method) => {
    const b = bot();
    b.slack.lost.add(method);
    await b.say('checkout is down');
    for (let tries = 0; tries < 8; tries++) {
      await b.turn();
      b.clock.pass(61_000);
      const meta = (await b.incident()).id;
      if (tries === 3) await b.people.submit({ form: 'resolve', meta, values: { fixedBy: 'the revert' }, user: 'U1', id: 'r' });
    }
    expect((await b.incident()).closed).toBeDefined();
    expect(b.slack.places.size).toBe(1);
    expect(b.slack.posts.filter((p) => p.card)).toHaveLength(1);
    expect(b.slack.announcements).toHaveLength(1);
    const names = b.slack.files.map((file) => file.name);
    expect(names).toEqual([...new Set(names)]);
    expect(names.length).toBeGreaterThan(0);
    const keys = b.slack.posts.flatMap((p) => p.message?.key ?? []);
    expect(keys).toEqual([...new Set(keys)]);
    expect(keys.length).toBeGreaterThan(0);
  });

  test('Slack down: the card stands in the terminal, the look goes on, and the channel catches up', async () => {
    const b = bot();
    b.slack.down.add('*');
    await b.say('checkout is down');
    await b.turn();
    expect(b.printed.length).toBeGreaterThan(0);
    expect((await b.incident()).looks[0]?.endedAt).toBeDefined();
    b.slack.down.clear();
    b.clock.pass(10_000);
    await b.turn();
    expect((await b.incident()).card).toBeDefined();
  });
});

describe('an action', () => {
  const press = async (b: ReturnType<typeof bot>, user = 'U1') => {
    const { id } = await b.incident();
    const reply = await b.people.click({ action: 'revert', value: id, user, channel: 'C1', trigger: 't', id: 'x' });
    return reply.later ? reply.later() : reply.form;
  };
  const confirm = (b: ReturnType<typeof bot>, meta: string, user = 'U1') =>
    b.people.submit({ form: 'confirm', meta, values: {}, user, id: 'y' });

  async function declared(change: Partial<Tools>) {
    const b = bot(change);
    await b.say('checkout is down');
    await b.turn();
    return b;
  }

  test('runs once when two people confirm in the same second, and the second is told', async () => {
    const { ran, action } = revert();
    const b = await declared({ actions: [action] });
    const first = await press(b);
    const second = await press(b, 'U7');
    const replies = await Promise.all([confirm(b, first?.meta ?? ''), confirm(b, second?.meta ?? '', 'U7')]);
    await b.turn();
    expect(ran.runs).toBe(1);
    expect(replies.filter((r) => r.text?.includes('confirmed this already'))).toHaveLength(1);
  });

  test('is not offered to somebody who may not, with what would change it and the command', async () => {
    const { action } = revert();
    const form = await press(await declared({ actions: [action] }), 'U5');
    expect(form?.submit).toBeUndefined();
    expect(form?.lines.join()).toContain('ACTORS');
    expect(form?.code).toBe('git revert');
  });

  test('a forged confirmation of somebody else’s preview does nothing', async () => {
    const { ran, action } = revert();
    const b = await declared({ actions: [action] });
    const form = await press(b);
    await confirm(b, form?.meta ?? '', 'U5');
    await confirm(b, `${(await b.incident()).id}|made-up`);
    await b.turn();
    expect(ran.runs).toBe(0);
  });

  test('a crash during the run: it is asked whether it went through, and not run again', async () => {
    const { ran, action } = revert();
    const b = await declared({ actions: [action] });
    const form = await press(b);
    await confirm(b, form?.meta ?? '');
    const { id, actions, version } = await b.incident();
    await journal.append(id, version, [{ type: 'action-started', at: '2026-11-21T03:05:00.000Z', action: actions[0]?.id ?? '' }]);
    ran.settled = { status: 'done', text: 'it went through', links: [], live: { when: 'now' } };
    await b.turn();
    expect(ran.runs).toBe(0);
    expect((await b.incident()).actions[0]?.result).toMatchObject({ text: 'it went through' });
  });

  test('a dry run changes nothing and says so', async () => {
    const { ran, action } = revert();
    const policy = { environment: 'production', services: [], deadlineMinutes: 15, invite: [], actors: ['U1'], dryRun: true };
    const b = await declared({ actions: [action], policy });
    const form = await press(b);
    await confirm(b, form?.meta ?? '');
    await b.turn();
    expect(ran.runs).toBe(0);
    expect((await b.incident()).actions[0]?.result?.status).toBe('dry-run');
  });

  test('one that throws has failed, with the command to run by hand', async () => {
    const { action } = revert();
    const broken: Action = { ...action, run: () => Promise.reject(new Error('the remote hung up')) };
    const b = await declared({ actions: [broken] });
    const form = await press(b);
    await confirm(b, form?.meta ?? '');
    await b.turn();
    expect((await b.incident()).actions[0]?.result).toMatchObject({
      status: 'failed',
      text: 'the remote hung up',
      fix: expect.stringContaining('git revert'),
    });
  });
});

describe('a picture', () => {
  const minute = (i: number) => new Date(Date.parse('2026-11-21T02:30:00Z') + i * 60_000).toISOString();
  const rate: Finding = {
    kind: 'error-rate',
    tone: 'bad',
    usual: 4,
    onset: minute(25),
    points: Array.from({ length: 34 }, (_, i) => ({ at: minute(i), count: i < 25 ? 4 : 310 })),
  };
  const rollbar: Check = {
    name: 'rollbar',
    question: '?',
    budgetMs: 5_000,
    look: async () => ({ outcome: { status: 'found', findings: [rate] } }),
    verify: async () => [],
  };

  test('of the first look stands in the thread once, with its words for those who cannot see it', async () => {
    const b = bot({ checks: [rollbar] });
    await b.say('checkout is down');
    await b.turn();
    b.clock.pass(61_000);
    await b.turn();
    expect(b.slack.files).toEqual([
      {
        name: 'incident-1-first.png',
        content: '1',
        alt: expect.stringContaining('Errors per minute: at most 310'),
        under: (await b.incident()).card,
      },
    ]);
  });

  test('without anything to draw is not tried', async () => {
    const b = bot({ draw: () => Promise.reject(new Error('must not be asked')) });
    await b.say('checkout is down');
    await b.turn();
    expect(b.failures).toEqual([]);
  });

  test('that cannot be drawn is only logged, a few times, and the look goes on', async () => {
    const b = bot({ checks: [rollbar], draw: () => Promise.reject(new ChartTrouble('the picture took too long')) });
    await b.say('checkout is down');
    for (let minutes = 0; minutes < 6; minutes++) {
      await b.turn();
      b.clock.pass(61_000);
    }
    expect(b.slack.files).toEqual([]);
    expect(b.failures).toEqual(Array(3).fill('incident 1: picture:first failed: the picture took too long'));
    expect((await b.incident()).looks).toHaveLength(6);
  });
});

describe('the end', () => {
  test('resolve asks, writes the review as a file, and frees the key', async () => {
    const b = bot();
    await b.say('checkout is down');
    await b.turn();
    const { id } = await b.incident();
    await b.people.submit({ form: 'resolve', meta: id, values: { fixedBy: 'a revert', right: 'yes', note: '' }, user: 'U1', id: 'z' });
    await b.turn();
    expect(b.slack.files).toMatchObject([{ name: 'incident-1-review.md' }]);
    expect((await b.incident()).closed?.why).toBe('resolved');
    expect(b.cases).toMatchObject([{ id: 'incident-1', kind: 'bundle', bundle: { version: 1 } }]);
    expect(await journal.list('open', 5)).toEqual([]);
  });

  test('a button of a closed incident answers politely and changes nothing', async () => {
    const b = bot();
    await b.say('checkout is down');
    await b.turn();
    const { id } = await b.incident();
    await b.people.submit({ form: 'resolve', meta: id, values: {}, user: 'U1', id: 'z' });
    await b.turn();
    expect((await b.people.click({ action: 'lead', value: id, user: 'U1', channel: 'C1', trigger: 't', id: 'x' })).text).toContain(
      'closed',
    );
  });
});
