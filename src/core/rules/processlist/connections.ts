import type { Connections } from '../../evidence.ts';
import type { Fit, Ground, Rule, Seen } from '../../rule.ts';
import { ground, remedy } from '../write.ts';

const FULL_SHARE = 0.9;
const CONNECTING = 10;

/** No connection is left, or soon none will be. Never "make it larger" first: what holds them is the cause. */
export const connectionsExhausted: Rule = {
  id: 'connections-exhausted',
  explains: ['code-exception'],
  fits: (facts) => facts.of('connections').flatMap(fitsOf),
};

function groundsOf(seen: Seen<Connections>): readonly Ground[] {
  const { used, max, refused, connecting = 0, unused = 0 } = seen.finding;
  const signal = `connections of ${seen.from.check}`;
  if (refused === true) return [ground('the server refused our connection: too many connections (1040)', seen, 'mechanism', signal)];
  if (used !== undefined && max !== undefined && max > 0 && used >= max * FULL_SHARE)
    return [ground(`${used} of ${max} connections are in use`, seen, 'mechanism', signal)];
  if (connecting >= CONNECTING) return [ground(`${connecting} sockets wait to log in`, seen, 'strong', signal)];
  if (connecting > 0 && seen.finding.tone === 'bad' && unused === 0)
    return [ground(`${connecting} sockets wait to log in`, seen, 'sign', signal)];
  return unused > 0 ? [ground(`${unused} connections sleep and nobody uses them`, seen, 'sign', signal)] : [];
}

function fitsOf(seen: Seen<Connections>): readonly Fit[] {
  const grounds = groundsOf(seen);
  if (grounds.length === 0) return [];
  const { used, max, sleeping = 0, running = 0, connecting = 0 } = seen.finding;
  const asleep = sleeping > running + connecting;
  const held = connecting > sleeping + running ? 'sockets that never log in' : asleep ? 'sessions that sleep' : 'statements that run';
  const numbers = Object.entries({ used, max, sleeping, running, connecting }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return [
    {
      cause: `Database connections run out: ${used ?? 'all'}${max === undefined ? '' : ` of ${max}`} taken, most by ${held}`,
      grounds,
      against: [
        asleep
          ? 'the pools together are meant to hold that many'
          : 'all of them wait for one lock or one statement: then that is the cause',
      ],
      facts: Object.fromEntries(numbers),
      remedy: remedy(
        asleep ? 'restart' : 'look-closer',
        asleep
          ? 'a restart of the largest holder gives its connections back'
          : 'a full server is a symptom: find what holds the connections',
        {
          commands: [
            "SELECT USER, SUBSTRING_INDEX(HOST, ':', 1) AS host, COMMAND, STATE, COUNT(*), MAX(TIME) FROM information_schema.PROCESSLIST GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC LIMIT 20;",
            'SET GLOBAL max_connections = <a little more>; -- only to get in',
          ],
          hazards: ['more connections or larger pools move the queue into the database', 'a restarted app opens all of its pool at once'],
          safety: 'needs-care',
        },
      ),
      next: [
        'count by user, host and command',
        'asleep: the app leaks them or its pools are too large; busy: the slow statement or the lock is the cause',
        'free some: restart the largest holder',
      ],
      chain: [`connections are held by ${held}`, 'new requests get none'],
      about: `connections of ${seen.from.check} ${seen.evidence.scope ?? ''}`,
    },
  ];
}
