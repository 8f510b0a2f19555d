import { actions as actionParts } from './actions/index.ts';
import { secretsOf } from './all-settings.ts';
import { type DeployWatch, deployWatch as watchPart } from './checks/deploy-watch.ts';
import { checks as checkParts } from './checks/index.ts';
import { integerHeadroom } from './checks/integer-headroom.ts';
import type { Action } from './core/action.ts';
import type { Check } from './core/check.ts';
import type { Kit } from './core/kit/index.ts';
import { type Built, build, type Env } from './core/part.ts';
import { type KitLimits, loadKit } from './load-kit.ts';
import { type General, general, SetupError } from './settings.ts';
import type { HeadroomSource } from './walk/headroom.ts';
import type { Log } from './walk/tools.ts';

const WARM_MS = 10_000;

/** Checks and actions as the environment sets them up: what `start`, `triage` and `doctor` share. */
export interface Assembled {
  general: General;
  kit: Kit;
  checks: Built<Check>;
  actions: Built<Action>;
  deployWatch: DeployWatch | undefined;
  /** One for each database of MYSQL_URL. */
  headroom: readonly HeadroomSource[];
  /** Opens the warm connections: a full server refuses new ones just when they are needed. */
  warm: (log: Pick<Log, 'warn'>) => Promise<void>;
  /** The bot's own credentials: hidden wherever they stand. */
  secrets: readonly string[];
  /** Closes what was opened for the checks. */
  close: () => Promise<void>;
}

/** Reads the settings and loads only the SDKs that they ask for. Half set up is an error that names what is missing. */
export async function assemble(env: Env, limits: KitLimits = {}): Promise<Assembled> {
  const settings = general(env);
  const kit = await loadKit(env, limits);
  const checks = build(checkParts, env, kit);
  const actions = build(actionParts, env, kit);
  const watches = build([watchPart], env, kit);
  const wrong = [...checks.wrong, ...actions.wrong, ...watches.wrong];
  if (wrong.length > 0)
    throw new SetupError(
      `Half or wrongly set up:\n${[...new Set(wrong)].map((line) => `  ${line}`).join('\n')}\nSet or correct them, or unset the source's switch. docs/settings.md lists all.`,
    );
  const servers = env.MYSQL_URL ? kit.mysql.servers(env.MYSQL_URL) : [];
  return {
    general: settings,
    kit,
    checks,
    actions,
    deployWatch: watches.ready[0],
    headroom: servers.map((server) => ({
      server: `${server.host}/${server.db}`,
      look: (signal) => integerHeadroom(server, signal),
    })),
    secrets: secretsOf(env),
    warm: async (log) => {
      const opened = await Promise.allSettled(servers.map((server) => server.open(AbortSignal.timeout(WARM_MS))));
      for (const one of opened)
        if (one.status === 'rejected')
          log.warn('the warm database connection could not be opened; each look tries again', { error: one.reason });
    },
    close: async () => void (await Promise.allSettled(servers.map((server) => server.close()))),
  };
}

/** The parts' settings, for what is said about them: `.env.example`, docs/settings.md, "is any source set up?". */
export const sourceParts = checkParts;
export const actParts = actionParts;
