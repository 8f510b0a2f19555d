import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqlite } from '../../src/journal/sqlite.ts';
import { inProcessTurns } from '../../src/journal/turns.ts';
import { journalContract } from '../contract/journal.ts';
import { turnsContract } from '../contract/turns.ts';
import { movingClock, settled } from '../support/moving-clock.ts';

const newDir = (): string => mkdtempSync(join(tmpdir(), 'pulaski-journal-'));

journalContract('sqlite', async () => {
  const dirs = [newDir()];
  let journal = await openSqlite(dirs[0] ?? '');
  return {
    journal,
    async reopened() {
      await journal.shut();
      journal = await openSqlite(dirs[0] ?? '');
      return journal;
    },
    async empty() {
      const dir = newDir();
      dirs.push(dir);
      return openSqlite(dir);
    },
    async gone() {
      await journal.shut();
      for (const dir of dirs) rmSync(dir, { recursive: true });
    },
  };
});

turnsContract('in process', async () => {
  const dir = newDir();
  const journal = await openSqlite(dir);
  const clock = movingClock('2026-11-21T20:30:00.000Z');
  const failures: string[] = [];
  const turns = inProcessTurns(journal, clock, (id, error) => failures.push(`${id}: ${error instanceof Error ? error.message : ''}`));
  return {
    journal,
    turns,
    failures,
    inUnits: (units) => new Date(clock.now().getTime() + units * 1000).toISOString(),
    pass: (units) => clock.pass(units * 1000),
    async until(what, units) {
      await settled();
      for (let i = 0; i < units && !what(); i++) await clock.pass(1000);
      if (!what()) throw new Error(`did not happen within ${units} units`);
    },
    async gone() {
      await turns.shut();
      await journal.shut();
      rmSync(dir, { recursive: true });
    },
  };
});
