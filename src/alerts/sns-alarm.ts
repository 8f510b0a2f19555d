import { z } from 'zod';
import { type Alert, UnreadableAlert, type WebhookRequest } from '../core/alert.ts';
import { alertOf, looseText, shaped, worstOf } from './shape.ts';

const dimensions = z.array(z.looseObject({ name: looseText, value: looseText })).catch([]);

/** CloudWatch's alarm inside an SNS message. Composite alarms have no Trigger, metric maths no MetricName. */
const alarm = z.looseObject({
  AlarmName: z.string().min(1),
  AlarmArn: looseText,
  AlarmDescription: looseText,
  NewStateValue: z.string(),
  NewStateReason: looseText,
  StateChangeTime: looseText,
  Trigger: z.looseObject({ MetricName: looseText, Namespace: looseText, Dimensions: dimensions }).nullish().catch(undefined),
});

/** Nothing for INSUFFICIENT_DATA: no data is neither trouble nor its end. */
export function ofAlarm(text: string, request: WebhookRequest): readonly Alert[] {
  const said = shaped(alarm, messageOf(text));
  if (said.NewStateValue !== 'ALARM' && said.NewStateValue !== 'OK') return [];
  const region = said.AlarmArn.split(':')[3] ?? '';
  return [
    alertOf(
      {
        source: 'sns',
        key: said.AlarmArn || said.AlarmName,
        title: said.AlarmName,
        severity: marked(`${said.AlarmName} ${said.AlarmDescription}`.slice(0, 2000)),
        status: said.NewStateValue === 'ALARM' ? 'firing' : 'resolved',
        startedAt: said.StateChangeTime,
        url: /^[a-z0-9-]+$/.test(region) ? consolePage(region, said.AlarmName) : '',
        labels: {
          ...Object.fromEntries((said.Trigger?.Dimensions ?? []).slice(0, 30).map((d) => [d.name.slice(0, 200), d.value.slice(0, 500)])),
          ...(said.Trigger?.MetricName ? { metric: said.Trigger.MetricName.slice(0, 500) } : {}),
          ...(region ? { region: region.slice(0, 50) } : {}),
        },
        description: [said.AlarmDescription, said.NewStateReason].filter(Boolean).join('\n'),
      },
      request,
    ),
  ];
}

/** An alarm has no severity of its own. A team may write one into its name or description: `P1`, `sev2`, `critical`, `severity: high`. */
function marked(text: string): Alert['severity'] {
  const marks = [...text.matchAll(/\b(?:severity|priority)\W{1,3}(\w+)|\b(p[1-5]|sev[1-5]|critical)\b/gi)];
  return worstOf(marks.map((mark) => mark[1] ?? mark[2] ?? ''));
}

function messageOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UnreadableAlert('the message of the topic is no CloudWatch alarm', { cause });
  }
}

function consolePage(region: string, name: string): string {
  return `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#alarmsV2:alarm/${encodeURIComponent(name.toWellFormed())}`;
}
