import { z } from 'zod';
import type { Alert, AlertSource, WebhookRequest } from '../core/alert.ts';
import { lookup } from '../core/lookup.ts';
import type { Part } from '../core/part.ts';
import { alertOf, jsonOf, looseText, severityOf, shaped } from './shape.ts';
import { hasToken, tokenName, tokenSetting } from './trust.ts';

/** A variable that Datadog did not know stays as it was written: `$ALERT_PRIORITY`. */
const filled = looseText.transform((text) => (/^\$[A-Z_]+$/.test(text.trim()) ? '' : text));

/** Our own template for Datadog's webhooks, in docs/alerts.md; its default body is read too. */
const hook = z.looseObject({
  title: z.string().trim().min(1),
  id: filled,
  dedupe: filled,
  monitor_id: filled,
  body: filled,
  status: filled,
  type: filled,
  priority: filled,
  date: filled,
  tags: filled,
  link: filled,
});
type Hook = z.infer<typeof hook>;

const severities: Readonly<Record<string, Alert['severity']>> = { error: 'high', warning: 'medium', success: 'low', info: 'low' };

export const datadog: Part<AlertSource, object> = {
  name: 'datadog',
  env: tokenSetting('datadog', 'a custom header of the webhook: {"Authorization": "Bearer …"}'),
  make: (env) => ({
    name: 'datadog',
    trusts: (request) => hasToken(request, env(tokenName('datadog'))),
    read: (request) => [ofMonitor(shaped(hook, jsonOf(request.body)), request)],
  }),
};

function ofMonitor(said: Hook, request: WebhookRequest): Alert {
  // "[Triggered on {host:web-1}] CPU is high"
  const [, prefix = '', title = said.title] = /^\[([^\]]{0,200})\]\s*(.+)$/s.exec(said.title) ?? [];
  const transition = said.status || prefix;
  const labels = labelsOf(said.tags);
  const known = severityOf(said.priority);
  return alertOf(
    {
      source: 'datadog',
      key: said.dedupe || said.monitor_id || title,
      title,
      severity: known === 'unknown' ? (lookup(severities, said.type) ?? 'unknown') : known,
      status: /\brecovered\b/i.test(transition) ? 'resolved' : 'firing',
      // A reminder carries its own time, not the start of the trouble: it is none of its own.
      startedAt: /^re-|renotify/i.test(transition) ? undefined : timeOf(said.date),
      url: said.link,
      labels,
      description: said.body.replaceAll('%%%', '').trim(),
    },
    request,
  );
}

/** Milliseconds, or seconds in the default body. */
function timeOf(date: string): number | undefined {
  const number = Number(date);
  if (!(number > 0)) return undefined;
  return number < 1e11 ? number * 1000 : number;
}

function labelsOf(tags: string): Readonly<Record<string, string>> {
  const pairs = tags
    .split(',')
    .slice(0, 64)
    .map((tag) => tag.trim().slice(0, 500));
  return Object.fromEntries(
    pairs.filter(Boolean).map((tag) => {
      const at = tag.indexOf(':');
      return at < 0 ? [tag, ''] : [tag.slice(0, at), tag.slice(at + 1)];
    }),
  );
}
