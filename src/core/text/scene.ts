import type { Frame } from '../evidence.ts';
import type { Fault, Run, Scene, Thrown } from './reading.ts';
import { showsDefinition } from './shows-definition.ts';

const MIGRATION_FILE =
  /(?:^|\/)(?:db\/migrate|migrations?|database\/migrations|priv\/repo\/migrations|alembic\/versions|versions)\/[\w.-]{1,200}\.(?:rb|py|php|js|ts|mjs|cjs|sql|exs?|go|xml|ya?ml)$|(?:^|\/)\d{4}_\d{2}_\d{2}_\d{6}_\w{1,160}\.php$/i;
const MIGRATION_CODE =
  /(?:ghost table|gh-ost|pt-online-schema-change|django\/db\/migrations\/(?:executor|migration|operations)|schema\.py|flywaydb\.core\.internal\.(?:command|sqlscript)|liquibase\.changelog|Migrator\.(?:js|php)|migrate\.ts|alembic\/|ecto_sql.*migrat|active_record\/migration\.rb:\d{1,5}:in .exec_migration)/i;
const DDL =
  /\b(?:alter table|create (?:unique |fulltext )?index|create table|drop (?:table|index|column)|add constraint|add foreign key)\b/i;
const SERVING =
  /\b(?:Started (?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) "|Processing by \w|Completed \d{3} |(?:GET|POST|PUT|PATCH|DELETE) \/\S{0,200} HTTP\/1|(?:GET|POST|PUT|PATCH|DELETE) \/\S{0,200}$|Internal Server Error: \/|Servlet\.service\(\) for servlet|perform_later|Performing \w+Job|sidekiq|\[error\] GenServer|Sent 500 in)\b/;

const CLIENTS: readonly (readonly [NonNullable<Scene['client']>, RegExp])[] = [
  ['cache', /redis|predis|memcache|dalli|redix|jedis|lettuce|\bvalkey\b|sidekiq.*redis|:6379\b|:11211\b|:26379\b/i],
  ['broker', /kafka|rabbitmq|amqp|bunny::|pika\.|:5672\b|:9092\b|\bNATS\b|\bsqs\b/i],
  [
    'database',
    /mysql|mariadb|\bpg[:.]|\bPG::|postgres|psycopg|sqlstate|jdbc|hikari|activerecord|active_record|django\.db|illuminate\\+database|sequelize|typeorm|data source|prisma|knex|\becto|dbconnection|postgrex|myxql|gorm|sqlx|database|pg-pool|mongo|sqlalchemy|pymysql|acquire connection error|tedious|oracledb|asyncpg|npgsql|sqlclient|r2dbc|clickhouse|cassandra|cockroach|pgbouncer|:3306\b|:3307\b|:5432\b|:6432\b|:1433\b|:27017\b|:33060\b/i,
  ],
  [
    'http',
    /net::http|net\/http|net::(?:open|read)timeout|faraday|axios|fetch failed|undici|requests\.exceptions|httpsconnectionpool|httpconnectionpool|urllib3|guzzle|curl error|okhttp|resttemplate|httpclient|https?:\/\/|stripe|\bgrpc\b|rpc error|http\.client|httpx|(?:Get|Post|Put) "https?:|tesla|finch|mint\.|gateway|payment|:443\b|:80\b|:8080\b|:9200\b/i,
  ],
];

export interface SceneInput {
  lines: readonly string[];
  faults: readonly Fault[];
  chain: readonly Thrown[];
  frames: readonly Frame[];
  run: Run | undefined;
}

/** Where it happened. Frames and classes tell more than words, so they are asked first. */
export function sceneOf({ lines, faults, chain, frames, run }: SceneInput): Scene {
  const client = clientOf(lines, faults, chain, frames);
  const inMigrationFile = frames.some((frame) => MIGRATION_FILE.test(frame.file)) || lines.some((line) => MIGRATION_CODE.test(line));
  const ranStep = run !== undefined && run.outcome !== 'idle' && run.steps.length > 0;
  const ddl = faults.some((fault) => DDL.test(fault.text) || /`?#sql/.test(fault.text));
  const serving = lines.some((line) => SERVING.test(line));
  return {
    migrating:
      inMigrationFile ||
      ranStep ||
      ddl ||
      (run !== undefined && run.outcome === 'failed') ||
      (faults.length > 0 && lines.some(showsDefinition)),
    serving,
    booting:
      !serving &&
      (lines.some((line) =>
        /^(?:Exiting|=> Booting|\* ?Starting)|config\/(?:environment|initializers|application|boot)|Node\.js v\d+\.\d+|settings\.py|run_main_module|APPLICATION FAILED TO START/i.test(
          line,
        ),
      ) ||
        frames.some((f) => /config\/(?:initializers|environment|application)/.test(f.file))),
    ...(client === undefined ? {} : { client }),
  };
}

function clientOf(lines: readonly string[], faults: readonly Fault[], chain: readonly Thrown[], frames: readonly Frame[]): Scene['client'] {
  const classes = [
    ...chain.map((t) => t.class),
    ...faults.flatMap((f) => (f.by === 'mysql' || f.by === 'postgres' || f.by === 'code' ? ['mysql'] : f.by === 'cache' ? ['redis'] : [])),
  ].join(' ');
  const words = faults
    .map((f) => f.text)
    .join(' ')
    .slice(0, 6_000);
  const files = frames
    .slice(0, 12)
    .map((f) => `${f.file} ${f.function ?? ''}`)
    .join(' ');
  const driver = lines.some((line) => /^\s*fatal: true,?$/.test(line)) ? 'mysql' : '';
  const around = lines.slice(-400).join('\n').slice(0, 12_000);
  for (const text of [classes, words, driver, files, around]) {
    const client = CLIENTS.find(([, words]) => words.test(text))?.[0];
    if (client !== undefined) return client;
  }
  return undefined;
}
