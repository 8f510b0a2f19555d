import { z } from 'zod';
import type { Alert, AlertSource, WebhookRequest } from '../core/alert.ts';
import type { Part } from '../core/part.ts';
import { alertOf, jsonOf, looseLabels, looseText, shaped, worstOf } from './shape.ts';
import { hasToken, tokenName, tokenSetting } from './trust.ts';

const one = z.looseObject({
  status: looseText,
  labels: looseLabels,
  annotations: looseLabels,
  startsAt: looseText,
  generatorURL: looseText,
});

/** Alertmanager's webhook, version 4 (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config). */
export const group = z.looseObject({
  groupKey: z.string().min(1),
  status: z.enum(['firing', 'resolved']),
  alerts: z.array(one).min(1),
  truncatedAlerts: z.number().catch(0),
  notification_reason: looseText,
  groupLabels: looseLabels,
  commonLabels: looseLabels,
  commonAnnotations: looseLabels,
  externalURL: looseText,
});
export type Group = z.infer<typeof group>;

export const alertmanager: Part<AlertSource, object> = {
  name: 'alertmanager',
  env: tokenSetting('alertmanager', 'webhook_configs → http_config → authorization → credentials'),
  make: (env) => ({
    name: 'alertmanager',
    trusts: (request) => hasToken(request, env(tokenName('alertmanager'))),
    read: (request) => [ofGroup('alertmanager', shaped(group, jsonOf(request.body)), request)],
  }),
};

/** One group is one trouble: its alerts come and go, the group's key stays. Grafana sends the same shape. */
export function ofGroup(source: string, said: Group, request: WebhookRequest, title = ''): Alert {
  const status = stillFires(said) ? 'firing' : 'resolved';
  const firing = said.alerts.filter((a) => a.status === 'firing');
  const relevant = firing.length > 0 ? firing : said.alerts;
  const [first] = relevant;
  const labels = { ...said.groupLabels, ...said.commonLabels };
  const words = [labels.severity ?? '', ...relevant.map((a) => a.labels.severity ?? '')];
  return alertOf(
    {
      source,
      key: said.groupKey,
      title:
        said.commonAnnotations.summary ||
        first?.annotations.summary ||
        title ||
        labels.alertname ||
        first?.labels.alertname ||
        said.groupKey,
      service: labels.service || first?.labels.service || '',
      environment: labels.environment || labels.env || first?.labels.environment || first?.labels.env || '',
      severity: worstOf(words),
      status,
      startedAt: relevant.map((a) => a.startsAt).toSorted()[0],
      url: first?.generatorURL || said.externalURL,
      labels,
      description: describe(said),
    },
    request,
  );
}

/**
 * A group with `max_alerts` set says "resolved" when the alerts it *lists* are resolved, while one that it cut off still fires
 * (seen with 0.33). Only its reason, or a whole list, proves that all of them are.
 */
function stillFires(said: Group): boolean {
  if (said.status === 'firing' || said.alerts.some((a) => a.status === 'firing')) return true;
  return said.truncatedAlerts > 0 && !/\ball\b.*\bresolved\b/i.test(said.notification_reason.slice(0, 500));
}

function describe(said: Group): string {
  const lines = said.alerts.map(
    (a) => `${a.status || 'firing'}: ${a.annotations.description || a.annotations.summary || a.labels.alertname || ''}`,
  );
  const more = said.truncatedAlerts > 0 ? [`and ${said.truncatedAlerts} more that Alertmanager cut off`] : [];
  return [...new Set(lines)].slice(0, 10).concat(more).join('\n');
}
