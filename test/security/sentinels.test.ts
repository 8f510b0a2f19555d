import { execFile } from 'node:child_process';
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
import { wire } from '../../src/wire.ts';
import { poisoned } from './poisoned.ts';
import { echoes, leakIn, leakyLine, planted } from './secrets.ts';

const LIMIT = 100_000;
const sinks = new Map<string, string>();
const own: string[] = [];
let staged: Staged;
let printed = '';

/** Everything that the workspace ever showed, also forms that are closed again. */
function watchSlack({ workspace }: Slack): void {
  const forms = new Set<string>();
  const texts = new Map<string, string>();
  workspace.onChange(() => {
    for (const open of workspace.views.values()) forms.add(JSON.stringify(open.view));
    // What people wrote themselves is theirs.
    for (const message of workspace.messages)
      if (message.user === 'U0PULASKI') texts.set(`${message.ts}${texts.size}`, JSON.stringify({ ...message, files: [] }));
    sinks.set('forms', [...forms].join('\n'));
    sinks.set('messages', [...texts.values()].join('\n'));
    sinks.set('topics', JSON.stringify([...workspace.channels.values()].map(({ name, topic, purpose }) => ({ name, topic, purpose }))));
    sinks.set(
      'files',
      [...workspace.files.values()].map((file) => `${file.name} ${file.title} ${file.alt} ${file.bytes.toString('utf8')}`).join('\n'),
    );
  });
}

async function cli(name: string, args: readonly string[], input = ''): Promise<void> {
  const child = promisify(execFile)(process.execPath, ['bin/pulaski.js', ...args], {
    env: { ...staged.neighbours.env, PORT: '0' },
    maxBuffer: 2 ** 27,
  });
  child.child.stdin?.end(input);
  const { stdout, stderr } = await child.catch((error: { stdout: string; stderr: string }) => error);
  expect(stdout.length + stderr.length, `${name} printed nothing: ${stderr}`).toBeGreaterThan(20);
  sinks.set(name, `${stdout}\n${stderr}`);
}

beforeAll(async () => {
  const before = { ...process.env };
  const write = process.stderr.write.bind(process.stderr);
  let logged = '';
  staged = await stage(
    poisoned,
    (env, clock) => {
      // SDKs read the process's own environment.
      Object.assign(process.env, env, { DATABASE_URL: '' });
      // The stand-in's AWS secret is an ordinary word that stands in folder names, too.
      own.push(...secretsOf(env).filter((secret) => secret !== 'rehearsal'));
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
  const say = (text: string) =>
    slack.person.command({ user: people[0].id, channel: incidentChannel(slack.workspace)?.id ?? '', command: '/incident', text });
  slack.workspace.onChange(() => {
    if (!incidentChannel(slack.workspace) || sinks.has('said')) return;
    sinks.set('said', '');
    void say(`note ${leakyLine}`)
      .then(() => say(`paste ${leakyLine} ${echoes.join(' ')}`))
      .then(() => say('status'));
  });
  const { failed } = await playStory(staged.world, slack, staged.bot.url);
  expect(failed).toEqual([]);
  sinks.set('metrics', await (await fetch(`${staged.bot.url}/metrics`)).text());
  const refused = await fetch(`${staged.bot.url}/alerts/alertmanager?token=${planted.password}`, { method: 'POST', body: leakyLine });
  sinks.set('answers', `${refused.status} ${await refused.text()} ${await (await fetch(`${staged.bot.url}/${planted.password}`)).text()}`);
  await staged.endBot();
  process.stderr.write = write;
  process.env = before;
  sinks.set('log', logged);
  sinks.set('standard error', printed);
  const folder = staged.neighbours.env.DATA_DIR ?? '';
  const journal = await openSqlite(folder);
  const lines: string[] = [];
  for await (const line of journal.exportLines()) lines.push(line);
  sinks.set('journal export', lines.join('\n'));
  await journal.shut();
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
}, LIMIT);

afterAll(() => staged?.close());

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
