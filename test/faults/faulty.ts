import { writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { type Answer, nobody, standIn } from '../contract/stand-in.ts';
import { tcp } from '../support/tcp.ts';

/** One way in which every neighbour fails at once. `bytes`: what a server that speaks no HTTP does with a connection. */
export interface Fault {
  http: Answer | 'nobody' | 'no address' | 'no tls';
  bytes: (socket: Socket) => void;
}

const hang = (): void => undefined;
const reset = (socket: Socket): void => void socket.resetAndDestroy();
const saying = (bytes: Buffer | string) => (socket: Socket) => void socket.end(bytes);
const json = { 'content-type': 'application/json' };

export const faults: Readonly<Record<string, Fault>> = {
  'a hang': { http: 'hang', bytes: hang },
  'a reset': { http: 'reset', bytes: reset },
  'a 500': { http: { status: 500, body: 'Internal Server Error' }, bytes: saying('') },
  'a 429': { http: { status: 429, headers: { 'retry-after': '60' }, body: { message: 'slow down' } }, bytes: reset },
  'a page that is no JSON': { http: { body: '<html>Down for maintenance</html>' }, bytes: saying('HTTP/1.1 200 OK\r\n\r\n') },
  'an empty object': { http: { headers: json, body: {} }, bytes: saying(Buffer.alloc(5)) },
  'half an answer': {
    http: { half: { headers: json, body: { result: [1, 2, 3], items: [] } } },
    bytes: saying(Buffer.from([0x4a, 0, 0, 0, 0x0a, 0x38])),
  },
  'a huge answer': {
    http: { headers: json, body: `{"x":"${'x'.repeat(30 * 1024 * 1024)}"}` },
    bytes: saying(Buffer.alloc(8 * 1024 * 1024, 0xff)),
  },
  'a wrong content type': {
    http: { headers: { 'content-type': 'image/png' }, body: '{"err":0,"result":[]}' },
    bytes: saying(Buffer.from([0x89, 0x50, 0x4e, 0x47])),
  },
  'an expired token': { http: { status: 401, body: { message: 'token expired' } }, bytes: reset },
  'nobody listens': { http: 'nobody', bytes: reset },
  'no address': { http: 'no address', bytes: reset },
  'a broken TLS': { http: 'no tls', bytes: saying(Buffer.from([0x15, 3, 3, 0, 2, 2, 40])) },
};

/** Settings that lead all sources but Slack to a neighbour with this fault. */
export async function allFaulty(
  { http, bytes }: Fault,
  folder: string,
): Promise<{ env: Record<string, string>; close: () => Promise<void> }> {
  const web = typeof http === 'string' && !['hang', 'reset'].includes(http) ? undefined : await standIn(() => http as Answer);
  const raw = await tcp(bytes);
  const plain = web?.url ?? (await nobody());
  const url = http === 'no address' ? 'http://pulaski-test.invalid' : http === 'no tls' ? `https://127.0.0.1:${raw.port}` : plain;
  const kubeconfig = join(folder, 'faulty-kubeconfig.json');
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
      clusters: [{ name: 'c', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'u', user: { token: 'faulty-token-Janeway' } }],
    }),
  );
  return {
    env: {
      ROLLBAR_API_URL: `${url}/api/1`,
      ROLLBAR_READ_TOKEN: 'JanewayRollbarToken',
      SENTRY_TOKEN: 'JanewaySentryToken',
      SENTRY_ORG: 'acme',
      SENTRY_PROJECT: 'shop',
      SENTRY_URL: url,
      AWS_ENDPOINT_URL: url,
      AWS_SECRET_ACCESS_KEY: 'JanewayAwsSecret',
      MYSQL_URL: `mysql://pulaski:JanewayMysqlPassword@${http === 'no address' ? 'pulaski-test.invalid' : `127.0.0.1:${raw.port}`}/checkout`,
      KUBECONFIG: kubeconfig,
      // A git that hangs takes its whole budget, twice that of the others: there it is the one that answers.
      ...(http === 'hang' ? {} : { GIT_REMOTE: `${url.replace('://', '://bot:JanewayGitToken@')}/checkout.git` }),
    },
    close: async () => {
      await web?.close();
      await raw.close();
    },
  };
}
