import type { AlertSource, WebhookRequest } from '../core/alert.ts';
import type { Part } from '../core/part.ts';
import { group, ofGroup } from './alertmanager.ts';
import { jsonOf, looseText, shaped } from './shape.ts';
import { hasHmac, hasToken, isFresh, tokenName, tokenSetting } from './trust.ts';

/** Grafana's webhook contact point: Alertmanager's group with a title (https://grafana.com/docs/grafana/latest/alerting/). */
const hook = group.extend({ title: looseText });

/** The headers as Grafana 12 names them when nothing else is configured. */
const signatureHeader = 'x-grafana-alerting-signature';
const timestampHeader = 'x-grafana-alerting-signature-timestamp';
/** A signed time must be this near to the arrival. */
const windowMs = 5 * 60_000;

export const grafana: Part<AlertSource, object> = {
  name: 'grafana',
  env: {
    ...tokenSetting('grafana', 'contact point → Authorization header → Bearer'),
    GRAFANA_SIGNING_SECRET: {
      about: 'HMAC secret of the Grafana contact point, instead of the token (timestamp header: X-Grafana-Alerting-Signature-Timestamp)',
      example: 'a long random text: openssl rand -hex 24',
      switch: true,
      secret: true,
    },
  },
  make: (env) => ({
    name: 'grafana',
    trusts: (request) => hasToken(request, env(tokenName('grafana'))) || isSigned(request, env('GRAFANA_SIGNING_SECRET')),
    read(request) {
      const said = shaped(hook, jsonOf(request.body));
      const isTest = said.alerts.every((a) => a.labels.alertname === 'TestAlert' && a.labels.instance === 'Grafana');
      // "[FIRING:1] High CPU (web)": the state stands beside the title already.
      return isTest ? [] : [ofGroup('grafana', said, request, said.title.replace(/^\[[^\]]{0,60}\]\s*/, ''))];
    },
  }),
};

/** With a timestamp header the time is part of what is signed, and an old delivery is refused. */
function isSigned(request: WebhookRequest, secret: string): boolean {
  const given = request.headers[signatureHeader] ?? '';
  const timestamp = request.headers[timestampHeader];
  if (timestamp === undefined) return hasHmac(given, secret, request.body);
  return isFresh(request, Number(timestamp) * 1000, windowMs) && hasHmac(given, secret, `${timestamp}:`, request.body);
}
