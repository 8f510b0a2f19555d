import type { Kit } from './core/kit/index.ts';
import type { Env } from './core/part.ts';
import type { MysqlLimits } from './kit/mysql.ts';
import { SetupError } from './settings.ts';

/** Limits of the sources' kits where they are not the usual ones. */
export interface KitLimits {
  mysql?: Partial<MysqlLimits>;
}

/** Loads the SDK of each source that is set up, and no other: an SDK costs memory and start-up time. */
export async function loadKit(env: Env, limits: KitLimits = {}): Promise<Kit> {
  const on = (...switches: readonly string[]) => switches.some((name) => env[name]);
  const [git, { http, github }, kubernetes, mysql, rds] = await Promise.all([
    on('GIT_REMOTE')
      ? import('./kit/git.ts').then((kit) => kit.gitKit(env))
      : { mirror: absent('GIT_REMOTE'), close: async () => undefined },
    Promise.all([import('./kit/http.ts'), import('./kit/github.ts')]).then(([kit, { githubKit }]) => ({
      http: kit.http,
      github: githubKit(kit.http),
    })),
    on('KUBE_DEPLOYMENTS', 'KUBE_DEPLOY_JOBS')
      ? import('./kit/kubernetes-lean.ts').then(() => import('./kit/kubernetes.ts')).then((kit) => kit.kubernetesKit())
      : { cluster: absent('KUBE_DEPLOYMENTS') },
    on('MYSQL_URL') ? import('./kit/mysql.ts').then((kit) => kit.mysqlKit(limits.mysql)) : { servers: absent('MYSQL_URL') },
    on('RDS_INSTANCE') ? import('./kit/rds.ts').then((kit) => kit.rds) : { region: absent('RDS_INSTANCE') },
  ]);
  return { git, github, http, kubernetes, mysql, rds };
}

/** Parts that are off are never made, so this is never called unless a part forgot its switch. */
function absent(name: string): () => never {
  return () => {
    throw new SetupError(`${name} is not set`);
  };
}
