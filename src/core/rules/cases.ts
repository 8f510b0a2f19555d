import type { Workload } from '../evidence.ts';
import type { Facts, Read, Seen } from '../rule.ts';
import { placeOf } from '../text/frames.ts';
import type { Fault, Reading, Step } from '../text/reading.ts';
import { ruleOf } from '../text/rule-of.ts';
import { showsDefinition } from '../text/shows-definition.ts';
import { type StatusCase, statusCase } from './status-case.ts';

/** A text whose deciding error is a case of a rule. */
export interface TextCase {
  seen: Seen;
  reading: Reading;
  fault: Fault;
  /** What the error, the step, and the frames say, under the public names of facts. */
  facts: Readonly<Record<string, string>>;
  /** Where the text stands: `deploy-tasks-4f1c2ab`, `error group`, a note. */
  where: string;
  /** A person's note is a hint, not a log. */
  hint: boolean;
}

interface StatusFound {
  seen: Seen<Workload>;
  status: StatusCase;
  facts: Readonly<Record<string, string>>;
}

const textCases = new WeakMap<Facts, ReadonlyMap<string, readonly TextCase[]>>();
const statusCases = new WeakMap<Facts, ReadonlyMap<string, readonly StatusFound[]>>();

/** The texts that speak for this rule; sorted once for all rules of a judgement. */
export function textsFor(facts: Facts, rule: string): readonly TextCase[] {
  let sorted = textCases.get(facts);
  if (sorted === undefined) {
    sorted = Map.groupBy(facts.readings().flatMap(textCase), (found) => ruleOf(found.fault, found.reading, found.seen.finding) ?? '');
    textCases.set(facts, sorted);
  }
  return sorted.get(rule) ?? [];
}

/** The workloads whose status speaks for this rule. */
export function statusesFor(facts: Facts, rule: string): readonly StatusFound[] {
  let sorted = statusCases.get(facts);
  if (sorted === undefined) {
    const all = facts.of('workload').flatMap((seen): readonly StatusFound[] => {
      const status = statusCase(seen.finding);
      return status === undefined ? [] : [{ seen, status, facts: statusFacts(seen.finding, status) }];
    });
    sorted = Map.groupBy(all, ({ status }) => status.rule);
    statusCases.set(facts, sorted);
  }
  return sorted.get(rule) ?? [];
}

function textCase(read: Read): readonly TextCase[] {
  const { seen, reading } = read;
  const fault = reading.faults[0];
  if (fault === undefined || (seen.finding.tone === 'normal' && seen.finding.kind !== 'note')) return [];
  return [{ seen, reading, fault, facts: textFacts(reading, fault), where: whereOf(seen), hint: seen.finding.kind === 'note' }];
}

function whereOf(seen: Seen): string {
  const { finding } = seen;
  if (finding.kind === 'workload') return `${finding.workload} ${finding.name}`;
  if (finding.kind === 'error-group') return 'the error';
  if (finding.kind === 'note') return 'a note';
  if (finding.kind === 'db-event') return 'a database event';
  return 'the log';
}

/** The migration that was under way when it failed: the failed one, else the open one, else the last that began. */
export function failedStep(reading: Reading): Step | undefined {
  const steps = reading.run?.steps ?? [];
  return steps.find((step) => step.state === 'failed') ?? steps.findLast((step) => step.state === 'running') ?? undefined;
}

const MIGRATION_FILE = /(?:^|\/)(?<name>(?:\d{4}_\d{2}_\d{2}_\d{6}_|\d{3,20}[_-]|V[\d.]{1,20}__)[\w.-]{1,200}\.\w{2,5})$/;

function textFacts(reading: Reading, fault: Fault): Readonly<Record<string, string>> {
  const own = reading.frames.filter((frame) => frame.inApp !== false);
  const migrationFrame = own.find((frame) => MIGRATION_FILE.test(frame.file));
  const frame = migrationFrame ?? own[0];
  const step = reading.scene.migrating ? failedStep(reading) : undefined;
  const statement = step?.statements.at(-1);
  const file = migrationFrame === undefined ? undefined : MIGRATION_FILE.exec(migrationFrame.file)?.groups?.name;
  const migration = file ?? (step === undefined || step.name === '' ? step?.version : step.name);
  const tables =
    tablesOf(statement ?? '') ??
    tablesOf(reading.lines.find((line, i) => Math.abs(i - fault.line) < 12 && TABLE_IN_SQL.test(line)) ?? '') ??
    tablesOf(reading.lines.find(showsDefinition) ?? '');
  const { code: _, ...says } = fault.says;
  const real = Object.fromEntries(Object.entries(says).filter(([, value]) => !/^#sql|^_\w+_(?:new|gho)$/.test(value)));
  const { code = fault.says.code, ...properties } = nodeProperties(reading, fault);
  return {
    ...(tables === undefined || real.table !== undefined || real.childTable !== undefined ? {} : { table: tables[0] }),
    ...server(reading),
    ...addressNear(reading, fault),
    ...properties,
    ...detailsNear(reading, fault),
    ...real,
    ...(migration === undefined ? {} : { migration }),
    ...(step === undefined || step.name === '' || migration === undefined || migration.includes(step.name) ? {} : { step: step.name }),
    ...(statement === undefined ? {} : { statement }),
    ...(frame === undefined
      ? {}
      : { file: frame.file, ...(frame.line === undefined ? {} : { line: String(frame.line), place: placeOf(frame) }) }),
    ...(code === undefined ? {} : { code }),
    ...(reading.transaction === undefined ? {} : { transaction: reading.transaction }),
  };
}

/** Host and port may stand in another line of the same trouble than the one that decides. */
function server(reading: Reading): Readonly<Record<string, string>> {
  const names = new Set(['refused', 'no-host', 'timed-out', 'cache-refusing']);
  const told = reading.faults.find((f) => names.has(f.meaning) && f.says.host !== undefined);
  if (told?.says.host === undefined) return {};
  return { host: told.says.host, ...(told.says.port === undefined ? {} : { port: told.says.port }) };
}

const CALLS: ReadonlySet<string> = new Set(['http-down', 'http-rejected', 'timed-out']);
const CALL_LINES = 3;

/** A client prints what it asked on a line of its own, beside the answer. */
function addressNear(reading: Reading, fault: Fault): Readonly<Record<string, string>> {
  if (!CALLS.has(fault.meaning) || fault.says.url !== undefined || fault.says.host !== undefined) return {};
  const near = reading.lines.slice(Math.max(0, fault.line - CALL_LINES), fault.line + CALL_LINES + 1);
  const url = near
    .filter((line) => !/^\s+(?:at|from) /.test(line))
    .map((line) => /\b(?:GET|POST|PUT|PATCH|DELETE|HEAD|URL:?|url[:=]) ?"?(?<url>https?:\/\/[^\s"'<>]{1,300})/.exec(line)?.groups?.url)
    .find((found) => found !== undefined);
  return url === undefined ? {} : { url };
}

const TABLE_IN_SQL =
  /\b(?:alter table|insert into|update(?! a (?:child|parent))|delete from|truncate(?: table)?|create (?:unique )?index .{1,130}? on|create table(?: if not exists)?|for statement "alter table)\s+(?:only )?[`"']?(?:[\w$-]{1,64}[`"']?\.[`"']?)?(?<table>[\w$-]{1,64})/i;

/** The table a statement changes, and the one it refers to. */
function tablesOf(statement: string): readonly [string, string | undefined] | undefined {
  const ruby = /^\w{1,40}[( ]:?["']?(?<table>[a-z_][\w.]{1,80})["']?(?:, :(?<other>\w{1,80}))?/.exec(statement)?.groups;
  if (ruby?.table !== undefined && /^[a-z_]+\(/.test(statement) && !statement.startsWith('execute(')) return [ruby.table, ruby.other];
  const sql = TABLE_IN_SQL.exec(statement)?.groups?.table;
  return sql === undefined || /^(?:set|ignore|into)$/i.test(sql) ? undefined : [sql, undefined];
}

/** PostgreSQL's DETAIL line names key and value, InnoDB's monitor the key's two ends. */
const DETAILS: readonly RegExp[] = [
  /Key \((?<column>[^)]{1,200})\)=\((?<value>[^)]{0,200})\) (?:is (?:duplicated|not present in table "(?<parentTable>[^"]{1,64})")|already exists)/,
  /^,? ?(?:CONSTRAINT `(?<constraint>[^`]{1,64})` )?FOREIGN KEY \(`(?<column>[^`]{1,64})`\) REFERENCES `(?<parentTable>[^`]{1,64})` \(`(?<parentColumn>[^`]{1,64})`\)/,
];

function detailsNear(reading: Reading, fault: Fault): Readonly<Record<string, string>> {
  for (const line of reading.lines.slice(fault.line, fault.line + 6)) {
    const detail = DETAILS.map((pattern) => pattern.exec(line.trim())?.groups).find((groups) => groups !== undefined);
    if (detail !== undefined)
      return Object.fromEntries(Object.entries(detail).filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
  }
  return {};
}

const NODE_PROPERTY = /^\s*(?:\w{1,20}: \{ )?(?<name>code|path|address|hostname|url): '(?<value>[^']{1,255})'(?: \})?,?$/;
const NODE_LINES = 60;

/** Node and its drivers print what an error knows on lines of their own: `code: 'ENOSPC'`, `path: '/tmp/a.csv'`. */
function nodeProperties(reading: Reading, fault: Fault): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [at, line] of reading.lines.entries()) {
    const { name, value } = NODE_PROPERTY.exec(line)?.groups ?? {};
    if (name === undefined || value === undefined || found[name] !== undefined) continue;
    const near = at >= fault.line && at < fault.line + NODE_LINES;
    if (name === 'code' ? /^[A-Z][A-Z0-9_]{2,60}$/.test(value) : near) found[name] = value;
  }
  return found;
}

function statusFacts(workload: Workload, status: StatusCase): Readonly<Record<string, string>> {
  const limit = /memory limit (\S+?)(?:;|$)/.exec(workload.message ?? '')?.[1];
  const deadline = /Active Deadline Seconds: (\S+?)(?:;|$)/.exec(workload.message ?? '')?.[1];
  const port = /(?:https?:\/\/[^/:"]{0,255}|tcp \S{0,255}?):(?<port>\d{1,5})/.exec(status.text)?.groups?.port;
  return {
    workload: workload.name,
    ...(workload.image === undefined ? {} : { image: workload.image }),
    ...(workload.exitCode === undefined ? {} : { exitCode: String(workload.exitCode) }),
    ...(workload.reason === undefined ? {} : { state: workload.reason }),
    ...(workload.container === undefined ? {} : { container: workload.container }),
    ...(limit === undefined ? {} : { limit }),
    ...(deadline === undefined ? {} : { deadline }),
    ...(port === undefined ? {} : { port }),
    ...status.says,
  };
}
