import { cleanLines } from './clean.ts';
import { looksLikeObject } from './pod-object.ts';
import { looksLikeStatus } from './pod-status.ts';
import { trackerPayload } from './tracker-payload.ts';

export const textKinds = ['pod_log', 'pod_status', 'exception', 'db_log', 'processlist'] as const;
export type TextKind = (typeof textKinds)[number];

/** What a pasted text is, when nobody said so. */
export function guessKind(text: string): TextKind {
  const head = text.slice(0, 20_000);
  if (
    /^\s*(?:\+-{2,}|\|?\s*Id\s*[|\t]\s*User\s*[|\t]\s*Host|\[?\s*\{\s*"(?:Id|ID|id)"\s*:\s*\d+\s*,\s*"(?:User|USER|user)")/m.test(head) &&
    /\b(?:User|USER|user)\b/.test(head) &&
    /\b(?:State|STATE|state|Command|COMMAND)\b/.test(head)
  )
    return 'processlist';
  if (trackerPayload(head) !== undefined) return 'exception';
  const lines = cleanLines(head).map((line) => line.text);
  if (looksLikeStatus(lines) || looksLikeObject(head.split('\n'))) return 'pod_status';
  if (/\[(?:MY-\d{6}|Server|InnoDB|Repl)\]|^# Query_time: |^EXPLAIN: |LATEST DETECTED DEADLOCK|^LOG: {2}|^STATEMENT: {2}/m.test(head))
    return 'db_log';
  if (/\b(?:Started (?:GET|POST|PUT|PATCH|DELETE) "|Processing by \w)/.test(head)) return 'exception';
  return 'pod_log';
}
