import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { mysqlKit } from '../../src/kit/mysql.ts';

/** Turns everybody away as a server does that knows no such account: an ERR packet in place of the greeting. */
async function turningAway(): Promise<{ url: string; knocks: () => number }> {
  let knocks = 0;
  const payload = Buffer.concat([Buffer.from([0xff, 1045 & 0xff, 1045 >> 8]), Buffer.from('Access denied')]);
  const server = createServer((socket) => {
    knocks += 1;
    socket.on('error', () => socket.destroy());
    socket.end(Buffer.concat([Buffer.from([payload.length, 0, 0, 0]), payload]));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `mysql://bot:word@127.0.0.1:${(server.address() as AddressInfo).port}/shop`, knocks: () => knocks };
}

test.each([
  ['within the time', 3_600_000, 1],
  ['after it', 0, 3],
])(
  'a server that turned us away, asked by three %s: all hear its answer, and it is knocked at as often as it may be',
  async (_, knockAgainMs, knocks) => {
    const server = await turningAway();
    const [asked] = mysqlKit({ knockAgainMs }).servers(server.url);
    for (const sql of ['SELECT 1', 'SELECT 2', 'SELECT 3'])
      await expect(asked?.query(sql, [], AbortSignal.timeout(5_000))).rejects.toMatchObject({ errno: 1045 });
    expect(server.knocks()).toBe(knocks);
  },
);
