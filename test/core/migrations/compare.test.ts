import { describe, expect, test } from 'vitest';
import type { Table } from '../../../src/core/evidence.ts';
import { appliedTable } from '../../../src/core/migrations/applied.ts';
import { compare } from '../../../src/core/migrations/compare.ts';
import { oldCodeSafety } from '../../../src/core/migrations/old-code.ts';
import type { MigrationStatement } from '../../../src/core/migrations/statement.ts';

const foreignKey: MigrationStatement = { op: 'add-foreign-key', table: 'comments', columns: ['post_id'], to: 'posts' };
const index: MigrationStatement = { op: 'add-index', table: 'comments', columns: ['post_id', 'created_at'] };
const column: MigrationStatement = { op: 'add-column', table: 'comments', column: 'post_id', nullable: true };
const dropped: MigrationStatement = { op: 'drop-column', table: 'comments', column: 'old' };

const comments = (more: Partial<Table> = {}): Table => ({
  kind: 'table',
  table: 'comments',
  columns: [{ name: 'id', type: 'bigint' }],
  indexes: [{ name: 'PRIMARY', columns: ['id'], unique: true }],
  references: [],
  ...more,
});
const withColumn = comments({
  columns: [
    { name: 'id', type: 'bigint' },
    { name: 'post_id', type: 'bigint', nullable: true },
  ],
});
const withIndex = { ...withColumn, indexes: [{ name: 'by_post', columns: ['post_id', 'created_at'] }] };

const states: [what: string, statements: MigrationStatement[], listed: boolean, tables: Table[], state: string][] = [
  ['nothing of it', [foreignKey, index], false, [comments()], 'absent'],
  ['no such table yet', [index], false, [], 'absent'],
  ['the column came, the key did not', [column, foreignKey, index], false, [withColumn], 'partial'],
  ['all of it, but never noted', [column, index], false, [withIndex], 'partial'],
  ['noted and there', [column, index], true, [withIndex], 'applied'],
  ['noted, but the index is gone', [column, index], true, [withColumn], 'partial'],
  ['an index of other columns is not this one', [index], false, [comments({ indexes: [{ name: 'i', columns: ['post_id'] }] })], 'absent'],
  ['a column dropped before the rest failed', [dropped, index], false, [comments()], 'partial'],
  [
    'an index that is not there may never have been',
    [{ op: 'drop-index', table: 'comments', columns: ['old'] }, index],
    false,
    [comments()],
    'absent',
  ],
  ['only a drop, done', [dropped], false, [comments()], 'partial'],
  ['data only, not noted', [{ op: 'data', text: 'x' }], false, [], 'absent'],
  ['data only, noted', [{ op: 'data', text: 'x' }], true, [], 'applied'],
  ['widened', [{ op: 'change-column', table: 'comments', column: 'id', type: 'bigint' }], true, [comments()], 'applied'],
  ['made and dropped again in one', [column, { op: 'drop-column', table: 'comments', column: 'post_id' }], true, [comments()], 'applied'],
];

describe('state', () => {
  test.each(states)('%s', (_, statements, listed, tables, state) => expect(compare(statements, listed, tables).state).toBe(state));

  test('says what is there and what is not', () => {
    const compared = compare([column, index], false, [withColumn]);
    expect(compared.done).toEqual([column]);
    expect(compared.why).toContain('already has add-column comments.post_id');
    expect(compared.why).toContain('lacks add-index comments(post_id, created_at)');
  });
});

const safeties: [what: string, statement: MigrationStatement, safety: string][] = [
  ['a nullable column', column, 'safe'],
  ['a column with a default', { ...column, nullable: false, hasDefault: true }, 'safe'],
  ['NOT NULL without default', { ...column, nullable: false }, 'do-not'],
  ['an index', index, 'safe'],
  ['a unique index', { ...index, unique: true }, 'needs-care'],
  ['a foreign key', foreignKey, 'needs-care'],
  ['a dropped column', dropped, 'do-not'],
  ['a renamed column', { op: 'rename-column', table: 'a', column: 'b', to: 'c' }, 'do-not'],
  ['a dropped table', { op: 'drop-table', table: 'a' }, 'do-not'],
  ['a new table', { op: 'create-table', table: 'a' }, 'safe'],
  ['a dropped index', { op: 'drop-index', table: 'a', columns: ['b'] }, 'needs-care'],
  ['rows', { op: 'data', text: 'update' }, 'unchecked'],
  ['made NOT NULL', { op: 'change-column', table: 'a', column: 'b', nullable: false }, 'do-not'],
  ['widened', { op: 'change-column', table: 'a', column: 'b', type: 'bigint' }, 'needs-care'],
];

describe('old code', () => {
  test.each(safeties)('%s', (_, statement, safety) => {
    expect(oldCodeSafety([statement], 'applied').safety).toBe(safety);
    expect(oldCodeSafety([], 'absent').safety).toBe('safe');
    expect(oldCodeSafety([statement], undefined).safety).toBe(safety === 'safe' ? 'safe' : 'unchecked');
  });

  test('the worst statement speaks', () =>
    expect(oldCodeSafety([column, foreignKey, dropped, index], 'partial')).toMatchObject({ safety: 'do-not' }));
});

describe('applied versions', () => {
  test('golang-migrate names only where it is', () => {
    const table = appliedTable('golang-migrate');
    expect(table.read([{ version: 12, dirty: 0 }], ['11', '12', '13'])).toEqual(['11', '12']);
    expect(table.read([{ version: '12', dirty: 1 }], ['11', '12'])).toEqual(['11']);
    expect(table.read([], ['1'])).toEqual([]);
  });

  test('django asks by name and reads app and name', () => {
    const table = appliedTable('django');
    expect(table.query(['blog.0007_x'])).toMatchObject({ values: ['0007_x'] });
    expect(table.read([{ version: 'shop.0007_x' }], ['blog.0007_x'])).toEqual([]);
  });
});
