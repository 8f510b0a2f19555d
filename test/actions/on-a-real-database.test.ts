import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { killQueries } from '../../src/actions/kill-queries.ts';
import { revertAction } from '../../src/actions/revert.ts';
import { mysql } from '../../src/checks/mysql.ts';
import type { ActionRequest } from '../../src/core/action.ts';
import { diagnose } from '../../src/core/diagnose.ts';
import type { Evidence } from '../../src/core/evidence.ts';
import { mysqlKit } from '../../src/kit/mysql.ts';
import { aScope } from '../contract/check.ts';
import { type Mariadb, startMariadb } from '../setup/mariadb.ts';
import { deployed, mirrorOf } from '../support/git-check.ts';
import { repository } from '../support/repository.ts';

const signal = AbortSignal.timeout(90_000);
const kit = mysqlKit();
let db: Mariadb;

beforeAll(async () => {
  db = await startMariadb();
  await db.sql(
    'CREATE DATABASE shop',
    "CREATE USER bot@'%' IDENTIFIED BY 'x'",
    `GRANT PROCESS, ${db.rights.kill} ON *.* TO bot@'%'`,
    "GRANT SELECT ON performance_schema.* TO bot@'%'",
    "GRANT SELECT, REFERENCES ON shop.* TO bot@'%'",
  );
});
afterAll(async () => {
  await kit.servers(url())[0]?.close();
  await db[Symbol.asyncDispose]();
});

const url = () => db.url('bot', 'x', 'shop');

function request(evidence: readonly Evidence[], more: Partial<ActionRequest> = {}): ActionRequest {
  return {
    id: 'action-1',
    kind: 'revert',
    incident: { number: 12, title: 'Orders time out', openedAt: '2026-11-21T20:30:00.000Z', onset: '2026-11-21T20:15:00.000Z' },
    by: { id: 'U1' },
    now: '2026-11-21T20:31:30.000Z',
    evidence,
    ...more,
  };
}

/** Until so many statements stand in the queue of the table. */
async function queued(many: number): Promise<void> {
  for (let k = 0; k < 200; k++) {
    const [row] = await db.rows("SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE STATE LIKE '%metadata lock'");
    if (Number(row?.n) >= many) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('nobody queued');
}

test('a real pile-up behind a metadata lock: seen by the check, named by the judge, and the one idle session is ended, nobody else', async () => {
  await db.sql('CREATE TABLE shop.orders (id INT PRIMARY KEY)', 'INSERT INTO shop.orders VALUES (1)');
  const idle = await db.session('shop');
  const alter = await db.session('shop');
  await idle.query('BEGIN');
  await idle.query('SELECT * FROM orders');
  const waiting: Promise<unknown>[] = [alter.query('ALTER TABLE orders ADD COLUMN gift_note VARCHAR(20)')];
  await queued(1);
  for (let k = 0; k < 6; k++) waiting.push((await db.session('shop')).query('SELECT * FROM orders'));
  const all = Promise.allSettled(waiting);
  await queued(7);

  const check = mysql.make((name) => (name === 'MYSQL_URL' ? url() : ''), { mysql: kit });
  const { outcome } = await check.look(aScope, signal);
  const evidence: Evidence = { check: 'mysql', at: '2026-11-21T20:31:00.000Z', tookMs: 1, outcome };
  const diagnosis = diagnose({ version: 1, openedAt: '2026-11-21T20:30:00.000Z', evidence: [evidence] });
  expect(diagnosis.hypotheses[0]).toMatchObject({ rule: 'metadata-lock', remedy: { kind: 'kill-queries' } });

  const action = killQueries.make((name) => (name === 'KILL_QUERIES' ? 'run' : url()), { mysql: kit });
  const asked = request([evidence], { kind: 'kill-queries', diagnosis });
  const preview = await action.preview(asked, signal);
  expect(preview).toMatchObject({ possible: true, title: 'End the thread that blocks (1)' });
  expect(await action.run(asked, preview, () => {}, signal)).toMatchObject({ status: 'done', text: 'ended 1 of 1 thread' });
  expect((await all).map((one) => one.status)).toEqual(Array(7).fill('fulfilled'));
  await expect(idle.query('SELECT 1')).rejects.toThrow();
  expect(await action.settle(asked, preview, signal)).toMatchObject({ status: 'done' });
  expect(await action.run(asked, preview, () => {}, signal)).toMatchObject({ status: 'refused', moved: true });
});

describe('a migration that stopped half way', () => {
  const file = 'db/migrate/20261121200500_tidy_posts.rb';
  const migration = (...lines: readonly string[]) =>
    `class TidyPosts < ActiveRecord::Migration[7.0]\n  def change\n${lines.map((text) => `    ${text}`).join('\n')}\n  end\nend\n`;

  /** The release with that migration is live; the database is as the statements left it. */
  async function previewAfter(lines: readonly string[], ...ddl: readonly string[]) {
    await db.sql(
      'DROP TABLE IF EXISTS shop.posts, shop.schema_migrations',
      'CREATE TABLE shop.posts (id BIGINT PRIMARY KEY, title VARCHAR(20), slug VARCHAR(20))',
      'CREATE TABLE shop.schema_migrations (version VARCHAR(255) PRIMARY KEY)',
      ...ddl,
    );
    const repo = repository();
    try {
      const good = repo.commit('Good', { 'app.rb': 'good\n' });
      const bad = repo.commit('Tidy posts', { 'app.rb': 'bad\n', [file]: migration(...lines) });
      repo.push();
      const action = revertAction({ mirror: mirrorOf(repo), branch: 'master', mode: 'push', servers: kit.servers(url()) });
      return await action.preview(request([deployed(bad, '2026-11-21T20:10:00.000Z', good)]), signal);
    } finally {
      repo.remove();
    }
  }

  test('a column is gone that the old code reads: partly applied, and do not revert', async () => {
    const lines = ['remove_column :posts, :slug, :string', 'add_index :posts, :title'];
    const preview = await previewAfter(lines, 'ALTER TABLE shop.posts DROP COLUMN slug');
    expect(preview.safety).toBe('do-not');
    expect(preview.lines.join('\n')).toMatch(/Migration 20261121200500 \S+: partly applied/);
    expect(preview.lines.join('\n')).toMatch(/Old code with this schema: do not \(.*slug/);
  });

  test('a required column came that the old code does not fill: not safe', async () => {
    const lines = ['add_column :posts, :kind, :string, null: false', 'add_index :posts, :title'];
    const preview = await previewAfter(lines, 'ALTER TABLE shop.posts ADD COLUMN kind VARCHAR(20) NOT NULL');
    expect(['needs-care', 'do-not']).toContain(preview.safety);
    expect(preview.lines.join('\n')).toContain('partly applied');
  });

  test('nothing of it is there: safe', async () => {
    const preview = await previewAfter(['add_column :posts, :kind, :string', 'add_index :posts, :title']);
    expect(preview.safety).toBe('safe');
    expect(preview.lines).toContain('Old code with this schema: safe (its migration left nothing in the database)');
  });

  /** Released, taken back, and now about to be released again. */
  async function previewUndo(lines: readonly string[], migrationStopped: string | undefined, ...ddl: readonly string[]) {
    await db.sql(
      'DROP TABLE IF EXISTS shop.posts, shop.schema_migrations',
      'CREATE TABLE shop.posts (id BIGINT PRIMARY KEY, title VARCHAR(20), slug VARCHAR(20))',
      'CREATE TABLE shop.schema_migrations (version VARCHAR(255) PRIMARY KEY)',
      ...ddl,
    );
    const repo = repository();
    try {
      const good = repo.commit('Good', { 'app.rb': 'good\n' });
      const bad = repo.commit('Tidy posts', { 'app.rb': 'bad\n', [file]: migration(...lines) });
      repo.push();
      const action = revertAction({ mirror: mirrorOf(repo), branch: 'master', mode: 'push', servers: kit.servers(url()) });
      const first = request([deployed(bad, '2026-11-21T20:10:00.000Z', good)]);
      const reverted = await action.run(first, await action.preview(first, signal), () => {}, signal);
      const undo = reverted.status === 'done' ? (reverted.commit ?? '') : '';
      const again = {
        ...request([deployed(undo, '2026-11-21T20:20:00.000Z', bad)]),
        id: 'undo-1',
        choice: { undo },
        ...(migrationStopped === undefined ? {} : { takenBackFor: { cause: 'The migration stopped', migration: migrationStopped } }),
      };
      return await action.preview(again, signal);
    } finally {
      repo.remove();
    }
  }

  test('undoing a revert releases its migration again: half of it is there, so do not', async () => {
    const preview = await previewUndo(
      ['add_column :posts, :kind, :string', 'add_index :posts, :title'],
      undefined,
      'ALTER TABLE shop.posts ADD COLUMN kind VARCHAR(20)',
    );
    expect(preview).toMatchObject({ possible: true, safety: 'do-not' });
    expect(preview.lines[0]).toMatch(/^⚠ New code with this schema: do not \(.*half in the database/);
    expect(preview.lines.join('\n')).toMatch(/Migration 20261121200500 \S+: partly applied/);
    expect(preview.state).toContain('20261121200500=partial');
  });

  test('undoing a revert whose migration stopped in this incident: do not, with what it was taken back for', async () => {
    const preview = await previewUndo(['add_index :posts, :title'], file.split('/').at(-1));
    expect(preview.safety).toBe('do-not');
    expect(preview.lines[0]).toContain('stopped in this incident');
    expect(preview.lines).toContain('It was taken back for this: The migration stopped');
  });

  test('undoing a revert whose migration has run: only care', async () => {
    const preview = await previewUndo(
      ['add_index :posts, :title'],
      undefined,
      'ALTER TABLE shop.posts ADD INDEX index_posts_on_title (title)',
      "INSERT INTO shop.schema_migrations VALUES ('20261121200500')",
    );
    expect(preview.safety).toBe('needs-care');
    expect(preview.lines.join('\n')).toContain('its migration is in the database');
  });
});
