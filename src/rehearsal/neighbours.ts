import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { APP_TOKEN, BOT_TOKEN, type Slack, startSlack } from './slack/web-api.ts';
import { makeWorkspace } from './slack/workspace.ts';
import { RDS_INSTANCE, startAws } from './stand-ins/aws.ts';
import { startCluster } from './stand-ins/cluster-server.ts';
import type { Latency, StandIn } from './stand-ins/http-front.ts';
import { startMysql } from './stand-ins/mysql.ts';
import { ROLLBAR_TOKEN, startRollbar } from './stand-ins/rollbar.ts';
import { NAMESPACE } from './world/cluster-names.ts';
import type { World } from './world/world.ts';

/** Who works at the rehearsal's company. The first one is you. */
export const people = [
  { id: 'U0CARYSSA', name: 'caryssa', realName: 'Caryssa Lind' },
  { id: 'U0MIRA', name: 'mira', realName: 'Mira Okafor' },
  { id: 'U0JONAS', name: 'jonas', realName: 'Jonas Weiss' },
] as const;

const rooms = [
  { name: 'general', topic: 'Company-wide', bot: false },
  { name: 'engineering', topic: 'Build, ship, mend', bot: false },
  { name: 'incidents', topic: 'What is broken, and what is done about it', bot: true },
] as const;

export const ALERT_TOKEN = 'rehearsal-alert-token';

/** Everything that the bot talks to, on loopback, and the settings that lead it there. */
export interface Neighbours {
  slack: Slack;
  /** The bot's environment: complete, nothing of the machine's own shines through. */
  env: Readonly<Record<string, string>>;
  inFlight: () => number;
  close: () => Promise<void>;
}

/** Starts the stand-ins of a story. `folder` becomes the bot's HOME and data; `own` is what a rehearsal reads of the machine: HOST, PORT, ALERT_TOKEN_*. */
export async function startNeighbours(
  world: World,
  options: Latency & { folder: string; own: Readonly<Record<string, string | undefined>>; port: string },
): Promise<Neighbours> {
  const workspace = makeWorkspace(world.clock.time, people, rooms);
  const [slack, rollbar, mysql, cluster] = await Promise.all([
    startSlack(world, workspace, options),
    startRollbar(world, options),
    startMysql(world, options),
    startCluster(world, options),
  ]);
  const aws = await startAws(world, { ...options, database: { host: '127.0.0.1', port: mysql.port } });
  const servers: readonly StandIn[] = [slack, rollbar, mysql, cluster, aws];

  const home = join(options.folder, 'home');
  mkdirSync(home, { recursive: true });
  const kubeconfig = join(home, 'kubeconfig.json');
  writeFileSync(kubeconfig, cluster.kubeconfig);
  const announce = [...workspace.channels.values()].find((channel) => channel.name === 'incidents')?.id ?? '';

  const env = {
    HOME: home,
    PATH: process.env.PATH ?? '',
    NO_PROXY: '127.0.0.1,localhost',
    no_proxy: '127.0.0.1,localhost',
    GIT_CONFIG_NOSYSTEM: '1',
    HOST: options.own.HOST || '127.0.0.1',
    PORT: options.port,
    DATA_DIR: join(options.folder, 'data'),
    SERVICE: 'checkout',
    ENVIRONMENT: 'production',
    ACTORS: people.map((person) => person.id).join(','),
    SLACK_BOT_TOKEN: BOT_TOKEN,
    SLACK_APP_TOKEN: APP_TOKEN,
    SLACK_API_URL: slack.apiUrl,
    INVITE: people[1].id,
    ANNOUNCE_CHANNEL: announce,
    ROLLBAR_READ_TOKEN: ROLLBAR_TOKEN,
    ROLLBAR_API_URL: rollbar.url,
    RDS_INSTANCE,
    AWS_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL: aws.url,
    AWS_ACCESS_KEY_ID: 'AKIAREHEARSAL',
    AWS_SECRET_ACCESS_KEY: 'rehearsal',
    AWS_EC2_METADATA_DISABLED: 'true',
    MYSQL_URL: mysql.url,
    KUBECONFIG: kubeconfig,
    KUBE_NAMESPACE: NAMESPACE,
    KUBE_DEPLOYMENTS: world.story.deployments.map((d) => d.name).join(','),
    KUBE_DEPLOY_JOBS: 'deploy-tasks*',
    GIT_REMOTE: world.repository.path,
    GIT_BRANCH: 'master',
    REVERT_MODE: 'push',
    ALERT_TOKEN_ALERTMANAGER: ALERT_TOKEN,
    ...Object.fromEntries(Object.entries(options.own).filter(([name, value]) => name.startsWith('ALERT_TOKEN_') && value)),
    ...world.story.env,
  };
  return {
    slack,
    env,
    inFlight: () => servers.reduce((sum, server) => sum + server.inFlight(), 0),
    close: async () => {
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}
