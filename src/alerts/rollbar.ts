import { z } from 'zod';
import type { Alert, AlertSource, WebhookRequest } from '../core/alert.ts';
import { lookup } from '../core/lookup.ts';
import type { Part } from '../core/part.ts';
import { alertOf, jsonOf, looseText, shaped } from './shape.ts';
import { hasToken, tokenName, tokenSetting } from './trust.ts';

const number = z.number().optional().catch(undefined);

/** https://docs.rollbar.com/docs/webhooks */
const hook = z.looseObject({
  event_name: z.string(),
  data: z.looseObject({
    url: looseText,
    item: z
      .looseObject({
        id: number,
        counter: number,
        project_id: number,
        environment: looseText,
        title: looseText,
        level: z.unknown().optional(),
        total_occurrences: number,
        first_occurrence_timestamp: number,
        last_occurrence_timestamp: number,
      })
      .optional(),
  }),
});
type Item = NonNullable<z.infer<typeof hook>['data']['item']>;

/** `occurrence` comes for every single one, `deploy` and `test` are no alerts. */
const states: Readonly<Record<string, Alert['status']>> = {
  new_item: 'firing',
  reactivated_item: 'firing',
  reopened_item: 'firing',
  exp_repeat_item: 'firing',
  item_velocity: 'firing',
  resolved_item: 'resolved',
};
const levels: Readonly<Record<string, Alert['severity']>> = {
  50: 'critical',
  40: 'high',
  30: 'medium',
  20: 'low',
  10: 'low',
  critical: 'critical',
  error: 'high',
  warning: 'medium',
  info: 'low',
  debug: 'low',
};

export const rollbar: Part<AlertSource, object> = {
  name: 'rollbar',
  env: tokenSetting('rollbar', 'Rollbar signs nothing, so put it into the webhook address as ?token='),
  make: (env) => ({
    name: 'rollbar',
    trusts: (request) => hasToken(request, env(tokenName('rollbar'))),
    read(request) {
      const { event_name, data } = shaped(hook, jsonOf(request.body));
      const status = lookup(states, event_name);
      return status === undefined || data.item === undefined ? [] : [ofItem(event_name, status, data.item, data.url, request)];
    },
  }),
};

function ofItem(event: string, status: Alert['status'], item: Item, url: string, request: WebhookRequest): Alert {
  const seconds = event === 'new_item' ? item.first_occurrence_timestamp : item.last_occurrence_timestamp;
  return alertOf(
    {
      source: 'rollbar',
      key: `rollbar:${item.project_id ?? 0}:${item.counter ?? item.id ?? item.title}`,
      title: item.title,
      environment: item.environment,
      severity: (typeof item.level === 'object' ? undefined : lookup(levels, String(item.level))) ?? 'unknown',
      status,
      // Rollbar tries for 16 days: the time of the error, not of the delivery, tells whether it is still news.
      startedAt: seconds === undefined ? undefined : seconds * 1000,
      url,
      labels: { event, ...(item.total_occurrences === undefined ? {} : { occurrences: String(item.total_occurrences) }) },
    },
    request,
  );
}
