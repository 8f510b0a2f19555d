import { expect, onTestFinished, test } from 'vitest';
import { secretsOf } from '../../src/all-settings.ts';
import { jsonLog } from '../../src/json-log.ts';
import { cardOf, incidentChannel, wordsOf } from '../../src/rehearsal/card.ts';
import { people } from '../../src/rehearsal/neighbours.ts';
import { stage } from '../../src/rehearsal/session.ts';
import { innocentDeploy } from '../../src/rehearsal/stories/innocent-deploy.ts';
import { wire } from '../../src/wire.ts';
import { allFaulty, faults } from './faulty.ts';

/** Checks' budgets are real time; the slowest of them and some air. */
const LIMIT = 40_000;
const SOURCES = ['Rollbar', 'Sentry', 'RDS', 'MySQL', 'Kubernetes'];

test.each(Object.keys(faults))(
  '%s everywhere: the card is there at once, names every source with its fix, convicts nobody and leaks nothing',
  {
    timeout: LIMIT,
  },
  async (name) => {
    const before = { ...process.env };
    let logged = '';
    let close = async (): Promise<void> => undefined;
    const staged = await stage(
      innocentDeploy,
      async (env, clock) => {
        const fault = faults[name];
        if (!fault) throw new Error(`no fault ${name}`);
        const faulty = await allFaulty(fault, env.HOME ?? '');
        close = faulty.close;
        const settings = { ...env, ...faulty.env };
        Object.assign(process.env, settings, { DATABASE_URL: '' });
        const write = (line: string): void => {
          logged += line;
        };
        return wire(settings, { clock, log: jsonLog('debug', secretsOf(settings), { write }) });
      },
      { jumping: false, latencyMs: () => 1, own: {} },
    );
    onTestFinished(async () => {
      // A git that hangs is let go first.
      await close();
      await staged.close();
      process.env = before;
    });
    const { slack } = staged.neighbours;
    const said = await slack.person.command({ user: people[0].id, channel: 'engineering', command: '/incident', text: 'checkout is down' });
    expect(said.ok).toBe(true);
    // The card does not wait for any answer.
    await expect.poll(() => cardOf(slack.workspace) !== undefined, { timeout: 6_000, interval: 20 }).toBe(true);
    const card = () => wordsOf(cardOf(slack.workspace) ?? { text: '', blocks: [] });
    // One that gave up is shown while the others still wait: nobody waits for anybody.
    if (name === 'a hang') await expect.poll(card, { timeout: 7_500, interval: 20 }).toMatch(/⏳ Rollbar.*⚫ Kubernetes/s);
    const blind = () => card().match(/⚫ [^⚫⚪🟢🔴🟡🔵⏳]+/gu) ?? [];
    await expect.poll(() => /Paste: |in the thread/.test(card()), { timeout: 25_000, interval: 50 }).toBe(true);
    const channel = incidentChannel(slack.workspace)?.id;
    const shown = slack.workspace.messages
      .filter((m) => m.channel === channel)
      .map((m) => JSON.stringify(m))
      .join('\n');
    for (const source of name === 'a hang' ? SOURCES : [...SOURCES, 'Releases']) expect(blind().join('\n')).toContain(source);
    for (const line of blind()) expect(line).toMatch(/\w{3}.*(?:Paste: \S|Command in the thread)/s);
    expect(shown).not.toMatch(/Cause \(/);
    expect(`${shown}\n${logged}`).not.toContain('Janeway');
    expect(logged).not.toMatch(/the check failed/);
  },
);
