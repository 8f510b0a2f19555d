import { z } from 'zod';
import type { Alert, AlertSource, WebhookRequest } from '../core/alert.ts';
import { UnreadableAlert } from '../core/alert.ts';
import { lookup } from '../core/lookup.ts';
import type { Part } from '../core/part.ts';
import { alertOf, jsonOf, looseLabels, looseText, severityOf, shaped } from './shape.ts';
import { hasToken, tokenName, tokenSetting } from './trust.ts';

const plain = z.looseObject({
  title: z.string().trim().min(1),
  severity: looseText,
  status: looseText,
  dedupe_key: looseText,
  service: looseText,
  environment: looseText,
  started_at: looseText,
  startedAt: looseText,
  url: looseText,
  description: looseText,
  labels: looseLabels,
});

/** PagerDuty's Events API v2, which many tools can send (https://developer.pagerduty.com/docs/send-alert-event). */
const eventsV2 = z.looseObject({
  event_action: z.enum(['trigger', 'acknowledge', 'resolve']),
  dedup_key: looseText,
  payload: z
    .looseObject({
      summary: looseText,
      source: looseText,
      severity: looseText,
      timestamp: looseText,
      component: looseText,
      custom_details: looseLabels,
    })
    .optional(),
  links: z.array(z.looseObject({ href: looseText })).catch([]),
});

const words: Readonly<Record<string, Alert['status']>> = {
  '': 'firing',
  firing: 'firing',
  trigger: 'firing',
  triggered: 'firing',
  open: 'firing',
  alerting: 'firing',
  problem: 'firing',
  down: 'firing',
  resolved: 'resolved',
  resolve: 'resolved',
  ok: 'resolved',
  closed: 'resolved',
  recovered: 'resolved',
  up: 'resolved',
};

export const generic: Part<AlertSource, object> = {
  name: 'generic',
  env: tokenSetting('generic', 'sent by whatever you let post here'),
  make: (env) => ({
    name: 'generic',
    trusts: (request) => hasToken(request, env(tokenName('generic'))),
    read(request) {
      const said = jsonOf(request.body);
      const isV2 = typeof said === 'object' && said !== null && 'event_action' in said;
      return isV2 ? ofEventsV2(shaped(eventsV2, said), request) : [ofPlain(shaped(plain, said), request)];
    },
  }),
};

function ofPlain(said: z.infer<typeof plain>, request: WebhookRequest): Alert {
  const status = lookup(words, said.status.trim().toLowerCase());
  if (status === undefined) throw new UnreadableAlert('status is neither "firing" nor "resolved"');
  const { title, url, description, labels } = said;
  const service = said.service || labels.service || '';
  return alertOf(
    {
      source: 'generic',
      key: said.dedupe_key || `${service}: ${title}`,
      title,
      service,
      environment: said.environment,
      severity: severityOf(said.severity || labels.severity || ''),
      status,
      startedAt: said.started_at || said.startedAt,
      url,
      labels,
      description,
    },
    request,
  );
}

function ofEventsV2(said: z.infer<typeof eventsV2>, request: WebhookRequest): readonly Alert[] {
  if (said.event_action === 'acknowledge') return [];
  const { payload } = said;
  const title = payload?.summary ?? '';
  const resolves = said.event_action === 'resolve';
  if (!title && !(resolves && said.dedup_key)) throw new UnreadableAlert('payload.summary is missing');
  const service = payload?.component || payload?.source || '';
  return [
    alertOf(
      {
        source: 'generic',
        key: said.dedup_key || `${service}: ${title}`,
        title: title || said.dedup_key,
        service,
        severity: severityOf(payload?.severity ?? ''),
        status: resolves ? 'resolved' : 'firing',
        startedAt: payload?.timestamp,
        url: said.links[0]?.href ?? '',
        labels: payload?.custom_details ?? {},
      },
      request,
    ),
  ];
}
