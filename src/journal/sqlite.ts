import type { IncidentEvent } from '../core/incident.ts';
import { type Claim, Conflict, type Due, type Journal, type Listed, type Opened } from '../core/journal.ts';
import { groupCommit } from './group-commit.ts';
import { eventOf } from './lines.ts';
import { sqliteDown } from './sqlite-down.ts';
import { openFile, openMemory, type SqliteFile } from './sqlite-file.ts';
import { exportSqlite, importSqlite } from './sqlite-lines.ts';
import { sqliteRows } from './sqlite-rows.ts';

/** The journal of one machine, with its lock: a second process on the same directory is refused with `StoreDown`. */
export interface SqliteJournal extends Journal {
  /** Told of every due time that changed, after it is durable. For the turns of this process. */
  onDue: (listener: (due: Due) => void) => void;
}

/** Opens (and makes) the journal in this directory. Throws `StoreDown`. */
export async function openSqlite(dataDir: string): Promise<SqliteJournal> {
  return journalOn(openFile(dataDir), dataDir);
}

/** A journal in this process' memory, whose incidents are numbered from `first` on. */
export function sqliteInMemory(first: number): SqliteJournal {
  return journalOn(openMemory(), 'memory', first);
}

function journalOn({ db, close }: SqliteFile, dataDir: string, first = 1): SqliteJournal {
  const rows = sqliteRows(db, first);
  const group = groupCommit(db);
  const listeners: ((due: Due) => void)[] = [];
  const tell = (id: string, due: string | undefined): void => {
    if (due !== undefined) for (const listener of listeners) listener({ id, due });
  };
  const guarded = async <T>(work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw sqliteDown(error, dataDir);
    }
  };
  const write = <T>(work: () => T): Promise<T> => guarded(() => group.write(work));
  const look = <T>(work: () => T): Promise<T> => guarded(work);

  return {
    async open(claim, events) {
      const answer = await write(() => openIn(rows, claim, events));
      if (answer.opened) tell(answer.id, claim.due);
      else if (!answer.known && claim.join) tell(answer.id, claim.joinDue);
      return answer;
    },
    async append(id, expectedVersion, events, then = {}) {
      const stored = await write(() => {
        if (then.once !== undefined && !rows.remember(then.once, id)) return false;
        rows.append(id, expectedVersion, events);
        if (then.due !== undefined) rows.setDue(id, then.due);
        if (then.dueBy !== undefined) rows.setDueBy(id, then.dueBy);
        return true;
      });
      if (stored) tell(id, then.due ?? then.dueBy);
      return stored;
    },
    count: (key, once) =>
      write(() => {
        const held = rows.byKey(key);
        return held && { ...held, stored: rows.remember(once, held.id) };
      }),
    read: (id, types) => look(() => rows.bodies(id, types).map(eventOf)),
    readAfter: (id, version) => look(() => rows.bodiesAfter(id, version).map(eventOf)),
    list: (which, limit) => look((): readonly Listed[] => rows.list(which, limit)),
    findByNumber: (number) => look(() => rows.byNumber(number)),
    findByKey: (key) => look(() => rows.byKey(key)),
    close: (id) => write(() => rows.close(id)),
    once: (key) => write(() => rows.remember(key, null)),
    recall: (prefix) => look(() => rows.recall(prefix)),
    dueBefore: (time) => look(() => rows.dueBefore(time)),
    async *exportLines() {
      yield* exportSqlite(db);
    },
    importLines: (lines) => guarded(() => importSqlite(db, lines)),
    ping: () => write(() => rows.ping()),
    onDue: (listener) => void listeners.push(listener),
    async shut() {
      group.flush();
      close();
    },
  };
}

type Rows = ReturnType<typeof sqliteRows>;

function openIn(rows: Rows, claim: Claim, events: (number: number, gathered: boolean) => readonly IncidentEvent[]): Opened {
  const known = claim.once === undefined ? undefined : rows.known(claim.once);
  if (known) return { ...known, opened: false, known: true };
  const held = rows.byKey(claim.key);
  if (held) return joined(rows, claim, held);
  const { limit } = claim;
  if (limit === undefined || rows.openedSince(limit.name, limit.since) < limit.most) return opened(rows, claim, events, claim.key, false);
  const gatherer = rows.byKey(limit.gather);
  const answer = gatherer ? joined(rows, claim, gatherer) : opened(rows, claim, events, limit.gather, true);
  rows.claim(claim.key, answer.id);
  return { ...answer, gathered: true };
}

function joined(rows: Rows, claim: Claim, held: { id: string; number: number }): Opened {
  if (claim.once !== undefined) rows.remember(claim.once, held.id);
  if (claim.join) rows.append(held.id, 'any', claim.join);
  if (claim.join && claim.joinDue !== undefined) rows.setDueBy(held.id, claim.joinDue);
  return { ...held, opened: false };
}

function opened(
  rows: Rows,
  claim: Claim,
  events: (number: number, gathered: boolean) => readonly IncidentEvent[],
  key: string,
  gathered: boolean,
): Opened {
  const number = rows.nextNumber();
  const first = events(number, gathered);
  const at = first[0]?.at;
  if (at === undefined) throw new Conflict(`incident ${claim.id} would begin without an event`);
  // The gathering incident is not counted: it is what the limit leads to.
  rows.insert({ id: claim.id, number, key, due: claim.due, at, limit: gathered ? undefined : claim.limit?.name });
  rows.claim(key, claim.id);
  rows.append(claim.id, 0, first);
  if (claim.once !== undefined) rows.remember(claim.once, claim.id);
  return { id: claim.id, number, opened: true };
}
