import { Conflict, StoreDown } from '../core/journal.ts';

/** What an operator reads for SQLite's primary result codes (https://www.sqlite.org/rescode.html) and the file system's own. */
const words: Readonly<Record<string, [says: string, fix: string]>> = {
  5: [
    'another process uses it',
    'Stop the other Pulaski, give this one its own DATA_DIR, or set DATABASE_URL to let several share the work.',
  ],
  8: ['it cannot be written', 'Mount it writable, or give it to the user that runs Pulaski: chown -R'],
  10: ['reading or writing failed', 'Look at the disk (dmesg, df -h), then start again: the journal repairs itself from its log.'],
  11: ['journal.db is damaged', 'Move journal.db away and restore a backup, or rescue it: sqlite3 journal.db .recover | sqlite3 new.db'],
  13: ['the disk is full', 'Free some space: df -h. Pulaski goes on by itself.'],
  14: ['it cannot be opened', 'Make it, writable for the user that runs Pulaski: mkdir -p, chown'],
  26: ['journal.db is no database', 'Move journal.db away, then start again: a new journal is begun. Restore a backup if there is one.'],
};
/** Not those that a person must decide about: another process, a damaged file. */
const passing = ['8', '10', '13', '14'];
const sameAs: Readonly<Record<string, string>> = { EACCES: '8', EROFS: '8', EPERM: '8', ENOSPC: '13', EDQUOT: '13', EIO: '10' };

/** Whatever the embedded store threw, in words. `Conflict` and words already found pass through. */
export function sqliteDown(error: unknown, dataDir: string): Error {
  if (error instanceof StoreDown || error instanceof Conflict) return error;
  if (!(error instanceof Error)) return new Error('the journal failed', { cause: error });
  const code = codeOf(error);
  const known = words[code];
  if (known === undefined)
    return 'errcode' in error ? down(error.message, 'Look up this code at https://www.sqlite.org/rescode.html, then start again.') : error;
  return down(...known);

  function down(says: string, fix: string): StoreDown {
    return new StoreDown(`the data directory ${dataDir}: ${says}`, fix, { cause: error, passing: passing.includes(code) });
  }
}

function codeOf(error: Error): string {
  // The low byte is the primary code; extended ones only refine it.
  if ('errcode' in error && typeof error.errcode === 'number') return String(error.errcode & 0xff);
  if ('code' in error && typeof error.code === 'string') return sameAs[error.code] ?? ('syscall' in error ? '14' : '');
  return '';
}
