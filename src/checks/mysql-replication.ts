import type { Finding } from '../core/evidence.ts';
import { type Asker, isDenied, numberCell, refusalOf, rowsOf, textCell } from './mysql-ask.ts';

const SYNTAX = 1064;
/** A replica further behind than this serves old data. */
const LAG_SECONDS = 60;

/** Lag and stopped replication; nothing for a server that is no replica. */
export async function replication(asker: Asker, at: string): Promise<{ findings: readonly Finding[]; denied: boolean }> {
  let answer = await asker.ask('SHOW REPLICA STATUS');
  if (refusalOf(answer)?.errno === SYNTAX) answer = await asker.ask('SHOW SLAVE STATUS');
  const findings = rowsOf(answer).flatMap((row): Finding[] => {
    const lag = numberCell(row, 'Seconds_Behind_Source') ?? numberCell(row, 'Seconds_Behind_Master');
    const sql = textCell(row, 'Replica_SQL_Running') || textCell(row, 'Slave_SQL_Running');
    const io = textCell(row, 'Replica_IO_Running') || textCell(row, 'Slave_IO_Running');
    const error = numberCell(row, 'Last_SQL_Errno') || numberCell(row, 'Last_IO_Errno');
    const stopped = [sql === 'No' ? 'applier' : '', io === 'No' ? 'receiver' : ''].filter(Boolean);
    return [
      ...(lag === undefined
        ? []
        : [
            {
              kind: 'metric',
              name: 'ReplicaLag',
              unit: 'Seconds',
              points: [{ at, value: lag }],
              source: asker.server.host,
              tone: lag >= LAG_SECONDS ? 'bad' : 'normal',
            } as const,
          ]),
      ...(stopped.length === 0
        ? []
        : [
            {
              kind: 'db-event',
              message: `replication stopped: ${stopped.join(' and ')}${error ? `, error ${error}` : ''}`,
              at,
              source: asker.server.host,
              tone: 'bad',
            } as const,
          ]),
    ];
  });
  return { findings, denied: isDenied(refusalOf(answer)) };
}
