import type { Fit, Rule } from '../../rule.ts';
import { ground, on, remedy } from '../write.ts';

const LONG_SECONDS = 60;

/** A transaction that was opened long ago and does nothing: its locks wait for a victim, its undo log slows everybody. */
export const longTransaction: Rule = {
  id: 'long-transaction',
  fits: (facts) =>
    facts
      .of('lock-wait')
      .filter(({ finding }) => finding.waiters === 0 && (finding.blockerSeconds ?? 0) >= LONG_SECONDS && finding.tone !== 'normal')
      .map((seen): Fit => {
        const { blockerThread, blockerSeconds, blockerUser, blockerStatement, host } = seen.finding;
        const thread = blockerThread === undefined ? 'A thread' : `Thread ${blockerThread}`;
        return {
          cause: `${thread} has kept a transaction open for ${blockerSeconds} s and does nothing`,
          grounds: [
            ground(`open for ${blockerSeconds} s, idle${on(blockerUser, ', user ')}`, seen, 'sign', `transactions of ${seen.from.check}`),
          ],
          against: ['nobody waits for it yet'],
          facts: Object.fromEntries(
            Object.entries({
              thread: blockerThread,
              seconds: blockerSeconds,
              user: blockerUser,
              statement: blockerStatement,
              host,
            }).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
          ),
          remedy: remedy('kill-queries', 'ending the session rolls its work back and frees its locks', {
            commands: blockerThread === undefined ? [] : [`KILL ${blockerThread};`, `CALL mysql.rds_kill(${blockerThread}); -- on RDS`],
            hazards: ['look first whose session it is; what it changed is rolled back'],
            safety: 'needs-care',
          }),
          next: [
            'whose session is it: a console, a job, a request that calls another system inside its transaction?',
            'commit it there, or end it',
          ],
          chain: [`${thread.toLowerCase()} keeps a transaction open`],
          about: `transaction ${blockerThread ?? ''} ${host ?? ''}`,
        };
      }),
};
