/** What an alert source or a person reports. One shape wherever it stands: the journal, the bundle, the card. */
export interface Alert {
  /** The alert source: `alertmanager`, `grafana`, `pagerduty`, `datadog`, `sentry`, `rollbar`, `sns`, `generic`; `command` and `watch` for our own. */
  source: string;
  /** De-duplication key, stable over firing and resolved of one trouble. */
  key: string;
  title: string;
  service: string;
  environment: string;
  severity: Severity;
  status: 'firing' | 'resolved';
  /** UTC ISO. */
  startedAt: string;
  /** False: the sender named no start, `startedAt` is the time of arrival. */
  startKnown?: false;
  url: string;
  labels: Readonly<Record<string, string>>;
  description: string;
}

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'unknown';

/** A port: one vendor's webhook. `trusts` sees the bytes as they came; `read` is called only after it said yes. */
export interface AlertSource {
  name: string;
  trusts: (request: WebhookRequest) => boolean | Promise<boolean>;
  /** Throws `UnreadableAlert` on a body it cannot read. An empty list: understood, nothing to open (a test ping). */
  read: (request: WebhookRequest) => readonly Alert[] | Promise<readonly Alert[]>;
}

export interface WebhookRequest {
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  query: Readonly<Record<string, string>>;
  body: Uint8Array;
  /** When it arrived, UTC ISO: for replay windows. */
  at: string;
}

export class UnreadableAlert extends Error {
  override name = 'UnreadableAlert';
}
