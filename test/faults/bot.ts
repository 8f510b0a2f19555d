import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { secretsOf } from '../../src/all-settings.ts';
import { fold, foldMore } from '../../src/core/fold.ts';
import type { Incident, IncidentEvent } from '../../src/core/incident.ts';
import { jsonLog } from '../../src/json-log.ts';
import { cardOf, incidentChannel, wordsOf } from '../../src/rehearsal/card.ts';
import { people, startNeighbours } from '../../src/rehearsal/neighbours.ts';
import type { Slack } from '../../src/rehearsal/slack/web-api.ts';
import { SENTRY_ORG, SENTRY_TOKEN, startSentry } from '../../src/rehearsal/stand-ins/sentry.ts';
import { storyClock } from '../../src/rehearsal/story-clock.ts';
import { MINUTE } from '../../src/rehearsal/world/rollouts.ts';
import type { Story } from '../../src/rehearsal/world/story.ts';
import { makeWorld } from '../../src/rehearsal/world/world.ts';
import type { TimeLimit } from '../../src/walk/look.ts';
import { type Bot, wire } from '../../src/wire.ts';
import { noTls, type Product, products } from './faults.ts';
import { type Gate, gate } from './gate.ts';
import { gitServer } from './git-server.ts';

/** Story seconds in a real one: Slack's pace of a message a second costs nothing, and a minute has room for many looks. */
const SPEED = 20;

/** A whole bot among neighbours that answer, each behind a gate. */
export interface GatedBot {
  bot: Bot;
  slack: Slack;
  gates: Readonly<Record<Product, Gate>>;
  /** All that it logged. */
  logged: () => string;
  card: () => string;
  /** All messages of the incident's channel. */
  channel: () => string;
  /** The first incident, as its journal has it now. */
  incident: () => Incident | undefined;
  /** `/incident …` by the first person, in the incident's channel when there is one. */
  say: (text: string) => Promise<void>;
  /** Budgets of these checks do not end by themselves, but when they are spent. */
  hold: (checks: readonly string[]) => void;
  spend: (checks: readonly string[]) => void;
  close: () => Promise<void>;
}

/** `instead`: faults that stand in the settings, by product. `before` runs when the gates are there and the bot is not. */
export async function gatedBot(
  story: Story,
  options: {
    instead?: Partial<Record<Product, 'no address' | 'no tls'>>;
    before?: (gates: GatedBot['gates']) => Promise<void>;
    env?: Readonly<Record<string, string>>;
  } = {},
): Promise<GatedBot> {
  const { instead = {} } = options;
  const folder = mkdtempSync(join(tmpdir(), 'pulaski-faults-'));
  const begins = Date.parse(story.onset) + story.opening.minute * MINUTE;
  const clock = storyClock(new Date(begins).toISOString(), { speed: SPEED });
  const world = makeWorld(story, clock, folder);
  const latency = { latencyMs: () => 1 };
  const neighbours = await startNeighbours(world, { ...latency, folder, own: {}, port: '0' });
  const [sentry, git] = await Promise.all([startSentry(world, latency), gitServer(world.repository.path)]);
  const env: Record<string, string> = { ...neighbours.env, SENTRY_TOKEN, SENTRY_ORG, SENTRY_PROJECT: 'checkout' };
  const kubeconfig = readFileSync(env.KUBECONFIG ?? '', 'utf8');
  const ports: Record<Product, number> = {
    Rollbar: portOf(env.ROLLBAR_API_URL),
    Sentry: portOf(sentry.url),
    RDS: portOf(env.AWS_ENDPOINT_URL),
    MySQL: portOf(env.MYSQL_URL),
    Kubernetes: portOf(/"server":"([^"]*)"/.exec(kubeconfig)?.[1]),
    Git: git.port,
  };
  const made = await Promise.all(products.map(async (product) => [product, await gate(ports[product])] as const));
  const gates = Object.fromEntries(made) as Record<Product, Gate>;
  const at = (product: Product, scheme = 'http') => {
    if (instead[product] === 'no address') return `${scheme}://pulaski-test.invalid`;
    return `${instead[product] === 'no tls' && scheme === 'http' ? 'https' : scheme}://127.0.0.1:${gates[product].port}`;
  };
  for (const product of products) if (instead[product] === 'no tls') await gates[product].set(noTls);
  writeFileSync(env.KUBECONFIG ?? '', kubeconfig.replace(/"server":"[^"]*"/, `"server":"${at('Kubernetes')}"`));
  const mysql = new URL(env.MYSQL_URL ?? '');
  Object.assign(env, {
    ROLLBAR_API_URL: at('Rollbar'),
    SENTRY_URL: at('Sentry'),
    AWS_ENDPOINT_URL: at('RDS'),
    MYSQL_URL: at('MySQL', 'mysql').replace('://', `://${mysql.username}:${mysql.password}@`) + mysql.pathname,
    GIT_REMOTE: `${at('Git')}/checkout.git`,
    ...options.env,
  });
  await options.before?.(gates);

  let logged = '';
  const write = (text: string): void => {
    logged += text;
  };
  const held = new Set<string>();
  const budgets: { check: string; spent: AbortController }[] = [];
  const timeLimit: TimeLimit = (ms, check) => {
    if (!held.has(check)) return AbortSignal.timeout(ms);
    const spent = new AbortController();
    budgets.push({ check, spent });
    return spent.signal;
  };
  const own = { ...process.env };
  Object.assign(process.env, env, { DATABASE_URL: '' });
  const bot = await wire(env, {
    clock,
    log: jsonLog('debug', secretsOf(env), { write }),
    timeLimit,
    kitLimits: { mysql: { knockAgainMs: 0 } },
  });
  const { slack } = neighbours;
  const journal = tail(join(env.DATA_DIR ?? '', 'journal.db'));
  return {
    bot,
    slack,
    gates,
    logged: () => logged,
    card: () => wordsOf(cardOf(slack.workspace) ?? { text: '', blocks: [] }),
    channel: () => {
      const id = incidentChannel(slack.workspace)?.id;
      return slack.workspace.messages
        .filter((m) => m.channel === id)
        .map((m) => JSON.stringify(m))
        .join('\n');
    },
    incident: journal.incident,
    say: async (text) => {
      const channel = incidentChannel(slack.workspace)?.name ?? 'engineering';
      const said = await slack.person.command({ user: people[0].id, channel, command: '/incident', text });
      if (!said.ok) throw new Error(said.error);
    },
    hold: (checks) => {
      held.clear();
      for (const check of checks) held.add(check);
    },
    spend: (checks) => {
      for (const { check, spent } of budgets) if (checks.includes(check)) spent.abort(new DOMException('spent', 'TimeoutError'));
    },
    close: async () => {
      // What still hangs is let go first.
      for (const { spent } of budgets) spent.abort();
      await Promise.all(Object.values(gates).map((one) => one.close()));
      await bot[Symbol.asyncDispose]();
      journal.close();
      world.close();
      await Promise.all([neighbours.close(), sentry.close(), git.close()]);
      // A git that was cut off may still tidy up.
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
      for (const name of Object.keys(process.env)) if (own[name] === undefined) delete process.env[name];
      Object.assign(process.env, own);
    },
  };
}

function portOf(url: string | undefined): number {
  return Number(new URL(url ?? '').port);
}

/** Reads the embedded journal beside the bot, only what is new each time. */
function tail(path: string): { incident: () => Incident | undefined; close: () => void } {
  const db = new DatabaseSync(path, { readOnly: true });
  const next = db.prepare(
    'SELECT e.body FROM event e JOIN incident i ON i.id = e.incident WHERE i.number = 1 AND e.version > ? ORDER BY e.version',
  );
  let incident: Incident | undefined;
  return {
    incident: () => {
      const events = next.all(incident?.version ?? 0).map((row) => JSON.parse(String(row.body)) as IncidentEvent);
      if (events.length > 0) incident = incident ? foldMore(incident, events) : fold('1', events);
      return incident;
    },
    close: () => db.close(),
  };
}
