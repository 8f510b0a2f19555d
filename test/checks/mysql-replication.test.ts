import { expect, test } from 'vitest';
import { asker } from '../../src/checks/mysql-ask.ts';
import { replication } from '../../src/checks/mysql-replication.ts';
import { MysqlError, type MysqlRow } from '../../src/core/kit/mysql.ts';

const at = '2026-11-21T20:00:00.000Z';

/** A server that answers SHOW REPLICA STATUS and SHOW SLAVE STATUS with these rows, or refuses with this number. */
async function looked(replica: readonly MysqlRow[] | number, slave: readonly MysqlRow[] | number = 1064) {
  const asked: string[] = [];
  const server = {
    host: 'db:3306',
    db: '',
    open: async () => {},
    close: async () => {},
    query: async (sql: string) => {
      asked.push(sql);
      const answer = sql.includes('REPLICA') ? replica : slave;
      if (typeof answer === 'number') throw new MysqlError('refused', 'ER_REFUSED', answer);
      return answer;
    },
  };
  return { ...(await replication(asker(server, AbortSignal.timeout(5_000)), at)), asked };
}

const mysql = (lag: number | null, io: string, sql: string, error = 0): MysqlRow => ({
  Seconds_Behind_Source: lag,
  Replica_IO_Running: io,
  Replica_SQL_Running: sql,
  Last_SQL_Errno: error,
});
const mariadb = (lag: number | null, io: string, sql: string, error = 0): MysqlRow => ({
  Seconds_Behind_Master: lag,
  Slave_IO_Running: io,
  Slave_SQL_Running: sql,
  Last_IO_Errno: error,
});

test('a server that is no replica has nothing to tell', async () => {
  expect(await looked([])).toMatchObject({ findings: [], denied: false });
});

test.each([
  ['MySQL, in time', [mysql(0, 'Yes', 'Yes')], 'normal'],
  ['MySQL, far behind', [mysql(240, 'Yes', 'Yes')], 'bad'],
  ['MariaDB, far behind', [mariadb(240, 'Yes', 'Yes')], 'bad'],
] as const)('%s: the lag is told with its tone', async (_, rows, tone) => {
  const { findings } = await looked(rows);
  expect(findings).toEqual([expect.objectContaining({ kind: 'metric', name: 'ReplicaLag', tone, source: 'db:3306' })]);
});

test('stopped: which half, and why; a lag that is not known is not zero', async () => {
  expect((await looked([mysql(null, 'Yes', 'No', 1062)])).findings).toEqual([
    expect.objectContaining({ kind: 'db-event', message: 'replication stopped: applier, error 1062', tone: 'bad' }),
  ]);
  expect((await looked([mariadb(null, 'No', 'No', 2003)])).findings).toEqual([
    expect.objectContaining({ message: 'replication stopped: applier and receiver, error 2003', tone: 'bad' }),
  ]);
});

test('an older server knows only the older words: asked in them, and only then', async () => {
  const old = await looked(1064, [mariadb(90, 'Yes', 'Yes')]);
  expect(old.asked).toEqual(['SHOW REPLICA STATUS', 'SHOW SLAVE STATUS']);
  expect(old.findings).toEqual([expect.objectContaining({ name: 'ReplicaLag', tone: 'bad' })]);
  expect((await looked([])).asked).toEqual(['SHOW REPLICA STATUS']);
});

test('without the right it is said, not taken for no replica', async () => {
  expect(await looked(1227)).toMatchObject({ findings: [], denied: true });
});
