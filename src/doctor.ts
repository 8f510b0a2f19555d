import { type Assembled, assemble, sourceParts } from './assemble.ts';
import type { Verification } from './core/check.ts';
import { withExpiry } from './core/expiry.ts';
import { build, type Env } from './core/part.ts';
import { redact } from './core/redact.ts';
import { machineClock } from './machine-clock.ts';
import { type General, SetupError } from './settings.ts';
import { slack } from './slack/app.ts';
import { slackPart } from './slack/settings.ts';

/** One part may take this long; then its line says that it did not answer. */
const BUDGET_MS = 15_000;

/** Checks everything that is configured. What is not set up is one line, not a fault. */
export async function examine(env: Env): Promise<readonly Verification[]> {
  let assembled: Assembled;
  try {
    assembled = await assemble(env);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return [{ what: 'settings', ok: false, required: true, says: error.message, fix: 'docs/settings.md' }];
  }
  const lines = await verifyAll(assembled, machineClock.now(), slackVerify(env, assembled.secrets));
  await assembled.close();
  return lines;
}

/** Slack's own lines, without connecting; undefined when it is not set up. */
function slackVerify(env: Env, secrets: readonly string[]): (() => Promise<readonly Verification[]>) | undefined {
  const built = build([slackPart], env, {});
  const [settings] = built.ready;
  const quiet = { info: () => {}, warn: () => {}, error: () => {} };
  return settings && slack({ settings, clock: machineClock, log: quiet, secrets }).verify;
}

export async function verifyAll(
  assembled: Assembled,
  now: Date,
  slack: (() => Promise<readonly Verification[]>) | undefined,
): Promise<readonly Verification[]> {
  const { checks, actions, general } = assembled;
  const parts = [
    ...checks.ready.map((c) => ({ name: c.name, verify: c.verify })),
    ...actions.ready.map((a) => ({ name: a.kind, verify: a.verify })),
  ];
  const asked = await Promise.all([...parts.map((part) => bounded(part.name, part.verify)), ...(slack ? [bounded('slack', slack)] : [])]);
  const off: readonly Verification[] = checks.off.map((name) => ({
    what: name,
    ok: false,
    required: false,
    says: 'not set up',
    fix: `Set ${switchesOf(name).join(' or ')}; docs/settings.md says what else it needs`,
  }));
  const lines = [...asked.flat(), ...(slack ? [] : [slackOff]), ...off, ...settingLines(general)];
  return distinct(lines.map((line) => clean(withExpiry(line, now), assembled.secrets)));
}

/** `triage` and `doctor` work without it; the bot does not. */
const slackOff: Verification = {
  what: 'slack',
  ok: false,
  required: false,
  says: 'not set up: only the terminal commands and the rehearsal work',
  fix: 'Set SLACK_BOT_TOKEN, and SLACK_APP_TOKEN or SLACK_SIGNING_SECRET; docs/setup.md has the steps',
};

function switchesOf(name: string): readonly string[] {
  const part = sourceParts.find((one) => one.name === name);
  return Object.entries(part?.env ?? {}).flatMap(([variable, setting]) => (setting.switch ? [variable] : []));
}

/** Several parts may ask the same source: what it says is told once. */
function distinct(lines: readonly Verification[]): readonly Verification[] {
  const same = (a: Verification, b: Verification) => a.what === b.what && a.ok === b.ok && a.says === b.says && a.fix === b.fix;
  return lines.filter((line, i) => lines.findIndex((other) => same(line, other)) === i);
}

function settingLines({ actors, announceChannel }: General): readonly Verification[] {
  return [
    ...(actors.length > 0
      ? []
      : [
          {
            what: 'ACTORS',
            ok: false,
            required: false,
            says: 'nobody may confirm an action',
            fix: 'ACTORS=U012AB3CD,S0614TZR7 (Slack user ids and user groups)',
          },
        ]),
    ...(announceChannel
      ? []
      : [
          {
            what: 'ANNOUNCE_CHANNEL',
            ok: false,
            required: false,
            says: 'nobody hears of a failed deploy job before an incident is open, and nothing is announced',
            fix: 'ANNOUNCE_CHANNEL=C012AB3CD',
          },
        ]),
  ];
}

async function bounded(name: string, verify: (signal: AbortSignal) => Promise<readonly Verification[]>): Promise<readonly Verification[]> {
  const signal = AbortSignal.timeout(BUDGET_MS);
  const { promise: late, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(new Error(`no answer within ${BUDGET_MS / 1000} s`)), { once: true });
  try {
    return await Promise.race([verify(signal), late]);
  } catch (error) {
    return [
      {
        what: name,
        ok: false,
        required: true,
        says: error instanceof Error ? error.message : String(error),
        fix: 'See whether it is up and can be reached from here',
      },
    ];
  }
}

function clean(line: Verification, secrets: readonly string[]): Verification {
  return { ...line, says: redact(line.says, secrets), ...(line.fix === undefined ? {} : { fix: redact(line.fix, secrets) }) };
}
