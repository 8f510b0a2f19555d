import { chainMessage, safeText, type Thrown } from './error-message.ts';
import type { RawGroup } from './error-trend.ts';
import type { Details } from './errors-look.ts';
import type { Frame, Release } from './evidence.ts';
import { looksOwn, withoutRoot, worthShowing } from './frames.ts';
import { statusOfClass } from './http-status.ts';
import { at, listAt, numberAt, optional, textAt, timeAt } from './json.ts';
import { lookup } from './lookup.ts';

/** Readers of Rollbar's answers, https://docs.rollbar.com/reference. Undefined: a shape that we do not know. */

const LEVELS: Readonly<Record<string, number>> = { debug: 10, info: 20, warning: 30, error: 40, critical: 50 };
const ERROR = 40;

/** An item of the reports, with its id for further questions. */
export interface Item extends RawGroup {
  id: number;
  counter: number | undefined;
}

/** Lists say `error`, reports say 40. */
export function levelOf(value: unknown): number | undefined {
  return typeof value === 'string' ? (lookup(LEVELS, value) ?? numberAt(value)) : numberAt(value);
}

/** GET /reports/top_active_items: errors only, loudest first. */
export function readTopItems(result: unknown): readonly Item[] | undefined {
  const rows = listAt(result);
  if (!rows?.every((row) => numberAt(row, 'item', 'id') !== undefined && textAt(row, 'item', 'title') !== undefined)) return undefined;
  return rows
    .filter((row) => (levelOf(at(row, 'item', 'level')) ?? ERROR) >= ERROR)
    .map((row) =>
      readItem(
        at(row, 'item'),
        listAt(row, 'counts')?.map((n) => numberAt(n) ?? 0),
      ),
    )
    .toSorted((a, b) => (b.count ?? 0) - (a.count ?? 0));
}

function readItem(item: unknown, hours: readonly number[] | undefined): Item {
  const title = safeText(textAt(item, 'title') ?? '');
  const [name] = /^[A-Z][\w:.\\]*(?=: )/.exec(title) ?? [];
  const status = name === undefined ? undefined : statusOfClass(name);
  const users = numberAt(item, 'unique_occurrences');
  const lastSeen = timeAt(item, 'last_occurrence_timestamp');
  const counter = numberAt(item, 'counter');
  const project = numberAt(item, 'project_id');
  return {
    id: numberAt(item, 'id') ?? 0,
    counter,
    title,
    tracker: 'rollbar',
    ...(name === undefined ? {} : { class: name }),
    ...(status === undefined ? {} : { httpStatus: status }),
    ...optional('count', numberAt(item, 'occurrences')),
    ...optional('users', users),
    ...optional('lastSeen', lastSeen),
    ...optional('hours', hours),
    ...(counter === undefined || project === undefined ? {} : { url: `https://rollbar.com/item/${project}/${counter}/` }),
  };
}

/** GET /reports/occurrence_counts: milliseconds of each bucket's start → count. */
export function readCounts(result: unknown): ReadonlyMap<number, number> | undefined {
  const pairs = listAt(result)?.map((pair) => [numberAt(pair, 0), numberAt(pair, 1)] as const);
  if (!pairs || pairs.length === 0) return undefined;
  const counts = new Map<number, number>();
  for (const [second, count] of pairs) {
    if (second === undefined || count === undefined) return undefined;
    counts.set(second * 1000, count);
  }
  return counts;
}

/** POST /metrics/occurrences grouped by item_counter and minute: counter → milliseconds → count. */
export function readMetrics(result: unknown): ReadonlyMap<number, ReadonlyMap<number, number>> | undefined {
  const timepoints = listAt(result, 'timepoints');
  if (!timepoints) return undefined;
  const byCounter = new Map<number, Map<number, number>>();
  for (const point of timepoints) {
    const time = timeAt(point, 'timestamp');
    if (time === undefined) return undefined;
    for (const row of listAt(point, 'metrics_rows') ?? []) {
      const cell = (field: string) =>
        numberAt(
          (listAt(row) ?? []).find((c) => at(c, 'field') === field),
          'value',
        );
      const [counter, count] = [cell('item_counter'), cell('occurrence_count')];
      if (counter === undefined || count === undefined) return undefined;
      const minutes = byCounter.get(counter) ?? new Map<number, number>();
      minutes.set(Date.parse(time), count);
      byCounter.set(counter, minutes);
    }
  }
  return byCounter;
}

/** GET /item/{id}/instances: the newest occurrence. Of its request only method and path are taken. */
export function readOccurrence(result: unknown): Details | undefined {
  const newest = listAt(result, 'instances')?.[0];
  const data = at(newest, 'data');
  const body = at(data, 'body');
  if (body === undefined) return undefined;
  const traces = listAt(body, 'trace_chain') ?? (at(body, 'trace') === undefined ? [] : [at(body, 'trace')]);
  const chain = traces.map(
    (trace): Thrown => ({
      ...optional('class', textAt(trace, 'exception', 'class')),
      ...optional('message', textAt(trace, 'exception', 'message')),
    }),
  );
  const plain = textAt(body, 'message', 'body') ?? textAt(body, 'crash_report', 'raw');
  const message = chain.length > 0 ? chainMessage(chain) : safeText(plain ?? '');
  const root = textAt(data, 'server', 'root');
  const frames =
    traces.map((trace) => framesOf(trace, root)).findLast((list) => list.some((f) => f.inApp)) ?? framesOf(traces.at(-1), root);
  return {
    ...optional('class', chain[0]?.class),
    ...(message === '' ? {} : { message }),
    ...(frames.length === 0 ? {} : { frames: worthShowing(frames) }),
    ...optional('transaction', transactionOf(data)),
    ...optional('httpStatus', statusIn(data) ?? chain.map((t) => statusOfClass(t.class ?? '')).find((s) => s !== undefined)),
    ...optional('release', textAt(data, 'code_version') ?? textAt(data, 'server', 'code_version')),
    ...optional('lastSeen', timeAt(newest, 'timestamp')),
  };
}

/** The same answer: which routes the newest occurrences were on, each with its share of them. One group may show on several. */
export function readRoutes(result: unknown): ReadonlyMap<string, number> {
  const routes = (listAt(result, 'instances') ?? []).flatMap((instance) => transactionOf(at(instance, 'data')) ?? []);
  return new Map([...Map.groupBy(routes, (route) => route)].map(([route, all]) => [route, all.length / routes.length]));
}

/** Rollbar lists them oldest first. */
function framesOf(trace: unknown, root: string | undefined): readonly Frame[] {
  return (listAt(trace, 'frames') ?? []).toReversed().flatMap((frame): readonly Frame[] => {
    const path = textAt(frame, 'filename');
    if (path === undefined) return [];
    const told = at(frame, 'in_project');
    const file = withoutRoot(path, root);
    return [
      {
        file,
        ...optional('line', numberAt(frame, 'lineno')),
        ...optional('function', textAt(frame, 'method')),
        inApp: typeof told === 'boolean' ? told : looksOwn(file),
      },
    ];
  });
}

function statusIn(data: unknown): number | undefined {
  const places = [
    ['custom', 'status'],
    ['custom', 'http_status'],
    ['custom', 'status_code'],
    ['custom', 'statusCode'],
    ['response', 'status_code'],
  ];
  const found = places.map((path) => numberAt(data, ...path)).find((status) => status !== undefined && status >= 100 && status < 600);
  return found ?? numberAt(/\b(?:http|status)\W{0,3}([45]\d\d)\b/i.exec(textAt(data, 'context') ?? '')?.[1]);
}

function transactionOf(data: unknown): string | undefined {
  const context = textAt(data, 'context');
  if (context !== undefined) return safeText(context);
  const path = /^(?:[a-z]+:\/\/[^/]+)?(\/[^?#]*)/i.exec(textAt(data, 'request', 'url') ?? '')?.[1];
  const method = textAt(data, 'request', 'method');
  if (path === undefined) return undefined;
  return safeText(`${method ?? 'GET'} ${path.replace(/\/(?:\d+|[0-9a-f-]{24,})(?=\/|$)/gi, '/:id')}`);
}

/** GET /deploys of one environment, newest first. */
export function readDeploys(result: unknown, environment: string): readonly Release[] | undefined {
  const rows = listAt(result, 'deploys');
  if (!rows) return undefined;
  return rows.flatMap((deploy): readonly Release[] => {
    const when = timeAt(deploy, 'finish_time') ?? timeAt(deploy, 'start_time');
    const revision = textAt(deploy, 'revision');
    if (when === undefined || (textAt(deploy, 'environment') ?? environment) !== environment) return [];
    return [
      {
        kind: 'release',
        at: when,
        source: 'rollbar',
        ...(revision === undefined ? {} : /^[0-9a-f]{7,40}$/i.test(revision) ? { sha: revision } : { version: revision }),
        ...optional('by', textAt(deploy, 'local_username')),
        ...optional('status', textAt(deploy, 'status')),
      },
    ];
  });
}

/** GET /versions/{version}/items: counters of the items. */
export function readCounters(result: unknown): ReadonlySet<number> | undefined {
  const items = listAt(result, 'items');
  return items && new Set(items.flatMap((item) => numberAt(item, 'counter') ?? []));
}
