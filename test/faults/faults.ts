import type { Socket } from 'node:net';
import type { Fault } from './gate.ts';

/** Who is asked by a look. `address` and `tls` faults are in the settings, all others on the wire. */
export const products = ['Rollbar', 'Sentry', 'RDS', 'MySQL', 'Kubernetes', 'Git'] as const;
export type Product = (typeof products)[number];

/** One way in which a neighbour fails, and the words that name it on the card. */
export interface Misfortune {
  /** `nobody`: no server at that port. `no address`: a name without one. `no tls`: an https address that speaks something else. */
  meets: (product: Product) => Fault | 'nobody' | 'no address' | 'no tls';
  says: RegExp;
}

interface Page {
  status?: number;
  type?: string;
  more?: string;
  body: string;
  /** Only a part arrives, then the connection breaks. */
  half?: boolean;
}

const json = 'application/json';

/** Answers whatever is asked with this page. */
const page =
  ({ status = 200, type = json, more = '', body, half = false }: Page): Fault =>
  (socket) => {
    socket.once('data', () => {
      const head = `HTTP/1.1 ${status} Said\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n${more}\r\n`;
      if (half) socket.write(head + body.slice(0, Math.ceil(body.length / 2)), () => socket.destroy());
      else socket.end(head + body);
    });
  };

/** An ERR packet in place of MySQL's greeting: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_err_packet.html */
const mysqlError = (code: number, message: string): Fault => {
  const payload = Buffer.concat([Buffer.from([0xff, code & 0xff, code >> 8]), Buffer.from(message)]);
  return (socket) => void socket.end(Buffer.concat([Buffer.from([payload.length, 0, 0, 0]), payload]));
};

const bytes =
  (said: Buffer | string): Fault =>
  (socket) =>
    void socket.end(said);
/** More than any limit allows, and made once. */
const huge = `{"x":"${'x'.repeat(18 * 1024 * 1024)}"}`;

const hang = (): void => undefined;
const reset = (socket: Socket): void => void socket.resetAndDestroy();

/** MySQL speaks no HTTP; where the others have words of their own for a fault, they stand in `own`. */
const each =
  (http: Fault, mysql: Fault, own: Partial<Record<Product, Fault>> = {}): Misfortune['meets'] =>
  (product) =>
    own[product] ?? (product === 'MySQL' ? mysql : http);

const awsError = (status: number, code: string) =>
  page({ status, type: 'text/xml', body: `<ErrorResponse><Error><Code>${code}</Code><Message>${code}</Message></Error></ErrorResponse>` });

const kubernetesStatus = (status: number, reason: string) =>
  page({ status, body: JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message: reason, reason, code: status }) });

export const misfortunes: Readonly<Record<string, Misfortune>> = {
  'a hang': { meets: () => hang, says: /no answer within/ },
  'a reset': { meets: () => reset, says: /closed|reset|cut|reach|answer|asked/i },
  'a 500': {
    meets: each(page({ status: 500, type: 'text/html', body: 'Internal Server Error' }), bytes('')),
    says: /500|closed|broke|reach|answer/i,
  },
  // A MySQL that is full is no blind spot but a finding of its own: here it only hangs up.
  'a 429': {
    meets: each(page({ status: 429, more: 'retry-after: 60\r\n', body: '{"message":"slow down"}' }), bytes(''), {
      RDS: awsError(400, 'ThrottlingException'),
      Kubernetes: kubernetesStatus(429, 'TooManyRequests'),
    }),
    says: /limit|throttl|429|closed|reach/i,
  },
  'a page that is no JSON': {
    meets: each(page({ type: 'text/html', body: '<html>Down for maintenance</html>' }), bytes('HTTP/1.1 200 OK\r\n\r\n')),
    says: /no JSON|unknown shape|no branch at all|closed|not Kubernetes|answered/i,
  },
  'an empty object': { meets: each(page({ body: '{}' }), bytes(Buffer.alloc(5))), says: /\w{4}/ },
  'half an answer': {
    meets: each(page({ body: '{"result":[1,2,3],"items":[]}', half: true }), bytes(Buffer.from([0x4a, 0, 0, 0, 0x0a, 0x38]))),
    says: /cut|closed|reach|broke|broken|answer/i,
  },
  'a huge answer': {
    meets: each(page({ body: huge }), bytes(Buffer.alloc(8 * 1024 * 1024, 0xff))),
    says: /more than|larger|no branch at all|closed/i,
  },
  'a wrong content type': {
    meets: each(page({ type: 'image/png', body: '{"err":0,"result":[]}' }), bytes(Buffer.from([0x89, 0x50, 0x4e, 0x47]))),
    says: /no JSON|unexpected|unknown shape|no branch at all|closed|not Kubernetes|answered/i,
  },
  'an expired token': {
    meets: each(page({ status: 401, body: '{"message":"token expired"}' }), mysqlError(1045, "Access denied for user 'pulaski'@'%'"), {
      RDS: awsError(403, 'ExpiredToken'),
      Kubernetes: kubernetesStatus(401, 'Unauthorized'),
      Git: page({ status: 401, more: 'www-authenticate: Basic realm="git"\r\n', body: '{}' }),
    }),
    says: /token|credentials|denied|refuse|expired/i,
  },
  'nobody listens': { meets: () => 'nobody', says: /refused|reach|connect/i },
  'no address': { meets: () => 'no address', says: /no address|not resolve|reach/i },
  'a broken TLS': { meets: () => 'no tls', says: /TLS|SSL|certificate|reach|encrypt|closed|answer/i },
};

/** Slow, and in time: nobody is blind for it. */
export const slow: Fault = (socket, through) => through(socket, 40);

/** A port that does not speak TLS as it should: a fatal alert at once. */
export const noTls: Fault = (socket) => void socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, 40]));
