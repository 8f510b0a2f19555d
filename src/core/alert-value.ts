import type { Alert } from './alert.ts';
import { isRecord } from './is-record.ts';
import { redact } from './redact.ts';

/** Titles beyond this are cut: a card's headline has 150 characters. */
export const TITLE_LIMIT = 140;

/** Slack: a button's value has 2,000 characters. */
const VALUE_LIMIT = 1_900;

/** What an announced alert's button carries: enough to open under the alert's own key, so that the alert joins later. Anyone may declare, so nothing is gained by forging it. */
export function alertValue(alert: Alert): string {
  const { source, service, severity, startedAt } = alert;
  const short = { source, key: redact(alert.key), service, severity, startedAt, title: redact(alert.title).slice(0, TITLE_LIMIT) };
  const value = `alert ${JSON.stringify(short)}`;
  return value.length <= VALUE_LIMIT ? value : short.title;
}

/** Undefined for what is no value of ours: it is taken as a title. */
export function alertFrom(value: string): Pick<Alert, 'source' | 'key' | 'title' | 'service' | 'severity' | 'startedAt'> | undefined {
  if (!value.startsWith('alert {')) return undefined;
  try {
    const said: unknown = JSON.parse(value.slice('alert '.length));
    if (!isRecord(said)) return undefined;
    const text = (name: string) => (typeof said[name] === 'string' ? said[name] : '');
    const severity = (['critical', 'high', 'medium', 'low'] as const).find((s) => s === said.severity) ?? 'unknown';
    return {
      source: text('source'),
      key: text('key'),
      title: text('title'),
      service: text('service'),
      severity,
      startedAt: text('startedAt'),
    };
  } catch {
    return undefined;
  }
}
