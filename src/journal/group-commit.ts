import type { DatabaseSync } from 'node:sqlite';

/** Runs writes so that those of one turn of the event loop share one transaction, and one fsync. */
export interface GroupCommit {
  /** Resolves when the work is durable. A work that throws is undone alone. */
  write: <T>(work: () => T) => Promise<T>;
  /** Commits what waits, now. */
  flush: () => void;
}

interface Waiting {
  run: () => void;
  settle: () => void;
  fail: (error: unknown) => void;
}

export function groupCommit(db: DatabaseSync): GroupCommit {
  let waiting: Waiting[] = [];
  const flush = (): void => {
    const batch = waiting;
    waiting = [];
    if (batch.length > 0) commit(db, batch);
  };
  return {
    flush,
    write: <T>(work: () => T) =>
      new Promise<T>((resolve, reject) => {
        let answer: () => void = () => undefined;
        const run = (): void => {
          const value = work();
          answer = () => resolve(value);
        };
        if (waiting.push({ run, settle: () => answer(), fail: reject }) === 1) setImmediate(flush);
      }),
  };
}

function commit(db: DatabaseSync, batch: readonly Waiting[]): void {
  const done: Waiting[] = [];
  try {
    db.exec('BEGIN IMMEDIATE');
    for (const one of batch) {
      const error = attempt(db, one);
      // On a full disk SQLite takes the whole transaction back: nobody in it may be told "done".
      if (!db.isTransaction) throw error;
      if (error === undefined) done.push(one);
    }
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    for (const one of batch) one.fail(error);
    return;
  }
  for (const one of done) one.settle();
}

/** One work inside its savepoint. Returns what it threw, which it is told at once. */
function attempt(db: DatabaseSync, one: Waiting): unknown {
  try {
    db.exec('SAVEPOINT work');
    one.run();
    db.exec('RELEASE work');
    return undefined;
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK TO work; RELEASE work');
    one.fail(error);
    return error ?? new Error('a write failed');
  }
}
