import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { assemble } from '../assemble.ts';
import { diagnose } from '../core/diagnose.ts';
import type { Evidence } from '../core/evidence.ts';
import { fold } from '../core/fold.ts';
import { bundleOf, type Incident, type IncidentEvent } from '../core/incident.ts';
import { redact, redactCommand } from '../core/redact.ts';
import { redactValue } from '../core/redact-value.ts';
import { triagePage } from '../core/triage-page.ts';
import { environment } from '../environment.ts';
import { machineClock } from '../machine-clock.ts';
import { SetupError } from '../settings.ts';
import { setupOf } from '../setup-of.ts';
import { type Answer, lookAll } from '../walk/look.ts';
import { print, printJson } from './io.ts';

/** Columns where there is no terminal to ask. */
const WITHOUT_TERMINAL = 100;
/** As a shell says it: 128 and the number of SIGINT. */
const INTERRUPTED = 130;

/** The look and the judgement of the bot, in this terminal; opens nothing and changes nothing. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' }, service: { type: 'string' }, verbose: { type: 'boolean' } } });
  const assembled = await assemble(environment());
  if (assembled.checks.ready.length === 0)
    throw new SetupError('No source is set up. Set a switch (docs/settings.md), or try: npm run -s pulaski -- rehearse iris --headless');
  const service = values.service ?? assembled.general.services[0];
  const answers: Answer[] = [];
  const cancel = new AbortController();
  process.once('SIGINT', () => cancel.abort(new Error('cancelled')));
  const openedAt = machineClock.now().toISOString();
  const scope = { environment: assembled.general.environment, openedAt, lean: false, ...(service === undefined ? {} : { service }) };
  await lookAll(assembled.checks.ready, scope, [], machineClock, cancel.signal, async (answer) => {
    answers.push(answer);
    if (!cancel.signal.aborted && !values.json && process.stderr.isTTY)
      process.stderr.write(`${answer.evidence.check}: ${answer.evidence.outcome.status}\n`);
  });
  if (cancel.signal.aborted) {
    await Promise.all([assembled.kit.git.close(), assembled.close()]);
    console.error('Cancelled. Nothing was changed anywhere.');
    return INTERRUPTED;
  }
  const incident = triaged(
    openedAt,
    service ?? '',
    assembled.general.environment,
    answers.map((a) => a.evidence),
  );
  const diagnosis = diagnose(bundleOf(incident));
  if (values.json) await printJson(redactValue({ bundle: bundleOf(incident), diagnosis }, assembled.secrets));
  else {
    const judged = fold(incident.id, [...incident.events, { type: 'judged', at: openedAt, diagnosis }]);
    const page = triagePage(judged, machineClock.now().toISOString(), setupOf(assembled), {
      colour: process.stdout.isTTY === true && process.stdout.hasColors(),
      width: process.stdout.columns ?? WITHOUT_TERMINAL,
      clean: (text) => redact(text, assembled.secrets),
    });
    await print(redactCommand(page, assembled.secrets).trimEnd());
  }
  if (values.verbose) for (const { evidence, cost } of lastOfEach(answers)) console.error(costLine(evidence, cost));
  await assembled.close();
  return 0;
}

/** The look as an incident that nobody opened: so that the terminal shows the very card. */
function triaged(at: string, service: string, environmentName: string, evidence: readonly Evidence[]): Incident {
  const alert = {
    source: 'command',
    key: 'triage',
    title: service ? `Triage of ${service}` : 'Triage',
    service,
    environment: environmentName,
    severity: 'unknown',
    status: 'firing',
    startedAt: at,
    url: '',
    labels: {},
    description: '',
  } as const;
  const events: readonly IncidentEvent[] = [
    { type: 'opened', at, number: 0, title: alert.title, alert },
    { type: 'look-started', at, look: 1, lean: false, asked: evidence.map((e) => e.check) },
    ...evidence.map((one) => ({ type: 'looked', at: one.at, look: 1, evidence: one }) as const),
    { type: 'look-ended', at, look: 1 },
  ];
  return fold(randomUUID(), events);
}

/** A check may answer again when another one changes what its answer is worth. */
function lastOfEach(answers: readonly Answer[]): Iterable<Answer> {
  return new Map(answers.map((answer) => [answer.evidence.check, answer])).values();
}

function costLine(evidence: Evidence, cost: Readonly<Record<string, number>>): string {
  const spent = Object.entries(cost).map(([what, n]) => `${n} ${what}`);
  return `${evidence.check}: ${evidence.tookMs} ms${spent.length > 0 ? `, ${spent.join(', ')}` : ''}`;
}
