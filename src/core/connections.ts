import type { Connections } from './evidence.ts';
import type { ProcessRow } from './processlist.ts';

/** So many sessions in the order of their opening are no accident. */
const UNUSED = 10;
/** So many sessions asleep and nearly nobody at work: pools far too large, or a leak. */
const ASLEEP = 100;
/** So many sockets between connect and password at one moment are a storm, or a server that cannot keep up. */
const CONNECTING = 10;

/**
 * Opened one after the other and never used again: by id, each idles no longer than the one before. A pool's sessions are used again and lose
 * this order; a leak keeps it.
 */
function unusedSessions(sleeping: readonly ProcessRow[]): number {
  const byId = sleeping.toSorted((one, other) => one.id - other.id);
  const inOrder = byId.every((row, i) => i === 0 || (row.time ?? 0) <= (byId[i - 1]?.time ?? 0));
  const times = new Set(sleeping.map((row) => row.time));
  return inOrder && times.size > 1 ? sleeping.length : 0;
}

/** What the list says of the connections: a leak, a storm of new ones, or neither. `used` counts all but the server's own. */
export function connections(
  used: number,
  running: readonly ProcessRow[],
  sleeping: readonly ProcessRow[],
  connecting: number,
): Connections {
  const unused = unusedSessions(sleeping);
  const idle = running.length === 0 && connecting === 0;
  const leaking = (idle && unused >= UNUSED) || (sleeping.length >= ASLEEP && sleeping.length >= (running.length + connecting) * 20);
  const storm = connecting >= CONNECTING || (connecting >= 4 && connecting > running.length + sleeping.length);
  return {
    kind: 'connections',
    used,
    sleeping: sleeping.length,
    running: running.length,
    ...(connecting === 0 ? {} : { connecting }),
    ...(leaking ? { unused: unused || sleeping.length } : {}),
    tone: leaking || storm ? 'bad' : 'normal',
  };
}
