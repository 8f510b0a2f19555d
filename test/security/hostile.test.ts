import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { secretsOf } from '../../src/all-settings.ts';
import { openSqlite } from '../../src/journal/sqlite.ts';
import { jsonLog } from '../../src/json-log.ts';
import { incidentChannel } from '../../src/rehearsal/card.ts';
import { playStory } from '../../src/rehearsal/headless.ts';
import { people } from '../../src/rehearsal/neighbours.ts';
import { type Staged, stage } from '../../src/rehearsal/session.ts';
import type { Slack } from '../../src/rehearsal/slack/web-api.ts';
import { BOT } from '../../src/rehearsal/slack/workspace.ts';
import { wire } from '../../src/wire.ts';
import { hostileStory, markupIn, nasty, textsOf, UNSEEN, unseenIn } from './hostile.ts';

const LIMIT = 100_000;
let staged: Staged;
/** Everything that Slack was ever given. */
const given: { where: string; text: string; parsed: boolean }[] = [];
const sinks = new Map<string, string>();
let commands = '';

function watchSlack({ workspace }: Slack): void {
  const seen = new Set<string>();
  const take = (where: string, value: unknown, parsed: boolean): void => {
    const key = where + JSON.stringify(value);
    if (seen.has(key)) return;
    seen.add(key);
    given.push(...textsOf(value, parsed).map((one) => ({ where, ...one })));
  };
  workspace.onChange(() => {
    for (const { view } of workspace.views.values()) {
      take('form', view, false);
      const code = JSON.stringify(view).match(/"rich_text_preformatted".*?"text":"(?:[^"\\]|\\.)*"/g) ?? [];
      commands += code.join('\n');
    }
    for (const { user, text, blocks, metadata } of workspace.messages) {
      if (user !== BOT.id) continue;
      take('message', text, true);
      take('message', blocks, false);
      take('mark', metadata, false);
    }
    for (const { topic, purpose, name, creator } of workspace.channels.values())
      if (creator === BOT.id) for (const one of [topic, purpose, name]) take('topic', one, false);
    for (const { name, title, alt, bytes, type } of workspace.files.values()) {
      for (const one of [name, title, alt]) take('file', one, false);
      if (!type.startsWith('image/')) take('review', bytes.toString('utf8'), false);
    }
  });
}

async function cli(name: string, args: readonly string[], text = ''): Promise<void> {
  const child = promisify(execFile)(process.execPath, ['bin/pulaski.js', ...args], {
    env: { ...staged.neighbours.env, PORT: '0' },
    maxBuffer: 2 ** 27,
  });
  child.child.stdin?.end(text);
  const { stdout, stderr } = await child.catch((error: { stdout: string; stderr: string }) => error);
  expect(stdout.length + stderr.length, name).toBeGreaterThan(20);
  sinks.set(name, `${stdout}\n${stderr}`);
}

beforeAll(async () => {
  const before = { ...process.env };
  const write = process.stderr.write.bind(process.stderr);
  let logged = '';
  let printed = '';
  staged = await stage(
    hostileStory,
    (env, clock) => {
      Object.assign(process.env, env, { DATABASE_URL: '' });
      const log = jsonLog('debug', secretsOf(env), {
        write: (line) => {
          logged += line;
        },
      });
      process.stderr.write = ((text: string) => {
        printed += text;
        return true;
      }) as typeof write;
      return wire(env, { clock, log });
    },
    { jumping: true, latencyMs: () => 1, own: {} },
  );
  const { slack } = staged.neighbours;
  watchSlack(slack);
  let said = false;
  const say = (text: string) =>
    slack.person.command({ user: people[0].id, channel: incidentChannel(slack.workspace)?.id ?? '', command: '/incident', text });
  slack.workspace.onChange(() => {
    if (!incidentChannel(slack.workspace) || said) return;
    said = true;
    void say(`note ${nasty}`)
      .then(() => say(`paste ${nasty}`))
      .then(() => say('status'))
      .then(() => say('here'))
      .then(() => say(`${nasty}`))
      .then(() => say('list'))
      .then(() => say('copy'));
  });
  const { failed } = await playStory(staged.world, slack, staged.bot.url);
  expect(failed).toEqual([]);
  sinks.set('metrics', await (await fetch(`${staged.bot.url}/metrics`)).text());
  const path = encodeURIComponent(nasty);
  const refused = await fetch(`${staged.bot.url}/alerts/alertmanager?token=${path}`, { method: 'POST', body: nasty });
  sinks.set('answers', `${await refused.text()} ${await (await fetch(`${staged.bot.url}/alerts/${path}`)).text()}`);
  await staged.endBot();
  process.stderr.write = write;
  process.env = before;
  sinks.set('log', logged);
  sinks.set('standard error', printed);
  const journal = await openSqlite(staged.neighbours.env.DATA_DIR ?? '');
  const lines: string[] = [];
  for await (const line of journal.exportLines()) lines.push(line);
  await journal.shut();
  sinks.set('journal export', lines.join('\n'));
  await cli('triage', ['triage', '--verbose']);
  await cli('triage --json', ['triage', '--json']);
  await cli('diagnose --text', ['diagnose', '--text'], `${nasty}\nMysql2::Error: Unknown column 'a${nasty}' in 'field list'`);
  await cli('diagnose --text --json', ['diagnose', '--text', '--json'], `${nasty}\nMysql2::Error: Unknown column 'a' ${nasty}`);
  const rows = [
    { Id: 4, User: `app ${nasty}`, Host: nasty, db: nasty, Command: 'Query', Time: 9, State: nasty, Info: `SELECT ${nasty} FROM t` },
  ];
  await cli('digest', ['digest'], JSON.stringify(rows));
  await cli('digest --json', ['digest', '--json'], JSON.stringify(rows));
  await cli('an error text', ['diagnose', `/nowhere/${nasty.replaceAll('\u0000', '')}`]);
  await cli('no verb', [nasty.slice(0, 200)]);
}, LIMIT);

afterAll(() => staged?.close());

test('all of it reached Slack, and none of it as markup', () => {
  expect(given.filter(({ text }) => text.includes('evil.example')).length).toBeGreaterThan(5);
  const wrong = given.filter(({ parsed }) => parsed).flatMap(({ where, text }) => markupIn(text)?.replace(/^/, `${where}: `) ?? []);
  expect([...new Set(wrong)]).toEqual([]);
});

test('what Slack was given steers no reader: no control, bidi or invisible character', () => {
  expect([...new Set(given.flatMap(({ where, text }) => unseenIn(text)?.replace(/^/, `${where}: `) ?? []))]).toEqual([]);
});

test.each([
  'metrics',
  'answers',
  'log',
  'standard error',
  'journal export',
  'triage',
  'triage --json',
  'diagnose --text',
  'diagnose --text --json',
  'digest',
  'digest --json',
  'an error text',
  'no verb',
])('%s steers no terminal', (name) => {
  const text = sinks.get(name) ?? '\u001b not looked at';
  // Ours are the colours of the terminal's card; a pipe gets none.
  expect(unseenIn(text)).toBeUndefined();
});

test('every line of the log and of the export is one object, whatever was said', () => {
  for (const name of ['log', 'journal export'])
    for (const line of (sinks.get(name) ?? '').split('\n').filter(Boolean)) expect(() => void JSON.parse(line), line).not.toThrow();
  expect(
    sinks
      .get('log')
      ?.split('\n')
      .some((line) => line.startsWith('{"level":"error","msg":"forged"')),
  ).toBe(false);
});

test('the review makes no link, image, HTML or table of its own', () => {
  const review = given.filter(({ where }) => where === 'review').map(({ text }) => text);
  expect(review.length).toBeGreaterThan(0);
  for (const text of review) {
    expect(text).toContain('evil');
    expect(text.replaceAll(/\\[\\`*_[\]<>|~#!]/g, '')).not.toMatch(/[<>]|\]\(|!\[/);
    for (const row of text.split('\n').filter((line) => line.startsWith('|')))
      expect([5, 7]).toContain(row.replaceAll(/\\./g, '').split('|').length);
  }
});

test('nothing of it was run', () => {
  expect(existsSync('/tmp/pwned')).toBe(false);
  const folder = staged.neighbours.env.DATA_DIR ?? '';
  expect(readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /(?:^|\/)pwned$/.test(name))).toEqual([]);
  expect(existsSync('pwned')).toBe(false);
});

test('the commands to paste hold only what is plain or quoted', () => {
  expect(commands).toContain('git revert');
  expect(commands).not.toMatch(/\$\(|<!|pwned|DROP/);
  expect(UNSEEN.test(commands)).toBe(false);
});
