import { existsSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Slack } from '../../src/rehearsal/slack/web-api.ts';
import { BOT } from '../../src/rehearsal/slack/workspace.ts';
import { hostileStory, markupIn, nasty, textsOf, UNSEEN, unseenIn } from './hostile.ts';
import { type PlayedBot, playWholeBot } from './whole-bot.ts';

const LIMIT = 100_000;
let played: PlayedBot;
/** Everything that Slack was ever given. */
const given: { where: string; text: string; parsed: boolean }[] = [];
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

beforeAll(async () => {
  const path = encodeURIComponent(nasty);
  played = await playWholeBot(hostileStory, {
    watch: watchSlack,
    typed: [`note ${nasty}`, `paste ${nasty}`, 'status', 'here', nasty, 'list', 'copy'],
    asked: { path: `alerts/${path}`, query: path, body: nasty },
  });
  const { cli } = played;
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

afterAll(() => played?.staged.close());

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
  const text = played.sinks.get(name) ?? '\u001b not looked at';
  // Ours are the colours of the terminal's card; a pipe gets none.
  expect(unseenIn(text)).toBeUndefined();
});

test('every line of the log and of the export is one object, whatever was said', () => {
  for (const name of ['log', 'journal export'])
    for (const line of (played.sinks.get(name) ?? '').split('\n').filter(Boolean)) expect(() => void JSON.parse(line), line).not.toThrow();
  expect(
    played.sinks
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
  const folder = played.staged.neighbours.env.DATA_DIR ?? '';
  expect(readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /(?:^|\/)pwned$/.test(name))).toEqual([]);
  expect(existsSync('pwned')).toBe(false);
});

test('the commands to paste hold only what is plain or quoted', () => {
  expect(commands).toContain('git revert');
  expect(commands).not.toMatch(/\$\(|<!|pwned|DROP/);
  expect(UNSEEN.test(commands)).toBe(false);
});
