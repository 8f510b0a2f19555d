import { textRule } from '../text-rule.ts';
import { named, on, remedy } from '../write.ts';

export const dependencyDown = textRule({
  id: 'dependency-down',
  explains: ['code-exception', 'connections-exhausted'],
  // A time-out that names nobody may be ours as well as theirs.
  strength: ({ reading, fault, facts }) =>
    reading.scene.client === undefined || (fault.meaning === 'timed-out' && named(facts, 'url', 'host', 'place') === undefined)
      ? 'sign'
      : 'strong',
  byRelease: 'no',
  adds: ({ fault }) =>
    fault.says.host === undefined || fault.says.port === undefined ? {} : { address: `${fault.says.host}:${fault.says.port}` },
  about: (facts) => named(facts, 'url', 'address', 'host', 'place', 'status') ?? '',
  cause: (facts) =>
    `Another system does not answer${on(named(facts, 'url', 'address', 'host'), ': ')}${on(facts.status, ', status ')}${on(facts.place, ' (called at ')}${facts.place === undefined ? '' : ')'}`,
  remedy: () =>
    remedy('wait-for-provider', 'the fault is on the other side: a revert will not help; shield our own requests from it', {
      hazards: ['requests that wait for it hold threads and database connections: shorten the time limit or switch the feature off'],
      safety: 'safe',
    }),
  next: () => [
    'look at the status page of the other side',
    'switch off what needs it, or shorten the time limits',
    'tell people what does not work',
  ],
  chain: (facts) => [`${named(facts, 'url', 'address', 'host') ?? 'another system'} fails`, 'our requests to it fail'],
  against: () => ['others reach it: then our network, name service or credentials changed'],
});

export const dependencyRejectingUs = textRule({
  id: 'dependency-rejecting-us',
  explains: ['code-exception'],
  strength: 'strong',
  about: (facts) => named(facts, 'url', 'host', 'place', 'status', 'exception') ?? '',
  cause: (facts) =>
    `Another system is up and refuses us${on(named(facts, 'status', 'exception', 'reason'), ': ')}${facts.status === '429' || /RateLimit|Throttl|TooMany|Exhausted/i.test(`${facts.exception ?? ''}${facts.reason ?? ''}`) ? ' (we ask too often)' : ''}`,
  remedy: (facts) =>
    facts.status === '429' || /RateLimit|Throttl|TooMany/i.test(facts.exception ?? '')
      ? remedy('configure', 'we ask more often than we may', {
          hazards: ['trying again at once makes it worse: wait longer each time'],
          safety: 'safe',
        })
      : remedy('configure', 'our key or token is wrong, expired, or was changed', {
          hazards: ['a new key must reach every process: web, workers, cron'],
          safety: 'needs-care',
        }),
  next: () => ['did a key, a plan, or our rate of calls change?', 'mend the key, or slow down'],
});

export const cacheDown = textRule({
  id: 'cache-down',
  explains: ['code-exception'],
  strength: 'strong',
  byRelease: 'no',
  adds: ({ fault, reading, facts }) => ({
    ...serverIn(reading.lines),
    ...(fault.says.host !== undefined && fault.says.port !== undefined ? { address: `${fault.says.host}:${fault.says.port}` } : {}),
    ...(reading.chain[0] === undefined || facts.exception !== undefined ? {} : { exception: reading.chain[0].class }),
  }),
  cause: (facts) =>
    `The cache ${facts.message === undefined ? 'cannot be reached' : `refuses us (${facts.message})`}${on(named(facts, 'address', 'server', 'host'), ': ')}`,
  remedy: (facts) =>
    remedy(
      'look-closer',
      facts.message === undefined ? 'the app does not reach Redis or Memcached' : 'Redis is up and says what it lacks',
      {
        commands: ['redis-cli -h <host> info | grep -E "role|connected_clients|used_memory_human|maxmemory_human|rdb_last_bgsave_status"'],
        hazards: ['emptying the cache throws all load on the database', 'job queues often live in the same Redis'],
        safety: 'safe',
      },
    ),
  next: () => ['is it up, is it the primary, is it full?', 'mend that, then look whether the processes connect again by themselves'],
});

function serverIn(lines: readonly string[]): Readonly<Record<string, string>> {
  for (const line of lines) {
    const server = /(?<server>rediss?:\/\/[\w.-]{1,255}:\d{1,5})/.exec(line)?.groups?.server;
    const host = server === undefined ? undefined : /\/\/(?<host>[\w.-]{1,255}):/.exec(server)?.groups?.host;
    if (server !== undefined && host !== undefined) return { server, host };
    const address = /connect\(2\) for (?<address>[\d.]{7,15}:\d{1,5})/.exec(line)?.groups?.address;
    if (address !== undefined) return { address };
  }
  return {};
}

export const certificateExpired = textRule({
  id: 'certificate-expired',
  explains: ['dependency-down', 'code-exception'],
  strength: 'strong',
  byRelease: 'no',
  cause: (facts) => `A certificate has expired${on(named(facts, 'host', 'url'), ': ')}${on(facts.value, ', on ')}`,
  remedy: () =>
    remedy('configure', 'no release brought it: time did', {
      commands: ['openssl s_client -connect <host>:443 -servername <host> </dev/null 2>/dev/null | openssl x509 -noout -dates -issuer'],
      hazards: ['do not switch verification off'],
      safety: 'safe',
    }),
  next: () => ['ours or theirs? renew it, or ask them to', 'restart what keeps the old certificate open'],
});

/** Our side does not trust the other's certificate: an image without authorities, a proxy between, a certificate of their own. */
export const certificateUntrusted = textRule({
  id: 'certificate-untrusted',
  explains: ['dependency-down'],
  strength: 'sign',
  cause: (facts) => `We do not trust the other side's certificate${on(named(facts, 'host', 'url'), ': ')}`,
  remedy: () =>
    remedy('look-closer', 'the certificate may be good and our list of authorities gone, or the other way round', {
      commands: ['openssl s_client -connect <host>:443 -servername <host> </dev/null', 'ls -l /etc/ssl/certs | head'],
      hazards: ['do not switch verification off'],
      safety: 'safe',
    }),
  next: () => ['does the image still carry its authorities (ca-certificates)?', 'did they change who signs their certificate?'],
  chain: () => ['the certificate is not trusted', 'our requests are broken off before they are sent'],
});
