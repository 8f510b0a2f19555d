import type { Check } from '../core/check.ts';
import type { GitMirror } from '../core/kit/git.ts';
import type { Kit } from '../core/kit/index.ts';
import type { MysqlServer } from '../core/kit/mysql.ts';
import { type FoundMigration, migrationsInDatabase, shippedIn } from '../core/migrations/in-database.ts';
import type { Part } from '../core/part.ts';
import { type History, readHistory, rememberingWhatRuns } from '../core/repository/history.ts';
import { gitSettings, mirrorOf } from '../core/repository/settings.ts';
import { blindBy, verifyBranch } from './git-blind.ts';
import { knowsWhatRuns, onsetOf } from './releases.ts';

/** Is what the running code's migrations do really in the database? */
export const migrations: Part<Check, Pick<Kit, 'git' | 'mysql'>> = {
  name: 'migrations',
  env: {
    ...gitSettings,
    MYSQL_URL: {
      about: 'MySQL servers, read-only user, by commas',
      example: 'mysql://bot:secret@db.example.com:3306/shop',
      preset: '',
      secret: true,
    },
  },
  make: (env, kit) => migrationsCheck(mirrorOf(env, kit), env('GIT_BRANCH'), env('MYSQL_URL') ? kit.mysql.servers(env('MYSQL_URL')) : []),
};

export function migrationsCheck(mirror: GitMirror, branch: string, servers: readonly MysqlServer[]): Check {
  const remembered = rememberingWhatRuns();
  let last: { key: string; found: readonly FoundMigration[] } | undefined;
  const filesOf = async (history: History, signal: AbortSignal): Promise<readonly FoundMigration[]> => {
    const key = [history.head, history.running, history.live.length, history.waiting.length].join(' ');
    if (last?.key !== key) last = { key, found: await shippedIn(mirror, history, signal) };
    return last.found;
  };
  return {
    name: 'migrations',
    question: 'Is what the migrations do really in the database?',
    budgetMs: 15_000,
    ready: knowsWhatRuns,
    look: async (scope, signal) => {
      const about = { scope: [`${branch} of ${mirror.name}`, ...servers.map((s) => s.host)].join(', '), asOf: scope.now };
      try {
        const history = await readHistory(mirror, branch, remembered(scope), onsetOf(scope), signal);
        return { ...(await migrationsInDatabase(await filesOf(history, signal), history, servers, signal)), ...about };
      } catch (error) {
        return { outcome: blindBy(error), scope: about.scope };
      }
    },
    verify: async (signal) => [await verifyBranch(mirror, branch, signal)],
  };
}
