import { type Incident, onsetOf } from '../core/incident.ts';
import type { Step } from '../core/plan.ts';
import { type Answer, lookAll } from './look.ts';
import type { Records } from './record.ts';
import type { Tools } from './tools.ts';

/** One look of an incident: every answer is appended as it comes. A look that a crash cut off asks only what has not answered. */
export async function lookStep(
  incident: Incident,
  step: Extract<Step, { look: number }>,
  tools: Tools,
  records: Records,
  signal: AbortSignal,
): Promise<void> {
  const { look, lean } = step;
  const answered = incident.looks.find((l) => l.look === look)?.answered ?? [];
  const asked = tools.checks.filter((c) => !answered.includes(c.name));
  if (!step.begun) await records.append(incident.id, () => [{ type: 'look-started', look, lean, asked: asked.map((c) => c.name) }]);
  const onset = onsetOf(incident.history);
  const scope = {
    ...(incident.alert.service ? { service: incident.alert.service } : {}),
    environment: tools.policy.environment,
    openedAt: incident.openedAt,
    ...(onset === undefined ? {} : { onset }),
    lean,
  };
  const keep = async ({ evidence, cost }: Answer) => {
    // The process is closing: what was cut off is asked again at the next start, and is nobody's fault.
    if (signal.aborted) return;
    tools.measure('check', evidence.check, evidence.tookMs / 1000, evidence.outcome.status);
    tools.log.info(`incident ${incident.number}: ${evidence.check} ${evidence.outcome.status}`, {
      incident: incident.number,
      tookMs: evidence.tookMs,
      ...cost,
    });
    await records.append(incident.id, () => [{ type: 'looked', look, evidence }]);
  };
  await lookAll(asked, scope, incident.evidence, tools.clock, signal, keep, tools.timeLimit);
  if (!signal.aborted) await records.append(incident.id, () => [{ type: 'look-ended', look }]);
}
