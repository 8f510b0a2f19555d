import type { AlertSource } from '../core/alert.ts';
import type { Part } from '../core/part.ts';
import { alertmanager } from './alertmanager.ts';
import { datadog } from './datadog.ts';
import { generic } from './generic.ts';
import { grafana } from './grafana.ts';
import { pagerduty } from './pagerduty.ts';
import { rollbar } from './rollbar.ts';
import { sentry } from './sentry.ts';
import { sns } from './sns.ts';

/** Every alert source. They need no kit: what arrives is all they read. */
export const alertSources: readonly Part<AlertSource, object>[] = [
  alertmanager,
  grafana,
  pagerduty,
  datadog,
  sentry,
  rollbar,
  sns,
  generic,
];
