import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Evidence } from '../../src/core/evidence.ts';
import type { Incident } from '../../src/core/incident.ts';
import { iris } from '../../src/rehearsal/stories/iris.ts';
import { type GatedBot, gatedBot } from './bot.ts';
import { misfortunes, type Product, products, slow } from './faults.ts';

/** The checks that ask a product, those that cannot say all without it, and those that begin only when it has answered or failed. */
const asks: Readonly<Record<Product, { own: readonly string[]; less: readonly string[]; waits: readonly string[] }>> = {
  Rollbar: { own: ['rollbar'], less: [], waits: [] },
  Sentry: { own: ['sentry'], less: [], waits: [] },
  RDS: { own: ['rds'], less: [], waits: [] },
  MySQL: { own: ['mysql'], less: ['schema', 'migrations'], waits: [] },
  Kubernetes: { own: ['deploy'], less: [], waits: ['releases', 'migrations', 'schema'] },
  Git: { own: ['releases', 'migrations'], less: ['schema'], waits: [] },
};
const LABELS: Readonly<Record<string, string>> = {
  rollbar: 'Rollbar',
  sentry: 'Sentry',
  rds: 'RDS',
  mysql: 'MySQL',
  deploy: 'Kubernetes',
  releases: 'Releases',
  migrations: 'Migrations',
  schema: 'Schema',
};
const soon = { timeout: 20_000, interval: 15 };

type Seen = ReadonlyMap<string, Evidence>;

const answersOf = (incident: Incident, look: number): Seen =>
  new Map(incident.events.flatMap((e) => (e.type === 'looked' && e.look === look ? [[e.evidence.check, e.evidence] as const] : [])));

const isBlind = (evidence: Evidence) => evidence.outcome.status === 'blind';

const blindIn = (seen: Seen): readonly string[] => [...seen.values()].filter(isBlind).map((evidence) => evidence.check);

const all = (some: readonly Product[], what: 'own' | 'less' | 'waits') => some.flatMap((product) => asks[product][what]);

describe('three products fail while an incident is open', () => {
  let it: GatedBot;
  let rules: ReadonlySet<string>;
  const incident = (): Incident => {
    const now = it.incident();
    if (!now) throw new Error('no incident yet');
    return now;
  };

  const idle = () => vi.waitFor(() => expect(incident().looks.at(-1)?.endedAt).toBeDefined(), soon);

  /** A look that began after this was asked; `meanwhile` runs until it has ended. */
  async function lookAgain(meanwhile: (seen: Seen) => void = () => undefined): Promise<Seen> {
    const before = incident().looks.length;
    await it.say('look');
    const ended = () => {
      const look = incident().looks[before];
      if (look) meanwhile(answersOf(incident(), look.look));
      expect(look?.endedAt).toBeDefined();
    };
    await vi.waitFor(ended, soon);
    return answersOf(incident(), incident().looks[before]?.look ?? 0);
  }

  beforeAll(async () => {
    it = await gatedBot(iris);
    await it.say('checkout is down');
    await vi.waitFor(() => expect(it.incident()?.looks[0]?.endedAt).toBeDefined(), soon);
    expect(blindIn(await lookAgain())).toEqual([]);
    await vi.waitFor(() => expect(incident().diagnosis?.verdict).toBe('cause'), soon);
    rules = new Set(incident().judged.flatMap((j) => j.diagnosis.hypotheses.map((h) => h.rule)));
  });
  afterAll(() => it.close());

  /** Every product is the faulty one in one of two looks, beside three that are well, and well again in the other. */
  const halves: readonly (readonly Product[])[] = [
    ['Sentry', 'MySQL', 'Kubernetes'],
    ['Rollbar', 'RDS', 'Git'],
  ];
  const onTheWire = Object.entries(misfortunes).filter(([, { meets }]) => !['no address', 'no tls'].includes(String(meets('RDS'))));
  const rows = onTheWire.flatMap(([name, { meets, says }]) => halves.map((faulty) => ({ name, faulty, meets, says })));

  /** Judged without them, and on the card with their fix, alone. */
  function named(own: readonly string[], may: readonly string[]): void {
    const { diagnosis } = incident();
    for (const check of own) expect(diagnosis?.blind.map((b) => b.check)).toContain(check);
    expect(diagnosis?.verdict).not.toBe('healthy');
    for (const { rule } of diagnosis?.hypotheses ?? []) expect(rules).toContain(rule);
    const lines = it.card().match(/⚫ [^⚫⚪🟢🔴🟡🔵⏳]+/gu) ?? [];
    const whose = lines.map((line) => Object.keys(LABELS).find((check) => line.startsWith(`⚫ ${LABELS[check]}:`)));
    expect(whose).toEqual(expect.arrayContaining([...own]));
    expect(may).toEqual(expect.arrayContaining(whose));
    for (const line of lines) expect(line).toMatch(/(?:Paste|Fix): \S|in the thread/);
  }

  test.each(rows)(
    '$faulty with $name: they are named with their fix, the others are seen in time, the verdict stays careful',
    async (row) => {
      const { name, faulty, meets, says } = row;
      const [own, less] = [all(faulty, 'own'), all(faulty, 'less')];
      const hangs = name === 'a hang';
      const waiting = [...own, ...less, ...all(faulty, 'waits')];
      // The last three wait for others' answers by their nature.
      const free = Object.keys(LABELS).filter((check) => ![...waiting, 'releases', 'migrations', 'schema'].includes(check));
      await idle();
      it.hold(hangs ? [...own, ...less] : []);
      try {
        for (const product of faulty) {
          const fault = meets(product);
          if (fault !== 'no address' && fault !== 'no tls') await it.gates[product].set(fault);
        }
        // Their budgets are used up only when all others have answered: those cannot have waited.
        const seen = await lookAgain((answers) => {
          if (hangs && free.every((check) => answers.has(check))) it.spend([...own, ...less]);
        });
        const reason = { status: 'blind', why: expect.stringMatching(says), fix: expect.stringMatching(/\w{3}/) };
        for (const check of own) expect(seen.get(check)?.outcome).toMatchObject(reason);
        // Well again since the look before: what failed then is seen now.
        expect(blindIn(seen).filter((check) => ![...own, ...less].includes(check))).toEqual([]);
        await vi.waitFor(() => named(own, [...own, ...less]), soon);
      } finally {
        it.hold([]);
        it.spend(Object.keys(LABELS));
        for (const product of faulty) await it.gates[product].set(undefined);
      }
    },
  );

  test('all slow, and in time: nobody is blind, the card names nobody, and the thread told of each that it is seen again', async () => {
    await idle();
    for (const product of products) await it.gates[product].set(slow);
    expect(blindIn(await lookAgain())).toEqual([]);
    for (const product of products) expect(it.gates[product].met()).toBeGreaterThan(0);
    await expect.poll(() => it.card().includes('⚫'), soon).toBe(false);
    for (const label of Object.values(LABELS).filter((one) => one !== 'Schema'))
      await expect.poll(it.channel, soon).toContain(`I can see ${label} again`);
  });

  test('no fault was ever judged a cause, told as a fault of the bot, or posted a second card', () => {
    expect(it.logged()).not.toMatch(/the check failed/);
    expect(incident().events.filter((e) => e.type === 'card-posted')).toHaveLength(1);
    for (const { diagnosis } of incident().judged) for (const { rule } of diagnosis.hypotheses) expect(rules).toContain(rule);
  });
});

/** Names without an address and broken TLS stand in the settings: each such bot is its own. Every product meets both, beside three that are well. */
test.each<{ unnamed: readonly Product[]; untrusted: readonly Product[] }>([
  { unnamed: ['Rollbar', 'Sentry'], untrusted: ['RDS'] },
  { unnamed: ['MySQL'], untrusted: ['Kubernetes', 'Git'] },
  { unnamed: ['RDS', 'Git'], untrusted: ['Rollbar'] },
  { unnamed: ['Kubernetes'], untrusted: ['Sentry', 'MySQL'] },
])('$unnamed without an address and $untrusted without TLS: all are named, the others are seen', { timeout: 40_000 }, async (row) => {
  const { unnamed, untrusted } = row;
  const instead = Object.fromEntries([
    ...unnamed.map((product) => [product, 'no address'] as const),
    ...untrusted.map((product) => [product, 'no tls'] as const),
  ]);
  const it = await gatedBot(iris, { instead });
  try {
    await it.say('checkout is down');
    await expect.poll(() => it.incident()?.looks[0]?.endedAt !== undefined, soon).toBe(true);
    const incident = it.incident();
    const seen: Seen = incident ? answersOf(incident, 1) : new Map();
    for (const [faulty, name] of [
      [unnamed, 'no address'],
      [untrusted, 'a broken TLS'],
    ] as const)
      for (const check of all(faulty, 'own'))
        expect(seen.get(check)?.outcome).toMatchObject({ status: 'blind', why: expect.stringMatching(misfortunes[name]?.says ?? /never/) });
    const faulty = [...unnamed, ...untrusted];
    expect(blindIn(seen).filter((check) => ![...all(faulty, 'own'), ...all(faulty, 'less')].includes(check))).toEqual([]);
    expect(incident?.diagnosis?.verdict).not.toBe('healthy');
  } finally {
    await it.close();
  }
});
