import { z } from 'zod';
import { type Alert, type AlertSource, type Severity, UnreadableAlert, type WebhookRequest } from '../core/alert.ts';
import { lookup } from '../core/lookup.ts';
import type { Part } from '../core/part.ts';
import { alertOf, jsonOf, looseText, shaped } from './shape.ts';
import { hasHmac, hasToken, tokenName, tokenSetting } from './trust.ts';

const tags = z.array(z.tuple([z.string(), z.string()])).catch([]);
const project = z.looseObject({ slug: looseText }).optional().catch(undefined);

/** An issue alert rule that fired. */
const event = z.looseObject({
  title: looseText,
  issue_id: looseText,
  web_url: looseText,
  level: looseText,
  culprit: looseText,
  environment: looseText,
  datetime: looseText,
  tags,
});
const metricAlert = z.looseObject({
  id: looseText,
  identifier: looseText,
  title: looseText,
  date_started: looseText,
  date_closed: looseText,
});
const issue = z.looseObject({
  id: looseText,
  title: looseText,
  level: looseText,
  culprit: looseText,
  web_url: looseText,
  url: looseText,
  firstSeen: looseText,
  project,
});

/** What an internal integration sends (https://docs.sentry.io/organization/integrations/integration-platform/webhooks/). */
const hook = z.looseObject({
  action: z.string(),
  data: z.looseObject({
    event: event.optional(),
    metric_alert: metricAlert.optional(),
    issue: issue.optional(),
    description_title: looseText,
    description_text: looseText,
    web_url: looseText,
  }),
});
type Hook = z.infer<typeof hook>;

/** Resources that are no alerts. `error` comes for every event of every issue. */
const others = new Set(['installation', 'error', 'comment', 'activity_alert', 'seer']);
const levels: Readonly<Record<string, Severity>> = { fatal: 'high', error: 'high', warning: 'medium', info: 'low', debug: 'low' };

export const sentry: Part<AlertSource, object> = {
  name: 'sentry',
  env: {
    ...tokenSetting('sentry', '?token= in the webhook address'),
    SENTRY_CLIENT_SECRET: {
      about: 'Client Secret of the internal integration whose webhook points to /alerts/sentry',
      example: 'as Sentry shows it under Settings → Developer Settings',
      switch: true,
      secret: true,
    },
  },
  make: (env) => ({
    name: 'sentry',
    trusts: (request) =>
      hasToken(request, env(tokenName('sentry'))) ||
      hasHmac(request.headers['sentry-hook-signature'] ?? '', env('SENTRY_CLIENT_SECRET'), request.body),
    read(request) {
      if (others.has(request.headers['sentry-hook-resource'] ?? '')) return [];
      const said = shaped(hook, jsonOf(request.body));
      if (said.data.metric_alert) return ofMetric(said, said.data.metric_alert, request);
      if (said.data.event) return [ofEvent(said.data.event, request)];
      if (said.data.issue) return ofIssue(said.action, said.data.issue, request);
      throw new UnreadableAlert('data holds no event, issue or metric_alert');
    },
  }),
};

function ofEvent(said: z.infer<typeof event>, request: WebhookRequest): Alert {
  const labels = Object.fromEntries(said.tags.slice(0, 64).map(([key, value]) => [key.slice(0, 200), value.slice(0, 500)]));
  return alertOf(
    {
      source: 'sentry',
      key: issueKey(said.issue_id, said.title),
      title: said.title,
      environment: said.environment,
      severity: lookup(levels, said.level) ?? 'unknown',
      status: 'firing',
      startedAt: said.datetime,
      url: said.web_url,
      labels,
      description: said.culprit,
    },
    request,
  );
}

function ofMetric({ action, data }: Hook, said: z.infer<typeof metricAlert>, request: WebhookRequest): readonly Alert[] {
  const severity = lookup<Severity>({ critical: 'critical', warning: 'medium', resolved: 'unknown' }, action);
  if (severity === undefined) return [];
  return [
    alertOf(
      {
        source: 'sentry',
        key: `sentry-metric:${said.id || said.identifier || said.title}`,
        title: data.description_title || said.title,
        severity,
        status: action === 'resolved' ? 'resolved' : 'firing',
        startedAt: (action === 'resolved' && said.date_closed) || said.date_started,
        url: data.web_url,
        description: data.description_text,
      },
      request,
    ),
  ];
}

/** Only the first "created" has a start of its own; what regresses or is resolved again is told apart by its status. */
function ofIssue(action: string, said: z.infer<typeof issue>, request: WebhookRequest): readonly Alert[] {
  const status = lookup<Alert['status']>({ created: 'firing', unresolved: 'firing', resolved: 'resolved' }, action);
  if (status === undefined) return [];
  return [
    alertOf(
      {
        source: 'sentry',
        key: issueKey(said.id, said.title),
        title: said.title,
        severity: lookup(levels, said.level) ?? 'unknown',
        status,
        startedAt: action === 'created' ? said.firstSeen : undefined,
        url: said.web_url || said.url,
        labels: said.project?.slug ? { project: said.project.slug } : {},
        description: said.culprit,
      },
      request,
    ),
  ];
}

/** The same for an issue and for the alert rule that its events fired: `resolved` of the one closes the other. */
function issueKey(id: string, title: string): string {
  return `sentry:${id || title}`;
}
