import { ALERT_TOKEN } from './neighbours.ts';
import type { World } from './world/world.ts';

/** Sends the story's alert as Alertmanager 0.25 does: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
export async function soundAlarm(world: World, botUrl: string, token = ALERT_TOKEN): Promise<void> {
  const { opening, name } = world.story;
  if (opening.by !== 'alert') return;
  const labels = { alertname: opening.name, severity: opening.severity, service: 'checkout', environment: 'production' };
  const annotations = { summary: opening.summary, description: opening.description };
  const startsAt = new Date(world.onset + 60_000).toISOString();
  const answer = await fetch(`${botUrl}/alerts/alertmanager`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({
      version: '4',
      groupKey: `{}:{alertname="${opening.name}",story="${name}"}`,
      truncatedAlerts: 0,
      status: 'firing',
      receiver: 'pulaski',
      groupLabels: { alertname: opening.name },
      commonLabels: labels,
      commonAnnotations: annotations,
      externalURL: 'http://alertmanager.checkout.example:9093',
      alerts: [
        {
          status: 'firing',
          labels,
          annotations,
          startsAt,
          endsAt: '0001-01-01T00:00:00Z',
          generatorURL: 'http://prometheus.checkout.example:9090/graph',
          fingerprint: Buffer.from(opening.name).toString('hex').slice(0, 16).padEnd(16, '0'),
        },
      ],
    }),
  });
  if (answer.status !== 202) throw new Error(`the bot answered the alert with ${answer.status}: ${await answer.text()}`);
}
