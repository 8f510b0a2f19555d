import { Agent } from 'node:https';
import SnsPayloadValidator from 'sns-payload-validator';
import { z } from 'zod';
import type { WebhookRequest } from '../core/alert.ts';
import { jsonOf, shaped } from './shape.ts';

/** What SNS posts (https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html). */
const message = z.looseObject({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  MessageId: z.string(),
  TopicArn: z.string(),
  Message: z.string(),
  Timestamp: z.string(),
  SignatureVersion: z.enum(['1', '2']),
  Signature: z.string(),
  SigningCertURL: z.string(),
  SubscribeURL: z.string().optional(),
});
export type SnsMessage = z.infer<typeof message>;

/** A certificate that does not come in this time is not waited for. */
const certificateMs = 5_000;
/** Signed times further away are replays. */
export const snsWindowMs = 3_600_000;

export function snsMessage(request: WebhookRequest): SnsMessage {
  return shaped(message, jsonOf(request.body));
}

/** Checks signatures of version 1 and 2 with the certificate at AWS; `agent` fetches it. */
export function signatures(agent = new Agent({ keepAlive: false, timeout: certificateMs })): (said: SnsMessage) => Promise<boolean> {
  let validator = new SnsPayloadValidator({ requestAgent: agent, maxCerts: 20 });
  return async (said) => {
    // Node's base64 reader forgives what follows the padding; a signature has one spelling only.
    if (Buffer.from(said.Signature, 'base64').toString('base64') !== said.Signature) return false;
    const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('no certificate in time')), certificateMs).unref());
    try {
      await Promise.race([validator.validate(JSON.stringify(said)), late]);
      return true;
    } catch {
      // Not an error of ours: not signed by AWS. The validator also keeps what it got instead of a certificate (an error page), so it starts afresh.
      validator = new SnsPayloadValidator({ requestAgent: agent, maxCerts: 20 });
      return false;
    }
  };
}
