/** The ports through which checks and actions reach their SDKs. `src/kit/` implements them, one file per SDK; root files load them when their source is configured. */
import type { GitKit } from './git.ts';
import type { GithubKit } from './github.ts';
import type { HttpKit } from './http.ts';
import type { KubernetesKit } from './kubernetes.ts';
import type { MysqlKit } from './mysql.ts';
import type { RdsKit } from './rds.ts';

export interface Kit {
  git: GitKit;
  github: GithubKit;
  http: HttpKit;
  kubernetes: KubernetesKit;
  mysql: MysqlKit;
  rds: RdsKit;
}
