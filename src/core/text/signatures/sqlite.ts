import { row, type SignatureSet } from '../signature.ts';

/** SQLite, as far as web stacks print it. */
export const sqlite: SignatureSet = {
  by: 'sqlite',
  signatures: [
    row('orphan-row', 'foreign key constraint failed', /FOREIGN KEY constraint failed/i),
    row(
      'duplicate-entry',
      'unique constraint failed',
      /UNIQUE constraint failed: (?:index '(?<index>[^']{1,64})'|(?<table>[\w$]{1,64})\.(?<column>[\w$]{1,64}))/i,
    ),
    row('bad-data', 'not null constraint failed', /NOT NULL constraint failed: (?<table>[\w$]{1,64})\.(?<column>[\w$]{1,64})/i),
    row('bad-data', 'cannot add a not null column', /Cannot add a NOT NULL column with default value NULL/i),
    row('object-exists', 'already exists', /\b(?:table|index) [`"]?(?<table>[\w$]{1,64})[`"]? already exists/i),
    row('object-exists', 'duplicate column name', /duplicate column name: (?<column>[\w$]{1,64})/i),
    row('no-table', 'no such table', /no such table: (?<table>[\w$.]{1,129})/i),
    row('no-column', 'no such column', /no such column: (?<column>[\w$.]{1,129})/i),
    row('no-column', 'has no column named', /table (?<table>[\w$]{1,64}) has no column named (?<column>[\w$]{1,64})/i),
    row('cannot-drop', 'no such index', /no such index: (?<index>[\w$]{1,64})/i),
    row('sql-syntax', 'syntax error', /near "(?<near>[^"]{1,80})": syntax error/i),
    row('lock-wait', 'database is locked', /database (?:table )?is locked/i, { code: 'SQLITE_BUSY' }),
    row('read-only', 'attempt to write a readonly database', /attempt to write a readonly database/i),
    row('disk-full', 'database or disk is full', /database or disk is full/i),
  ],
};
