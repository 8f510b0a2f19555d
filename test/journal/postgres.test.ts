import { afterAll, beforeAll } from 'vitest';
import type { Journal } from '../../src/core/journal.ts';
import { openBoss } from '../../src/journal/boss-turns.ts';
import { openPostgres } from '../../src/journal/postgres.ts';
import { journalContract } from '../contract/journal.ts';
import { turnsContract } from '../contract/turns.ts';
import { type Postgres, startPostgres } from '../setup/postgres.ts';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.gone());

const unplanned = async () => undefined;
const ignore = () => undefined;

journalContract('postgres', async () => {
  const url = postgres.database();
  const all: Journal[] = [];
  const open = async (at: string): Promise<Journal> => {
    const journal = await openPostgres(at, unplanned, ignore);
    all.push(journal);
    return journal;
  };
  return {
    journal: await open(url),
    reopened: () => open(url),
    async empty() {
      const copy = await open(postgres.database());
      return { ...copy, shut: async () => undefined };
    },
    async gone() {
      for (const journal of all) await journal.shut();
    },
  };
});

turnsContract('pg-boss', async () => {
  const url = postgres.database();
  const boss = await openBoss(url, ignore);
  const journal = await openPostgres(url, boss.schedule, ignore);
  const failures: string[] = [];
  const turns = boss.turns(journal, (id, error) => failures.push(`${id}: ${error instanceof Error ? error.message : ''}`));
  const pass = (units: number) => new Promise<void>((resolve) => setTimeout(resolve, units * 250));
  return {
    journal,
    turns,
    failures,
    inUnits: (units) => new Date(Date.now() + units * 250).toISOString(),
    pass,
    async until(what, units) {
      // Real time, on a machine that may be busy: patience is free, only giving up costs.
      for (let i = 0; i < units * 4 && !what(); i++) await pass(1);
      if (!what()) throw new Error(`did not happen within ${units} units`);
    },
    async gone() {
      await turns.shut();
      await journal.shut();
    },
  };
});
