import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Action, ActionRequest, Preview } from '../../src/core/action.ts';
import type { RemedyKind } from '../../src/core/diagnosis.ts';
import type { Runbooks } from '../../src/core/kit/runbooks.ts';
import { openSqlite, type SqliteJournal } from '../../src/journal/sqlite.ts';
import type { Tools } from '../../src/walk/tools.ts';
import { preview, revert, walkingBot } from '../setup/walking-bot.ts';

let dir: string;
let journal: SqliteJournal;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'acting-'));
  journal = await openSqlite(dir);
});
afterEach(async () => {
  await journal.shut();
  await rm(dir, { recursive: true });
});

type Bot = ReturnType<typeof walkingBot>;

async function declared(change: Partial<Tools>): Promise<Bot> {
  const b = walkingBot(journal, change);
  await b.say('checkout is down');
  await b.turn();
  return b;
}

/** Slack gives each press and each form an id of its own. */
let presses = 0;
const another = () => `press ${++presses}`;

async function press(b: Bot, action = 'revert', user = 'U1', about?: string) {
  const { id } = await b.incident();
  const value = about === undefined ? id : `${id}:${about}`;
  const reply = await b.people.click({ action, value, user, channel: 'C1', trigger: 't', id: another() });
  return reply.later ? reply.later() : reply.form;
}

const submit = (b: Bot, form: string, meta: string, values: Readonly<Record<string, string>> = {}, user = 'U1') =>
  b.people.submit({ form, meta, values, user, id: another() });

/** An action of any kind that notes what it was asked. */
function noting(kind: RemedyKind, answer: Partial<Preview> = {}, more: Partial<Action> = {}) {
  const asked: ActionRequest[] = [];
  const action: Action = {
    kind,
    preview: async (request) => {
      asked.push(request);
      return { ...preview, ...answer };
    },
    run: async () => ({ status: 'done', text: 'done', links: [], live: { when: 'now' } }),
    settle: async () => undefined,
    verify: async () => [],
    ...more,
  };
  return { asked, action };
}

describe('what a person confirms', () => {
  test('may be ten minutes old, not more: then it is checked and shown again', async () => {
    const { ran, action } = revert();
    const b = await declared({ actions: [action] });
    const form = await press(b);
    b.clock.pass(10 * 60_000 + 1);
    const reply = await submit(b, 'confirm', form?.meta ?? '');
    expect(reply.form?.lines.join()).toContain('older than 10 minutes');
    const fresh = await reply.later?.();
    expect(fresh?.submit).toBe('Confirm');
    await b.turn();
    expect(ran.runs).toBe(0);
    await submit(b, 'confirm', fresh?.meta ?? '');
    await b.turn();
    expect(ran.runs).toBe(1);
  });

  test('one change at a time: a restart in the same second as a revert is not run, and is told who was first', async () => {
    const { ran, action } = revert();
    const restart = noting('restart', { state: 'other' });
    const b = await declared({ actions: [action, restart.action] });
    const [first, second] = [await press(b), await press(b, 'restart', 'U7')];
    const replies = await Promise.all([submit(b, 'confirm', first?.meta ?? ''), submit(b, 'confirm', second?.meta ?? '', {}, 'U7')]);
    await b.turn();
    expect((await b.incident()).actions).toHaveLength(1);
    expect(replies.filter((r) => r.text !== undefined)).toHaveLength(1);
    expect(replies[1]?.text).toBe('<@U1> has just confirmed Revert; one change at a time. Wait for its end on the card.');
    expect(ran.runs).toBe(1);
  });

  test('ending queries goes beside a change', async () => {
    const b = await declared({ actions: [revert().action, noting('kill-queries').action] });
    const [first, second] = [await press(b), await press(b, 'kill-queries')];
    await submit(b, 'confirm', first?.meta ?? '');
    await submit(b, 'confirm', second?.meta ?? '');
    expect((await b.incident()).actions.map((a) => a.kind)).toEqual(['revert', 'kill-queries']);
  });

  test('a double click confirms once, and says so', async () => {
    const { ran, action } = revert();
    const b = await declared({ actions: [action] });
    const form = await press(b);
    await submit(b, 'confirm', form?.meta ?? '');
    expect((await submit(b, 'confirm', form?.meta ?? '')).text).toContain('confirmed this already');
    await b.turn();
    expect(ran.runs).toBe(1);
  });

  test('when the world moved meanwhile, the new preview is one press away, for that person alone', async () => {
    const { action } = revert({ status: 'refused', text: 'master <moved>', moved: true });
    const b = await declared({ actions: [action] });
    const form = await press(b, 'revert', 'U7');
    await submit(b, 'confirm', form?.meta ?? '', {}, 'U7');
    await b.turn();
    const [whisper] = b.slack.whispers;
    expect(whisper).toMatchObject({ user: 'U7', message: { text: 'Nothing was changed: master &lt;moved&gt;' } });
    const [button] = whisper?.message.buttons ?? [];
    const reply = await b.people.click({
      action: button?.action ?? '',
      value: button?.value ?? '',
      user: 'U7',
      channel: 'C1',
      trigger: 't',
      id: 'z',
    });
    expect((await reply.later?.())?.submit).toBe('Confirm');
  });

  test('by user or by user group; nobody else, whatever the form says', async () => {
    const { ran, action } = revert();
    const b = await declared({ actions: [action] });
    expect((await press(b, 'revert', 'U1'))?.submit).toBe('Confirm');
    expect((await press(b, 'revert', 'U7'))?.submit).toBe('Confirm');
    const stranger = await press(b, 'revert', 'U5');
    expect(stranger?.submit).toBeUndefined();
    expect((await submit(b, 'confirm', stranger?.meta ?? '', {}, 'U5')).text).toContain('ACTORS');
    await b.turn();
    expect(ran.runs).toBe(0);
  });

  test('the dry run is said in the preview, too', async () => {
    const policy = { environment: 'production', services: [], deadlineMinutes: 15, invite: [], actors: ['U1'], dryRun: true };
    const form = await press(await declared({ actions: [revert().action], policy }));
    expect(form?.lines).toContain('Dry run: confirming changes nothing.');
  });
});

describe('what nothing names', () => {
  const options = [
    { value: 'a'.repeat(40), text: `aaaaaaaa ${'long '.repeat(30)}` },
    { value: 'b'.repeat(40), text: 'bbbbbbbb Second' },
  ];
  test('is chosen in a form, then previewed with the choice', async () => {
    const choosing = noting('revert', {
      possible: false,
      refusal: 'No release is known.',
      choose: { field: 'sha', label: 'Which commit?', options },
    });
    const b = await declared({ actions: [choosing.action] });
    const form = await press(b);
    expect(form).toMatchObject({ name: 'choose', submit: 'Go on', lines: ['No release is known.', 'One commit'] });
    expect(form?.fields[0]?.options?.every((o) => o.text.length <= 75)).toBe(true);
    const reply = await submit(b, 'choose', form?.meta ?? '', { sha: options[1]?.value ?? '' });
    await reply.later?.();
    expect(choosing.asked.at(-1)?.choice).toEqual({ sha: options[1]?.value });
  });

  test('a forged choice of something that is no action does nothing', async () => {
    const b = await declared({ actions: [revert().action] });
    const meta = JSON.stringify({ incident: (await b.incident()).id, kind: 'scale', choice: {} });
    expect((await submit(b, 'choose', meta, { sha: 'x' })).text).toContain('not known');
  });

  test('the revert to undo is the commit that the button names', async () => {
    const undo = noting('revert');
    const b = await declared({ actions: [undo.action] });
    await press(b, 'undo-revert', 'U1', 'c'.repeat(40));
    expect(undo.asked[0]?.choice).toEqual({ undo: 'c'.repeat(40) });
  });

  test('what would break is confirmed under another name', async () => {
    const harmful = noting('revert', { safety: 'do-not' });
    const b = await declared({ actions: [harmful.action] });
    expect((await press(b, 'revert'))?.submit).toBe('Confirm all the same');
  });
});

describe('a feature that was switched off', () => {
  const flag = noting(
    'flag',
    {},
    {
      run: async (request) => ({
        status: 'done',
        text: 'switched',
        links: [],
        live: { when: 'now' },
        switched: { flag: 'thread-stats', turn: request.choice?.turn === 'on' ? 'on' : 'off' },
      }),
    },
  );
  const buttons = (b: Bot) => JSON.stringify(b.slack.posts.find((p) => p.card)?.card?.brief.sections.filter((s) => s.kind === 'buttons'));

  test('has its way back on the card until it is on again, whatever is done in between', async () => {
    const b = await declared({ actions: [flag.action, noting('restart').action] });
    for (const action of ['flag', 'restart']) {
      await submit(b, 'confirm', (await press(b, action))?.meta ?? '');
      b.clock.pass(60_000);
      await b.turn();
    }
    expect(buttons(b)).toContain('thread-stats=on');
    await submit(b, 'confirm', (await press(b, 'flag', 'U1', 'thread-stats=on'))?.meta ?? '');
    b.clock.pass(60_000);
    await b.turn();
    b.clock.pass(60_000);
    await b.turn();
    expect(buttons(b)).not.toContain('thread-stats=on');
  });

  test('is held while the pods are older than a change of the schema that people made', async () => {
    const b = await declared({ actions: [flag.action] });
    const { id, version } = await b.incident();
    const at = b.clock.now().toISOString();
    await journal.append(id, version, [
      { type: 'fix-elsewhere', at, text: 'thread_stats.id is BIGINT now', live: { when: 'pods-newer', than: at } },
    ]);
    const form = await press(b, 'flag', 'U1', 'thread-stats=on');
    expect(form?.submit).toBeUndefined();
    expect(form?.lines[0]).toContain('restart first');
    expect((await press(b, 'flag', 'U1', 'thread-stats=off'))?.submit).toBe('Confirm');
  });
});

describe('the clock', () => {
  const reminders = (b: Bot) => b.slack.posts.filter((p) => p.message?.key.startsWith('reminder:'));

  /** The process ends and another one starts on the same folder. */
  async function restarted(from: string, change: Partial<Tools> = {}): Promise<Bot> {
    await journal.shut();
    journal = await openSqlite(dir);
    return walkingBot(journal, change, from);
  }

  test('reminds at two thirds and at the deadline, each once, also when the bot was down in between', async () => {
    const b = await declared({});
    const started = await b.incident();
    const early = await restarted('2026-11-21T03:14:00.000Z');
    await early.turn();
    expect(reminders(early).map((p) => p.message?.key)).toEqual(['reminder:two-thirds']);
    const late = await restarted('2026-11-21T03:19:30.000Z');
    await late.turn();
    expect(reminders(late).map((p) => p.message?.key)).toEqual(['reminder:deadline']);
    const again = await restarted('2026-11-21T03:20:30.000Z');
    await again.turn();
    expect(reminders(again)).toEqual([]);
    expect((await again.incident()).id).toBe(started.id);
  });

  test('asks to be woken at two thirds, not earlier than it looks', async () => {
    const b = await declared({ checks: [] });
    b.clock.pass(9 * 60_000 + 30_000);
    const next = await b.turn();
    expect(next).toBe('2026-11-21T03:14:00.000Z');
  });

  test('is silent once a fix is on its way, over a restart, too', async () => {
    const { action } = revert({ status: 'done', text: 'pushed', links: [], live: { when: 'sha', sha: 'c'.repeat(40) } });
    const b = await declared({ actions: [action] });
    await submit(b, 'confirm', (await press(b))?.meta ?? '');
    await b.turn();
    const late = await restarted('2026-11-21T03:19:30.000Z', { actions: [action] });
    await late.turn();
    expect(reminders(late)).toEqual([]);
  });
});

describe('closing', () => {
  test('a wrong cause is asked what it was, and that is kept', async () => {
    const b = await declared({});
    const form = await press(b, 'cause-no');
    expect(form).toMatchObject({ name: 'wrong-cause', submit: 'Note it' });
    await submit(b, 'wrong-cause', form?.meta ?? '', { text: 'the load balancer' });
    expect((await b.incident()).causeConfirmed).toMatchObject({ right: false, cause: 'the load balancer' });
    await submit(b, 'resolve', form?.meta ?? '', { fixedBy: 'a new load balancer' });
    await b.turn();
    const [file] = b.slack.files;
    expect(file?.content).toContain('the load balancer');
    for (const heading of ['Summary', 'Impact', 'Cause', 'Timeline', 'What went well', 'What could not be seen', 'Follow-ups']) {
      expect(file?.content).toContain(`## ${heading}`);
    }
  });

  test('the scoreboard counts right, unknown and wrong', async () => {
    const b = walkingBot(journal);
    const end = async (right?: 'yes' | 'no') => {
      await b.people.submit({ form: 'declare', meta: 'C0', values: { title: 'broken' }, user: 'U1', id: another() });
      await b.turn();
      const { id } = await b.incident();
      await submit(b, 'resolve', id, { fixedBy: 'x', note: 'it was x', ...(right ? { right } : {}) });
      await b.turn();
      b.clock.pass(60_000);
    };
    await end('yes');
    await end('yes');
    await end('no');
    await end();
    expect((await b.say('list')).text).toMatch(/last 4: 2 right, \d said unknown, 1 wrong/);
  });

  test('what was learned is edited, must say all four things, is saved, and shown first when the cause is seen again', async () => {
    const files = new Map<string, string>();
    const runbooks: Runbooks = { read: async (rule) => files.get(rule), save: async (rule, text) => void files.set(rule, text) };
    const b = walkingBot(journal, { runbooks, checks: [lockCheck] });
    await b.say('orders time out');
    await b.turn();
    const { id, diagnosis } = await b.incident();
    const rule = diagnosis?.hypotheses[0]?.rule ?? '';
    expect(rule).toBe('metadata-lock');
    await submit(b, 'resolve', id, { fixedBy: 'KILL', right: 'yes', note: '' });
    await b.turn();
    const form = await press(b, 'runbook');
    const proposed = form?.fields[0]?.value ?? '';
    expect((await submit(b, 'runbook', id, { text: proposed.split('## What depends on it')[0] ?? '' })).errors?.text).toContain(
      'What depends on it',
    );
    const edited = `## When it applies\n\nThe report runs\n\n## What to do\n\nEnd it\n\n## What depends on it\n\nThe night's numbers\n\n## What went wrong before\n\nWe waited`;
    expect((await submit(b, 'runbook', id, { text: edited })).text).toContain('metadata-lock.md');
    b.clock.pass(60_000);
    await b.say('orders time out again');
    await b.turn();
    await b.turn();
    const shown = b.slack.posts.filter((p) => p.message?.key === 'runbook:metadata-lock');
    expect(shown.at(-1)?.message).toMatchObject({
      text: 'Seen before. The runbook says:',
      code: expect.stringContaining("The night's numbers"),
    });
  });
});

const lockCheck: Tools['checks'][number] = {
  name: 'mysql',
  question: '?',
  budgetMs: 5_000,
  look: async () => ({
    outcome: {
      status: 'found',
      findings: [
        {
          kind: 'lock-wait',
          tone: 'bad',
          lock: 'metadata',
          waiters: 61,
          blockerThread: 71_220,
          blockerSeconds: 900,
          blockerIdle: true,
          table: 'orders',
        },
        {
          kind: 'query-group',
          tone: 'bad',
          fingerprint: 'select * from orders',
          threads: 61,
          states: { 'Waiting for table metadata lock': 61 },
        },
      ],
    },
  }),
  verify: async () => [],
};
