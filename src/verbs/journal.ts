import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { StoreDown } from '../core/journal.ts';
import { environment } from '../environment.ts';
import { type General, general } from '../settings.ts';
import { print, printJson, UsageError } from './io.ts';

const quiet = () => undefined;

/** The journal as lines of JSON: for a backup, for reading, and for moving between the two stores. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: { type: 'boolean' } } });
  const [what, path, ...more] = positionals;
  if (more.length > 0 || (what !== 'export' && what !== 'import')) throw new UsageError('Say export or import');
  const settings = general(environment());
  try {
    if (what === 'export') await exportTo(path, settings);
    else {
      const incidents = await importFrom(await linesOf(path), settings);
      await (values.json ? printJson({ incidents }) : print(`Imported ${incidents} incidents.`));
    }
    return 0;
  } catch (error) {
    if (!(error instanceof StoreDown)) throw error;
    throw new Error(`${error.message}. ${error.fix}`, { cause: error });
  }
}

/** Without a file, or with `-`: to standard output. A new file is for its owner alone, as the journal is. */
async function exportTo(path: string | undefined, settings: General): Promise<void> {
  const out = path === undefined || path === '-' ? process.stdout : createWriteStream(path, { mode: 0o600, flags: 'wx' });
  await pipeline(Readable.from(ended(linesFrom(settings))), out, { end: out !== process.stdout });
}

async function* ended(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}

async function* linesFrom({ databaseUrl, dataDir }: General): AsyncGenerator<string> {
  if (!databaseUrl) return yield* (await import('../journal/sqlite-export.ts')).exportFile(dataDir);
  const { openPostgres } = await import('../journal/postgres.ts');
  const journal = await openPostgres(databaseUrl, async () => undefined, quiet);
  try {
    yield* journal.exportLines();
  } finally {
    await journal.shut();
  }
}

async function linesOf(path: string | undefined): Promise<AsyncIterable<string>> {
  if (path === undefined || path === '-') return createInterface({ input: process.stdin });
  await stat(path).catch(() => {
    throw new UsageError(`cannot read ${path}: no such file, or no right to read it`);
  });
  return createInterface({ input: createReadStream(path) });
}

/** All or nothing, into an empty store only. What was due is due again. */
async function importFrom(lines: AsyncIterable<string>, { databaseUrl, dataDir }: General): Promise<number> {
  if (!databaseUrl) {
    const journal = await (await import('../journal/sqlite.ts')).openSqlite(dataDir);
    return journal.importLines(lines).finally(() => journal.shut());
  }
  const [{ openPostgres }, { openBoss }] = await Promise.all([import('../journal/postgres.ts'), import('../journal/boss-turns.ts')]);
  const boss = await openBoss(databaseUrl, quiet);
  const journal = await openPostgres(databaseUrl, boss.schedule, quiet);
  return journal.importLines(lines).finally(async () => {
    await boss.turns(journal, quiet).shut();
    await journal.shut();
  });
}
