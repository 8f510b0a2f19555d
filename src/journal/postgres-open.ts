import type { IncidentEvent } from '../core/incident.ts';
import { type Claim, Conflict, type Opened } from '../core/journal.ts';
import type { Schedule } from './postgres.ts';
import type { PostgresRows, Query } from './postgres-rows.ts';

export interface Opening {
  claim: Claim;
  events: (number: number, gathered: boolean) => readonly IncidentEvent[];
}

/** Several openings in one transaction, in order, under the one lock that numbers incidents and holds the limits over all processes. */
export async function openAll(
  on: PostgresRows,
  query: Query,
  schedule: Schedule,
  openings: readonly Opening[],
): Promise<readonly Opened[]> {
  await on.lockOpening();
  const answers: Opened[] = [];
  const due = new Map<string, string>();
  const plan = (id: string, time: string): void => {
    due.set(id, [due.get(id) ?? time, time].toSorted()[0] ?? time);
  };
  for (const opening of openings) answers.push(await openOne(on, plan, opening));
  // In one order everywhere: two processes must not wait for each other's jobs crosswise.
  for (const [id, time] of [...due].toSorted(([a], [b]) => (a < b ? -1 : 1))) await schedule(query, id, time);
  return answers;
}

type Plan = (id: string, due: string) => void;

async function openOne(on: PostgresRows, plan: Plan, opening: Opening): Promise<Opened> {
  const { claim } = opening;
  const { known, held, gatherer, since } = await on.stateFor(claim);
  if (known) return { ...known, opened: false, known: true };
  if (held) return joined(on, plan, claim, held, undefined);
  const { limit } = claim;
  if (limit === undefined || since < limit.most) return opened(on, plan, opening, claim.key, false);
  if (gatherer) return { ...(await joined(on, plan, claim, gatherer, claim.key)), gathered: true };
  const answer = await opened(on, plan, opening, limit.gather, true);
  await on.claim(claim.key, answer.id);
  return { ...answer, gathered: true };
}

async function joined(
  on: PostgresRows,
  plan: Plan,
  claim: Claim,
  held: { id: string; number: number },
  also: string | undefined,
): Promise<Opened> {
  const due = await on.join(held.id, claim, also);
  if (claim.join && claim.joinDue !== undefined && due !== undefined) plan(held.id, due);
  return { ...held, opened: false };
}

async function opened(on: PostgresRows, plan: Plan, { claim, events }: Opening, key: string, gathered: boolean): Promise<Opened> {
  const number = await on.nextNumber();
  const first = events(number, gathered);
  const at = first[0]?.at;
  if (at === undefined) throw new Conflict(`incident ${claim.id} would begin without an event`);
  const limit = gathered ? undefined : claim.limit?.name;
  await on.insert({ id: claim.id, number, key, due: claim.due, at, limit, once: claim.once }, first);
  plan(claim.id, claim.due);
  return { id: claim.id, number, opened: true };
}
