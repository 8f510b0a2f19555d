import { type Job, PgBoss } from 'pg-boss';
import { Conflict, type Journal, type Turns } from '../core/journal.ts';
import type { Schedule } from './postgres.ts';
import { postgresDown } from './postgres-down.ts';
import type { Query } from './postgres-rows.ts';
import { retryDelayMs } from './retry-delay.ts';

const queue = 'turns';
/** Turns of one process at a time, as in process. Each asks for work twice a second; to notify all of them of every alert costs more in a storm. */
const turnsAtOnce = 8;
/** How long a process that stops waits for the turns that it runs. */
const graceMs = 30_000;

/** pg-boss on the journal's database: one job per incident holds its next turn, one more its running turn. */
export interface Boss {
  schedule: Schedule;
  turns: (journal: Pick<Journal, 'dueBefore'>, failed: (incident: string, error: unknown) => void) => Turns;
}

/**
 * Starts pg-boss. A process that dies is noticed after 10 s without a heartbeat, looked for every second: another takes over its turns
 * within 15 s. With pg-boss' default cache interval that takes a minute.
 */
export async function openBoss(url: string, trouble: (error: Error) => void): Promise<Boss> {
  const boss = new PgBoss({
    connectionString: url,
    schema: 'pulaski_turns',
    application_name: 'pulaski turns',
    max: 5,
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
    queueCacheIntervalSeconds: 1,
    schedule: false,
  });
  boss.on('error', seldom(trouble));
  try {
    await boss.start();
    await boss.createQueue(queue, {
      policy: 'stately',
      heartbeatSeconds: 10,
      // A turn is never given up: what throws is planned anew below, what dies is taken over.
      retryLimit: 1_000_000,
      expireInSeconds: 6 * 3600,
      retentionSeconds: 365 * 86_400,
      deleteAfterSeconds: 3600,
    });
  } catch (error) {
    await boss.stop({ graceful: false }).catch(() => undefined);
    throw postgresDown(error);
  }

  const schedule: Schedule = async (on, { fresh, moved }) => {
    const db = databaseOf(on);
    // An incident that did not exist has no job that could be moved.
    if (fresh.length > 0)
      await boss.insert(
        queue,
        fresh.map(({ id, due }) => ({ data: { incident: id }, singletonKey: id, startAfter: new Date(due) })),
        { db },
      );
    const earliest = new Map(moved.toSorted((a, b) => Date.parse(b.due) - Date.parse(a.due)).map(({ id, due }) => [id, due]));
    // In one order everywhere: two processes must not wait for each other's jobs crosswise.
    for (const [incident, due] of [...earliest].toSorted(([a], [b]) => (a < b ? -1 : 1)))
      await boss.upsert(queue, { incident }, { singletonKey: incident, startAfter: new Date(due), db });
  };
  return { schedule, turns: (journal, failed) => bossTurns(boss, journal, failed) };
}

/** While PostgreSQL is away every worker fails twice a second: one word of it in ten seconds is enough. */
function seldom(tell: (error: Error) => void): (error: Error) => void {
  let next = 0;
  return (error) => {
    if (Date.now() < next) return;
    next = Date.now() + 10_000;
    tell(error);
  };
}

function databaseOf(on: Query) {
  return { executeSql: async (text: string, values?: unknown[]) => ({ rows: (await on.query(text, values)).rows }) };
}

function bossTurns(boss: PgBoss, journal: Pick<Journal, 'dueBefore'>, failed: (incident: string, error: unknown) => void): Turns {
  const stop = new AbortController();
  const failures = new Map<string, number>();
  let busy = 0;

  /** Plans a turn unless one is planned no later than that: what was asked for meanwhile must not wait. */
  async function plan(incident: string, due: string): Promise<void> {
    const planned = await boss.findJobs(queue, { key: incident, queued: true });
    if (planned.some((job) => job.startAfter.getTime() <= Date.parse(due))) return;
    await boss.upsert(queue, { incident }, { singletonKey: incident, startAfter: new Date(due) });
  }

  async function run(incident: string, signal: AbortSignal, turn: Parameters<Turns['start']>[0]): Promise<void> {
    busy++;
    try {
      const next = await turn(incident, signal);
      failures.delete(incident);
      if (next !== null) await plan(incident, next);
    } catch (error) {
      const before = failures.get(incident) ?? 0;
      failures.set(incident, before + 1);
      const raced = error instanceof Conflict && before === 0;
      if (!raced && !stop.signal.aborted) failed(incident, error);
      await plan(incident, new Date(Date.now() + (raced ? 0 : retryDelayMs(before))).toISOString());
    } finally {
      busy--;
    }
  }

  return {
    async start(turn) {
      // What a crash between two stores could have left without a job: nothing should be found here.
      for (const { id, due } of await journal.dueBefore('9999-12-31T00:00:00.000Z')) {
        const jobs = await boss.findJobs(queue, { key: id });
        if (!jobs.some((job) => job.state === 'created' || job.state === 'retry' || job.state === 'active')) await plan(id, due);
      }
      await boss.work(
        queue,
        { localConcurrency: turnsAtOnce, batchSize: 1, pollingIntervalSeconds: 0.5 },
        async (jobs: Job<{ incident: string }>[]) => {
          for (const job of jobs) await run(job.data.incident, AbortSignal.any([stop.signal, job.signal]), turn);
        },
      );
    },
    async nudge(incident) {
      try {
        await boss.upsert(queue, { incident }, { singletonKey: incident, startAfter: 0 });
      } catch (error) {
        throw postgresDown(error);
      }
    },
    busy: () => busy,
    async shut() {
      stop.abort();
      await boss.stop({ graceful: true, close: true, timeout: graceMs });
    },
  };
}
