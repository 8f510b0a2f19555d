import type { Check, Look, Scope } from '../core/check.ts';
import type { Finding, Note } from '../core/evidence.ts';
import { besideMetrics } from '../core/hot-instance.ts';
import type { Kit } from '../core/kit/index.ts';
import type { MysqlServer } from '../core/kit/mysql.ts';
import type { Part } from '../core/part.ts';
import { lookAt, type ServerLook } from './mysql-look.ts';
import { MYSQL_URL } from './mysql-settings.ts';
import { verifyAll } from './mysql-verify.ts';

const BUDGET_MS = 14_000;
/** What is known then is told; the walk counts what comes later as blind. */
const OWN_MS = 12_500;
const BETWEEN = ', ';

/** Who runs what, who waits for whom, and whether anybody else gets in. */
export const mysql: Part<Check, Pick<Kit, 'mysql'>> = {
  name: 'mysql',
  env: { MYSQL_URL },
  make: (env, kit) => {
    const servers = (): readonly MysqlServer[] => kit.mysql.servers(env('MYSQL_URL'));
    return {
      name: 'mysql',
      question: 'What do the database’s threads run, and what do they wait for?',
      budgetMs: BUDGET_MS,
      look: (scope, signal) => look(onePerHost(servers()), scope, AbortSignal.any([signal, AbortSignal.timeout(OWN_MS)])),
      revise: (own, known) => besideMetrics(own.outcome, own.scope?.split(BETWEEN) ?? [], known),
      verify: (signal) => verifyAll(servers, signal),
    };
  },
};

/** Several databases of one server have one process list. */
function onePerHost(servers: readonly MysqlServer[]): readonly MysqlServer[] {
  return [...new Map(servers.toReversed().map((server) => [server.host, server])).values()].toReversed();
}

async function look(servers: readonly MysqlServer[], scope: Scope, signal: AbortSignal): Promise<Look> {
  const looks = await Promise.all(servers.map(async (server) => ({ server, look: await lookAt(server, scope.now, scope.lean, signal) })));
  return {
    outcome: outcomeOf(looks),
    asOf: scope.now,
    scope: servers.map((server) => server.host).join(BETWEEN),
    cost: { statements: looks.reduce((sum, { look: one }) => sum + one.asked, 0) },
  };
}

/** One blind server among several is told beside what the others show; all blind is blind. A refusal for being full is a finding and blindness both. */
function outcomeOf(looks: readonly { server: MysqlServer; look: ServerLook }[]): Look['outcome'] {
  const blind = looks.flatMap(({ look: one }) => ('blind' in one ? [one.blind] : []));
  const findings = looks.flatMap(({ look: one }): readonly Finding[] => ('blind' in one ? one.findings : one.seen));
  const quiet = findings.every((finding) => finding.tone === 'normal');
  const [first] = blind;
  if (first !== undefined && (blind.length === looks.length || quiet)) {
    return {
      status: 'blind',
      why: blind.map((one) => one.why).join('; '),
      fix: [...new Set(blind.map((one) => one.fix))].join('\n'),
      ...(findings.length === 0 ? {} : { findings }),
    };
  }
  const notes = blind.map((one): Note => ({ kind: 'note', text: `cannot see: ${one.why}. ${one.fix}`, tone: 'changed' }));
  return { status: quiet ? 'quiet' : 'found', findings: [...findings, ...notes] };
}
