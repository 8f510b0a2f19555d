import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The bot's own numbers, for Prometheus. Labels take few values: never a key, a title or a name from outside. */
export interface Metrics {
  alert: (source: string, result: string) => void;
  /** A step of the walk or a check of a look, with the seconds it took. */
  measure: (what: 'step' | 'check', name: string, seconds: number, result: string) => void;
  /** The text of `/metrics`. */
  text: () => Promise<{ type: string; body: string }>;
}

const buckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 60];

/** `openIncidents` is asked at each scrape; when the store is down the gauge is left out rather than zero. */
export function metrics(openIncidents: () => Promise<number>): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const alerts = new Counter({
    name: 'pulaski_alerts_total',
    help: 'Alerts that were posted, by source and by what came of them',
    labelNames: ['source', 'result'],
    registers,
  });
  const durations = {
    step: histogram('pulaski_step_seconds', 'Steps of the walk', ['step', 'result'], registers),
    check: histogram('pulaski_check_seconds', 'Checks of a look', ['check', 'result'], registers),
  };
  const open = new Gauge({ name: 'pulaski_incidents_open', help: 'Incidents that are open', registers: [] });
  return {
    alert: (source, result) => alerts.inc({ source, result }),
    measure: (what, name, seconds, result) => durations[what].observe({ [what]: familyOf(name), result }, seconds),
    async text() {
      const count = await openIncidents().catch(() => undefined);
      registry.removeSingleMetric('pulaski_incidents_open');
      if (count !== undefined) {
        open.set(count);
        registry.registerMetric(open);
      }
      return { type: registry.contentType, body: await registry.metrics() };
    },
  };
}

function histogram(name: string, about: string, labelNames: string[], registers: Registry[]): Histogram {
  return new Histogram({ name, help: `${about}, in seconds`, labelNames, buckets, registers });
}

/** `look:3` and `action:ab12` are a look and an action. */
function familyOf(name: string): string {
  return name.split(':')[0] ?? name;
}
