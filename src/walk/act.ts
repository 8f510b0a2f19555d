import type { Action, ActionResult } from '../core/action.ts';
import { escapeMrkdwn, oneLine } from '../core/escape.ts';
import type { Acted, Incident } from '../core/incident.ts';
import type { Records } from './record.ts';
import type { Tools } from './tools.ts';

/** Longer than any action should take; after it the action counts as failed and says what to look at. */
const ACTION_BUDGET_MS = 120_000;

/** Carries a confirmed action out, once: after a crash it first finds out whether it went through. */
export async function act(incident: Incident, id: string, again: boolean, tools: Tools, records: Records): Promise<void> {
  const acted = incident.actions.find((a) => a.id === id);
  const action = tools.actions.find((a) => a.kind === acted?.kind);
  if (!acted) return;
  if (!action)
    return end(incident.id, id, { status: 'failed', text: `${acted.kind} is not set up any more`, fix: acted.preview.command }, records);
  if (tools.policy.dryRun) {
    return end(
      incident.id,
      id,
      { status: 'dry-run', text: `Dry run: nothing was changed. It would have run: ${acted.preview.command}` },
      records,
    );
  }
  if (!again) await records.append(incident.id, () => [{ type: 'action-started', action: id }]);
  const started = performance.now();
  const result = await carryOut(action, acted, again, (line) =>
    records.append(incident.id, () => [{ type: 'action-progress', action: id, line }]),
  );
  tools.measure('step', `action ${acted.kind}`, (performance.now() - started) / 1000, result.status);
  await end(incident.id, id, result, records);
  if (result.status === 'refused' && result.moved) await offerAgain(incident, acted, result.text, tools);
}

/** What was confirmed no longer holds: the person sees the new preview with one press. A whisper that cannot be said is no reason to ask again: the card says it, too. */
async function offerAgain(incident: Incident, acted: Acted, why: string, tools: Tools): Promise<void> {
  if (!incident.place) return;
  const buttons = [
    { action: 'preview-again', text: 'Show the new preview…', value: `${incident.id}:${acted.id}`, style: 'primary' },
  ] as const;
  const text = `Nothing was changed: ${escapeMrkdwn(oneLine(why))}`;
  await tools.channels.whisper(incident.place.channel, acted.by, { key: `moved:${acted.id}`, text, buttons }).catch((error: unknown) => {
    tools.log.warn(`incident ${incident.number}: the new preview could not be offered`, { error: String(error) });
  });
}

async function carryOut(action: Action, acted: Acted, again: boolean, report: (line: string) => Promise<unknown>): Promise<ActionResult> {
  const signal = AbortSignal.timeout(ACTION_BUDGET_MS);
  // A neighbour that cannot be asked leaves it unknown: this throws, and the step is tried again. It never runs on a guess.
  const settled = again ? await action.settle(acted.request, acted.preview, signal) : undefined;
  if (settled) return settled;
  const written: Promise<unknown>[] = [];
  try {
    return await action.run(acted.request, acted.preview, (line) => void written.push(report(line)), signal);
  } catch (error) {
    const text = signal.aborted ? `no end within ${ACTION_BUDGET_MS / 1000} s` : error instanceof Error ? error.message : String(error);
    return { status: 'failed', text, fix: `Look whether it happened; by hand: ${acted.preview.command}` };
  } finally {
    await Promise.allSettled(written);
  }
}

async function end(incident: string, action: string, result: ActionResult, records: Records): Promise<void> {
  await records.append(incident, (now) =>
    now.actions.some((a) => a.id === action && a.endedAt) ? [] : [{ type: 'action-ended', action, result }],
  );
}
