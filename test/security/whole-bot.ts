import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { secretsOf } from '../../src/all-settings.ts';
import { openSqlite } from '../../src/journal/sqlite.ts';
import { jsonLog } from '../../src/json-log.ts';
import { incidentChannel } from '../../src/rehearsal/card.ts';
import { playStory } from '../../src/rehearsal/headless.ts';
import { people } from '../../src/rehearsal/neighbours.ts';
import { type Staged, stage } from '../../src/rehearsal/session.ts';
import type { Slack } from '../../src/rehearsal/slack/web-api.ts';
import type { Story } from '../../src/rehearsal/world/story.ts';
import { wire } from '../../src/wire.ts';

interface Plan {
  /** Sees the workspace before the story begins. */
  watch: (slack: Slack) => void;
  /** What a person types after `/incident`, in this order, once there is a channel. */
  typed: readonly string[];
  /** Path, query and body of requests that the bot must refuse. */
  asked: { path: string; query: string; body: string };
}

export interface PlayedBot {
  staged: Staged;
  /** The bot's settings. */
  env: Readonly<Record<string, string>>;
  /** What the bot gave away, by where: `metrics`, `answers`, `log`, `standard error`, `journal export`, and what `cli` adds. */
  sinks: Map<string, string>;
  /** Runs a verb of the command line with the bot's settings; its output is a sink of that name. */
  cli: (name: string, args: readonly string[], input?: string) => Promise<void>;
}

/** Plays a story to its end with the whole bot, and keeps everything that it wrote anywhere but to Slack. */
export async function playWholeBot(story: Story, { watch, typed, asked }: Plan): Promise<PlayedBot> {
  const before = { ...process.env };
  const write = process.stderr.write.bind(process.stderr);
  const sinks = new Map<string, string>();
  let settings: Readonly<Record<string, string>> = {};
  let logged = '';
  let printed = '';
  const staged = await stage(
    story,
    (env, clock) => {
      settings = env;
      // SDKs read the process's own environment.
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
  watch(slack);
  typeOnce(slack, typed);
  const { failed } = await playStory(staged.world, slack, staged.bot.url);
  expect(failed).toEqual([]);
  const { url } = staged.bot;
  sinks.set('metrics', await (await fetch(`${url}/metrics`)).text());
  const refused = await fetch(`${url}/alerts/alertmanager?token=${asked.query}`, { method: 'POST', body: asked.body });
  sinks.set('answers', `${refused.status} ${await refused.text()} ${await (await fetch(`${url}/${asked.path}`)).text()}`);
  await staged.endBot();
  process.stderr.write = write;
  process.env = before;
  sinks.set('log', logged);
  sinks.set('standard error', printed);
  sinks.set('journal export', await exported(staged.neighbours.env.DATA_DIR ?? ''));
  return { staged, env: settings, sinks, cli: (name, args, input = '') => verb(staged, sinks, name, args, input) };
}

function typeOnce(slack: Slack, typed: readonly string[]): void {
  let begun = false;
  slack.workspace.onChange(() => {
    const channel = incidentChannel(slack.workspace)?.id;
    if (channel === undefined || begun) return;
    begun = true;
    void inOrder(typed, (text) => slack.person.command({ user: people[0].id, channel, command: '/incident', text }));
  });
}

async function inOrder(texts: readonly string[], say: (text: string) => Promise<unknown>): Promise<void> {
  for (const text of texts) await say(text);
}

async function exported(folder: string): Promise<string> {
  const journal = await openSqlite(folder);
  const lines: string[] = [];
  for await (const line of journal.exportLines()) lines.push(line);
  await journal.shut();
  return lines.join('\n');
}

async function verb(staged: Staged, sinks: Map<string, string>, name: string, args: readonly string[], input: string): Promise<void> {
  const child = promisify(execFile)(process.execPath, ['bin/pulaski.js', ...args], {
    env: { ...staged.neighbours.env, PORT: '0' },
    maxBuffer: 2 ** 27,
  });
  child.child.stdin?.end(input);
  const { stdout, stderr } = await child.catch((error: { stdout: string; stderr: string }) => error);
  expect(stdout.length + stderr.length, `${name} printed nothing: ${stderr}`).toBeGreaterThan(20);
  sinks.set(name, `${stdout}\n${stderr}`);
}
