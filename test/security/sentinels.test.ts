import { afterAll, beforeAll, expect, test } from 'vitest';
import { secretsOf } from '../../src/all-settings.ts';
import type { Slack } from '../../src/rehearsal/slack/web-api.ts';
import { poisoned } from './poisoned.ts';
import { echoes, leakIn, leakyLine, planted } from './secrets.ts';
import { type PlayedBot, playWholeBot } from './whole-bot.ts';

const LIMIT = 100_000;
const sinks = new Map<string, string>();
const own: string[] = [];
let played: PlayedBot;
/** Files what Slack showed under the names of its sinks. */
let read = (): void => undefined;

/** Everything that the workspace ever showed, also forms that are closed again and words that were changed since: each once. */
function watchSlack({ workspace }: Slack): void {
  const shown = { forms: new Set<string>(), messages: new Set<string>(), topics: new Set<string>(), files: new Set<string>() };
  workspace.onChange(() => {
    for (const open of workspace.views.values()) shown.forms.add(JSON.stringify(open.view));
    // What people wrote themselves is theirs.
    for (const message of workspace.messages)
      if (message.user === 'U0PULASKI') shown.messages.add(JSON.stringify({ ...message, files: [] }));
    for (const { name, topic, purpose } of workspace.channels.values()) shown.topics.add(JSON.stringify({ name, topic, purpose }));
    for (const { name, title, alt, bytes } of workspace.files.values())
      shown.files.add(`${name} ${title} ${alt} ${bytes.toString('utf8')}`);
  });
  read = () => {
    for (const [name, texts] of Object.entries(shown)) sinks.set(name, [...texts].join('\n'));
  };
}

beforeAll(async () => {
  played = await playWholeBot(poisoned, {
    watch: watchSlack,
    typed: [`note ${leakyLine}`, `paste ${leakyLine} ${echoes.join(' ')}`, 'status'],
    asked: { path: planted.password, query: planted.password, body: leakyLine },
  });
  const { cli, env } = played;
  // The stand-in's AWS secret is an ordinary word that stands in folder names, too.
  own.push(...secretsOf(env).filter((secret) => secret !== 'rehearsal'));
  await cli('triage', ['triage', '--verbose']);
  await cli('triage --json', ['triage', '--json']);
  await cli('doctor', ['doctor']);
  await cli('doctor --json', ['doctor', '--json']);
  const log = [leakyLine, ...echoes, "Mysql2::Error: Unknown column 'users.zip' in 'field list'"].join('\n');
  await cli('diagnose --text', ['diagnose', '--text'], log);
  await cli('diagnose --text --json', ['diagnose', '--text', '--json'], log);
  const rows = [
    {
      Id: 4,
      User: 'app',
      Host: '10.0.0.1',
      db: 'shop',
      Command: 'Query',
      Time: 9,
      State: 'executing',
      Info: `SELECT * FROM users WHERE name = 'Janeway' AND n = ${planted.number}`,
    },
  ];
  await cli('digest', ['digest'], JSON.stringify(rows));
  await cli('digest --json', ['digest', '--json'], JSON.stringify(rows));
  await cli('an error text', ['diagnose', `/nowhere/password=${planted.password}`]);
  read();
  for (const [name, text] of played.sinks) sinks.set(name, text);
}, LIMIT);

afterAll(() => played?.staged.close());

test.each([
  'messages',
  'forms',
  'topics',
  'files',
  'metrics',
  'answers',
  'log',
  'standard error',
  'journal export',
  'triage',
  'triage --json',
  'doctor',
  'doctor --json',
  'diagnose --text',
  'diagnose --text --json',
  'digest',
  'digest --json',
  'an error text',
])('nothing planted, and none of our own credentials, is in: %s', (name) => {
  expect(own.length).toBeGreaterThan(4);
  const forms = own.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret)
      .toString('base64')
      .replace(/.?.?=*$/, ''),
    secret.slice(0, 14),
  ]);
  // Addresses are no secret up to their password.
  expect(
    leakIn(
      sinks.get(name) ?? 'the sink was never looked at: Janeway',
      forms.filter((form) => !/^\w+(?::|%3A)/.test(form) || /@/.test(form)),
    ),
  ).toBeUndefined();
});

test('and what a diagnosis needs is there', () => {
  for (const name of ['messages', 'files', 'journal export', 'triage', 'triage --json'])
    for (const fact of ['fk_rails_2fd19c0db7', 'comments', 'post_id']) expect(sinks.get(name)?.replaceAll('\\', ''), name).toContain(fact);
  expect(sinks.get('forms')).toContain('git ');
});
