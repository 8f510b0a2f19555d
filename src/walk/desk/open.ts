import type { Alert } from '../../core/alert.ts';
import type { Incident } from '../../core/incident.ts';
import type { Context } from './context.ts';

/** Titles beyond this are cut: a card's headline has 150 characters. */
const TITLE_LIMIT = 140;

/** Opens an incident for a person. Durable when it answers. */
export async function declare(
  context: Context,
  said: { text: string; user: string; channel: string; source?: 'command' | 'watch' },
): Promise<Incident> {
  const { tools, records, walker } = context;
  const id = tools.clock.newId();
  const at = tools.clock.now().toISOString();
  const title = said.text.replace(/\s+/g, ' ').trim().slice(0, TITLE_LIMIT) || 'Something is broken';
  const alert: Alert = {
    source: said.source ?? 'command',
    key: `${said.source ?? 'command'}:${id}`,
    title,
    service: tools.policy.services[0] ?? '',
    environment: tools.policy.environment,
    severity: 'unknown',
    status: 'firing',
    startedAt: at,
    url: '',
    labels: {},
    description: said.text.slice(0, 3000),
  };
  await tools.journal.open({ id, key: alert.key, due: at }, (number) => [
    { type: 'opened', at, by: said.user, number, title, alert, via: { channel: said.channel, user: said.user } },
  ]);
  await walker.poke(id);
  return records.load(id);
}
