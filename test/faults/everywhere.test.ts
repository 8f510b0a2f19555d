import { expect, onTestFinished, test } from 'vitest';
import { iris } from '../../src/rehearsal/stories/iris.ts';
import { gatedBot } from './bot.ts';
import { misfortunes, type Product, products } from './faults.ts';

const LIMIT = 40_000;
const LABELS: Readonly<Record<Product, string>> = {
  Rollbar: 'Rollbar',
  Sentry: 'Sentry',
  RDS: 'RDS',
  MySQL: 'MySQL',
  Kubernetes: 'Kubernetes',
  Git: 'Releases',
};
const CHECKS = ['rollbar', 'sentry', 'rds', 'mysql', 'deploy', 'releases', 'migrations', 'schema'];

test.each(Object.keys(misfortunes))(
  '%s everywhere: the card is there at once, names every source with its fix, convicts nobody and leaks nothing',
  { timeout: LIMIT },
  async (name) => {
    const misfortune = misfortunes[name];
    if (!misfortune) throw new Error(`no misfortune ${name}`);
    const instead: Partial<Record<Product, 'no address' | 'no tls'>> = {};
    for (const product of products) {
      const met = misfortune.meets(product);
      if (met === 'no address' || met === 'no tls') instead[product] = met;
    }
    const it = await gatedBot(iris, {
      instead,
      before: async (gates) => {
        for (const product of products) {
          const met = misfortune.meets(product);
          if (met !== 'no address' && met !== 'no tls') await gates[product].set(met);
        }
      },
    });
    onTestFinished(it.close);
    const hangs = name === 'a hang';
    if (hangs) it.hold(CHECKS);
    await it.say('checkout is down');
    const soon = { timeout: 15_000, interval: 20 };
    // The card waits for no answer.
    await expect.poll(() => it.card() !== '', soon).toBe(true);
    if (hangs) {
      // Nobody waits for anybody: one that gave up is shown with its fix while the others are still asked.
      await expect.poll(it.card, soon).toMatch(/⏳ Kubernetes/);
      const given = () => {
        it.spend(['rollbar']);
        return it.card();
      };
      await expect.poll(given, soon).toMatch(/⏳ Kubernetes.*⚫ Rollbar: [Nn]o answer within 8 s\. (?:Paste|Fix): /s);
    }
    const ended = () => {
      if (hangs) it.spend(CHECKS);
      return it.incident()?.looks[0]?.endedAt !== undefined;
    };
    await expect.poll(ended, { timeout: 25_000, interval: 20 }).toBe(true);
    const blind = () => it.card().match(/⚫ [^⚫⚪🟢🔴🟡🔵⏳]+/gu) ?? [];
    for (const product of products) await expect.poll(() => blind().join('\n'), soon).toContain(LABELS[product]);
    for (const line of blind()) expect(line).toMatch(/\w{3}.*(?:(?:Paste|Fix): \S|in the thread)/s);
    const first = new Map(it.incident()?.history.map((evidence) => [evidence.check, evidence]));
    for (const { outcome } of first.values())
      if (outcome.status === 'blind') expect(outcome.why).toMatch(new RegExp(`${misfortune.says.source}|nothing says`, 'i'));
    expect(it.channel()).not.toMatch(/Cause \(/);
    expect(it.incident()?.diagnosis).toMatchObject({ verdict: 'inconclusive', revert: 'unknown', suspects: [] });
    expect(it.logged()).not.toMatch(/the check failed/);
    expect(`${it.channel()}\n${it.logged()}`).not.toMatch(/rehearsal-read-only|sntrys_rehearsal|rehearsal-service-account/);
  },
);
