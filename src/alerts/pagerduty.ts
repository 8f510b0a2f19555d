import { z } from 'zod';
import type { Alert, AlertSource, WebhookRequest } from '../core/alert.ts';
import { lookup } from '../core/lookup.ts';
import type { Part } from '../core/part.ts';
import { alertOf, jsonOf, looseText, severityOf, shaped } from './shape.ts';
import { hasHmac, hasToken, tokenName, tokenSetting } from './trust.ts';

const named = z.looseObject({ summary: looseText }).nullish().catch(undefined);

/** PagerDuty's webhooks, version 3 (https://developer.pagerduty.com/docs/webhooks-overview). */
const hook = z.looseObject({
  event: z.looseObject({
    event_type: z.string(),
    occurred_at: looseText,
    data: z.looseObject({
      type: looseText,
      id: looseText,
      html_url: looseText,
      title: looseText,
      created_at: looseText,
      urgency: looseText,
      priority: named,
      service: named,
    }),
  }),
});
type Event = z.infer<typeof hook>['event'];

/** The events that change whether an incident fires; the rest (acknowledged, escalated, annotated …) is a matter of people. */
const states: Readonly<Record<string, Alert['status']>> = {
  'incident.triggered': 'firing',
  'incident.reopened': 'firing',
  'incident.resolved': 'resolved',
};

export const pagerduty: Part<AlertSource, object> = {
  name: 'pagerduty',
  env: {
    ...tokenSetting('pagerduty', 'a custom header of the webhook subscription, or ?token= in its address'),
    PAGERDUTY_SIGNING_SECRET: {
      about: 'Secret of the webhook subscription (V3), shown once when it is made',
      example: 'as PagerDuty shows it',
      switch: true,
      secret: true,
    },
  },
  make: (env) => ({
    name: 'pagerduty',
    trusts: (request) => hasToken(request, env(tokenName('pagerduty'))) || isSigned(request, env('PAGERDUTY_SIGNING_SECRET')),
    read(request) {
      const { event } = shaped(hook, jsonOf(request.body));
      const status = lookup(states, event.event_type);
      return status === undefined || event.data.type !== 'incident' ? [] : [ofIncident(event, status, request)];
    },
  }),
};

/** While a secret is rotated the header carries several signatures; any may match. */
function isSigned(request: WebhookRequest, secret: string): boolean {
  const given = (request.headers['x-pagerduty-signature'] ?? '').split(',').slice(0, 10);
  return given.some((one) => one.trim().startsWith('v1=') && hasHmac(one.trim().slice(3), secret, request.body));
}

function ofIncident({ event_type, occurred_at, data }: Event, status: Alert['status'], request: WebhookRequest): Alert {
  return alertOf(
    {
      source: 'pagerduty',
      key: data.id || data.html_url || data.title,
      title: data.title,
      service: data.service?.summary ?? '',
      severity: severityOf(data.priority?.summary || data.urgency),
      status,
      // An incident may be reopened and resolved again: only the first trigger began when it was created.
      startedAt: event_type === 'incident.triggered' ? data.created_at || occurred_at : occurred_at,
      url: data.html_url,
    },
    request,
  );
}
