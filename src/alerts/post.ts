import { type Alert, type AlertSource, UnreadableAlert, type WebhookRequest } from '../core/alert.ts';
import { StoreDown } from '../core/journal.ts';

export interface Taken {
  incident: number | null;
  duplicate: boolean;
  result: string;
}

/** An answer to a sender, and the word under which it is counted. */
export interface Answer {
  status: number;
  body: object;
  results: readonly string[];
  /** What the operator should know; never sent. */
  error?: unknown;
}

/** One delivery, after its body was read: 401 before anything of it is parsed, 400, 503, or 202 once all of it is durable. */
export async function post(source: AlertSource, request: WebhookRequest, receive: (alert: Alert) => Promise<Taken>): Promise<Answer> {
  if (!(await source.trusts(request))) {
    return refuse(401, 'not trusted: the token or signature is missing or wrong', 'untrusted');
  }
  try {
    const alerts = await source.read(request);
    const taken = await Promise.all(alerts.map(receive));
    const incident = taken.find((t) => t.incident !== null)?.incident ?? null;
    const duplicate = taken.length > 0 && taken.every((t) => t.duplicate);
    return { status: 202, body: { incident, duplicate }, results: taken.length > 0 ? taken.map((t) => t.result) : ['nothing'] };
  } catch (error) {
    if (error instanceof UnreadableAlert) return { ...refuse(400, error.message, 'unreadable'), error };
    if (error instanceof StoreDown) return { ...refuse(503, 'the alert could not be stored; send it again', 'store-down'), error };
    return { ...refuse(500, 'a fault of ours; send it again', 'failed'), error };
  }
}

export function refuse(status: number, error: string, result: string): Answer {
  return { status, body: { error }, results: [result] };
}
