import { cleanLines } from './clean.ts';
import { looksLikeObject } from './pod-object.ts';
import { looksLikeStatus } from './pod-status.ts';
import { trackerPayload } from './tracker-payload.ts';

export const textKinds = ['pod_log', 'pod_status', 'exception', 'db_log', 'processlist'] as const;
export type TextKind = (typeof textKinds)[number];

/** The client's table or its columns by tabs; rows as JSON. Every blank is bounded: a paste may be nothing else. */
const TABLE = /^[ \t]{0,20}(?:\+--|\|?[ \t]{0,20}Id {0,60}[|\t][ \t]{0,20}User {0,60}[|\t][ \t]{0,20}Host)/m;
const ROWS = /(?:^|[[{])\s{0,20}\{\s{0,20}"(?:Id|ID|id)"\s{0,20}:\s{0,20}\d{1,20}\s{0,20},\s{0,20}"(?:User|USER|user)"/m;

/** What a pasted text is, when nobody said so. */
export function guessKind(text: string): TextKind {
  const head = text.slice(0, 20_000);
  if (
    (TABLE.test(head) || ROWS.test(head)) &&
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
