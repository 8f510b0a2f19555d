import type { Alert } from '../../core/alert.ts';
import { alertFrom, TITLE_LIMIT } from '../../core/alert-value.ts';
import type { Incident } from '../../core/incident.ts';
import { claimOf } from '../../core/intake.ts';
import type { Context } from './context.ts';

/** The key of what a person said once. */
export function wordKey(id: string): string {
  return `command:${id}`;
}

/**
 * Opens an incident for a person: from their words, or from the alert or job that an announcement named. Durable when it answers. `id` is what Slack
 * calls this press or command: delivered again, it opens nothing new.
 */
export async function declare(
  context: Context,
  said: { text: string; user: string; channel: string; id: string; source?: 'command' | 'watch' },
): Promise<{ incident: Incident; opened: boolean }> {
  const { tools, records, walker } = context;
  const id = tools.clock.newId();
  const at = tools.clock.now().toISOString();
  const announced = said.source === 'watch' ? alertFrom(said.text) : undefined;
  const source = announced?.source || said.source || 'command';
  const title = (announced?.title || said.text).replace(/\s+/g, ' ').trim().slice(0, TITLE_LIMIT) || 'Something is broken';
  const alert: Alert = {
    source,
    // An announced job or alert has one key however many people press; what a person says is new each time they say it.
    key: announced?.key || (said.source === 'watch' ? `job:${title}` : wordKey(said.id || id)),
    title,
    service: announced?.service || (tools.policy.services[0] ?? ''),
    environment: tools.policy.environment,
    severity: announced?.severity ?? 'unknown',
    status: 'firing',
    startedAt: announced?.startedAt || at,
    url: '',
    labels: {},
    description: announced ? '' : said.text.slice(0, 3000),
  };
  const answer = await tools.journal.open({ id, key: claimOf(alert), due: at }, (number) => [
    { type: 'opened', at, by: said.user, number, title, alert, via: { channel: said.channel, user: said.user } },
  ]);
  await walker.poke(answer.id);
  return { incident: await records.load(answer.id), opened: answer.opened };
}
