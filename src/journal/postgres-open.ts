import { Conflict, type Opened } from '../core/journal.ts';
import { type Joining, type Opening, planOpenings } from './opening-batch.ts';
import type { Schedule } from './postgres.ts';
import { postgresBatch } from './postgres-batch.ts';
import type { Query } from './postgres-rows.ts';

/**
 * Several openings in one transaction, in order, under the one lock that numbers incidents and holds the limits over all processes. The lock is
 * held for five ways to the server and back, however many they are.
 */
export async function openAll(query: Query, schedule: Schedule, openings: readonly Opening[]): Promise<readonly Opened[]> {
  const on = postgresBatch(query);
  const last = await on.lock();
  const { answers, fresh, joining } = planOpenings(openings, { last, ...(await on.standing(openings.map(({ claim }) => claim))) });
  if (fresh.length > 0) await on.insert(fresh);
  const joined = joining.length > 0 ? await on.join(joining) : new Map<number, string | undefined>();
  const due = joining.flatMap(({ id, due: wanted }, index) => {
    const time = wanted === undefined ? undefined : joined.get(index);
    return time === undefined ? [] : [{ id, due: time }];
  });
  await schedule(query, { fresh: fresh.map(({ id, due: time }) => ({ id, due: time })), moved: due });
  return answers.map(({ joining: index, ...answer }) =>
    // Remembered by another process since it was looked up: nothing of it was stored.
    index !== undefined && !joined.has(index) ? { ...answer, known: true as const } : answer,
  );
}

/** Several alerts that join incidents, in one transaction. False for those that were remembered before. Throws `Conflict` where there is no such incident. */
export async function joinAll(query: Query, schedule: Schedule, asked: readonly Joining[]): Promise<readonly boolean[]> {
  const on = postgresBatch(query);
  // The same delivery twice at the same time: the first of them is it.
  const first = new Map(asked.map((one, index) => [one.once ?? index, one] as const).toReversed());
  const joining = [...new Set(asked.filter((one, index) => first.get(one.once ?? index) === one))];
  const joined = await on.join(joining);
  await refuseUnknown(query, joining, joined);
  const moved = joining.flatMap(({ id, due }, index) => {
    const time = due === undefined ? undefined : joined.get(index);
    return time === undefined ? [] : [{ id, due: time }];
  });
  await schedule(query, { fresh: [], moved });
  return asked.map((one) => {
    const index = joining.indexOf(one);
    return index >= 0 && joined.has(index);
  });
}

/** What was not stored was remembered before, or its incident does not exist. */
async function refuseUnknown(query: Query, joining: readonly Joining[], joined: ReadonlyMap<number, unknown>): Promise<void> {
  const left = [...new Set(joining.filter((_, index) => !joined.has(index)).map(({ id }) => id))];
  if (left.length === 0) return;
  const { rows } = await query.query<{ id: string }>(
    'SELECT id FROM unnest($1::text[]) AS a (id) WHERE NOT EXISTS (SELECT FROM pulaski.incident i WHERE i.id = a.id)',
    [left],
  );
  const [unknown] = rows;
  if (unknown) throw new Conflict(`there is no incident ${unknown.id}`);
}
