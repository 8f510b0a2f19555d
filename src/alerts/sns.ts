import { type AlertSource, UnreadableAlert, type WebhookRequest } from '../core/alert.ts';
import { list, type Part } from '../core/part.ts';
import { ofAlarm } from './sns-alarm.ts';
import { type SnsMessage, signatures, snsMessage, snsWindowMs } from './sns-message.ts';
import { hasToken, isFresh, tokenName, tokenSetting } from './trust.ts';

/** How the world outside is reached: for the certificate, and to confirm a subscription. */
export interface SnsOutside {
  signed: (said: SnsMessage) => Promise<boolean>;
  get: (url: string) => Promise<{ ok: boolean }>;
}

const hosts = /^sns\.[a-z0-9-]{3,}\.amazonaws\.com(\.cn)?$/;
const confirmMs = 10_000;

export const sns: Part<AlertSource, object> = {
  name: 'sns',
  env: {
    ...tokenSetting('sns', '?token= in the address of the subscription, instead of SNS_TOPIC_ARNS'),
    SNS_TOPIC_ARNS: {
      about: 'Topics of CloudWatch alarms, by commas. AWS signs for everybody: only this list says which topics are yours',
      example: 'arn:aws:sns:eu-west-1:123456789012:alarms',
      switch: true,
    },
  },
  make: (env) => snsSource(env, { signed: signatures(), get }),
};

export function snsSource(env: (name: string) => string, outside: SnsOutside): AlertSource {
  const topics = new Set(list(env('SNS_TOPIC_ARNS')));
  return {
    name: 'sns',
    async trusts(request) {
      // Raw delivery carries no signature: nobody could say who sent it.
      if (request.headers['x-amz-sns-rawdelivery'] === 'true') return false;
      const said = readable(request);
      if (!said || !(topics.has(said.TopicArn) || hasToken(request, env(tokenName('sns'))))) return false;
      return isFresh(request, Date.parse(said.Timestamp), snsWindowMs) && (await outside.signed(said));
    },
    async read(request) {
      const said = snsMessage(request);
      if (said.Type === 'Notification') return ofAlarm(said.Message, request);
      if (said.Type === 'SubscriptionConfirmation') await confirm(said, outside);
      return [];
    },
  };
}

/** Asks AWS, and nobody else, to begin with the deliveries. Throws when that fails: SNS then asks again. */
async function confirm(said: SnsMessage, outside: SnsOutside): Promise<void> {
  const url = URL.canParse(said.SubscribeURL ?? '') ? new URL(said.SubscribeURL ?? '') : undefined;
  if (url?.protocol !== 'https:' || url.port !== '' || url.username !== '' || url.password !== '' || !hosts.test(url.hostname)) {
    throw new UnreadableAlert('SubscribeURL is not an address of SNS');
  }
  const { ok } = await outside.get(url.href);
  if (!ok) throw new Error(`the subscription to ${said.TopicArn.slice(0, 200)} could not be confirmed`);
}

async function get(url: string): Promise<{ ok: boolean }> {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(confirmMs) });
  await response.body?.cancel();
  return { ok: response.ok };
}

function readable(request: WebhookRequest): SnsMessage | undefined {
  try {
    return snsMessage(request);
  } catch (error) {
    if (error instanceof UnreadableAlert) return undefined;
    throw error;
  }
}
