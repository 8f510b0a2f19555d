import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrationsCheck } from '../../src/checks/migrations.ts';
import type { Evidence, Migration } from '../../src/core/evidence.ts';
import { MysqlError, type MysqlRow, type MysqlServer } from '../../src/core/kit/mysql.ts';
import { aScope, checkContract } from '../contract/check.ts';
import { deployed, mirrorOf, riggedGit } from '../support/git-check.ts';
import { type Repository, repository } from '../support/repository.ts';

interface Schema {
  versions?: readonly string[];
  columns?: readonly (readonly [table: string, column: string])[];
  indexes?: readonly (readonly [table: string, name: string, ...columns: string[]])[];
  fails?: MysqlError;
  /** What CURRENT_USER() says. */
  account?: string;
  /** Every statement that was sent. */
  asked?: string[];
}

/** A server that knows one application's schema. */
function server({ versions, columns = [], indexes = [], fails, account, asked = [] }: Schema): MysqlServer {
  return {
    host: 'db:3306',
    db: 'app',
    open: async () => {},
    close: async () => {},
    query: async (sql): Promise<readonly MysqlRow[]> => {
      asked.push(sql);
      if (account !== undefined && sql.includes('CURRENT_USER')) return [{ account }];
      if (fails) throw fails;
      if (sql.includes('schema_migrations')) {
        if (!versions) throw new MysqlError("Table 'app.schema_migrations' doesn't exist", 'ER_NO_SUCH_TABLE', 1146);
        return versions.map((version) => ({ version }));
      }
      if (sql.includes('.columns')) return columns.map(([t, c]) => ({ t, c, type: 'bigint', nullable: 'YES' }));
      if (sql.includes('.statistics')) return indexes.flatMap(([t, name, ...of]) => of.map((c) => ({ t, name, c, plain: 1 })));
      return [];
    },
  };
}

checkContract('migrations', {
  build: (mood) =>
    riggedGit(mood, (mirror) =>
      migrationsCheck(mirror, 'master', [
        server(mood === 'calm' ? { versions: ['20261121000000'], columns: [['a', 'b']], indexes: [['a', 'i', 'b']] } : { versions: [] }),
      ]),
    ),
  secrets: ['s3cretword'],
});

const signal = new AbortController().signal;
const at = '2026-11-21T20:10:00.000Z';
const file = 'db/migrate/20230301120000_add_post_to_comments.rb';
const text = `class AddPost < ActiveRecord::Migration[7.0]
  def change
    add_column :comments, :post_id, :bigint
    add_foreign_key :comments, :posts
    add_index :comments, [:post_id, :created_at]
  end
end
`;
let repo: Repository;
beforeEach(() => {
  repo = repository();
});
afterEach(() => repo.remove());

async function look(servers: readonly MysqlServer[], known: readonly Evidence[]) {
  const { outcome } = await migrationsCheck(mirrorOf(repo), 'master', servers).look({ ...aScope, known }, signal);
  return { outcome, found: (outcome.findings ?? []).filter((f): f is Migration => f.kind === 'migration') };
}

describe('the migrations of the running release', () => {
  let good: string;
  let sha: string;
  beforeEach(() => {
    good = repo.commit('Good', { 'app.rb': 'a\n' });
    sha = repo.commit('Threaded comments', { [file]: text });
    repo.push();
  });

  test('nothing of it is in the database: a revert is safe', async () => {
    const { outcome, found } = await look(
      [
        server({
          versions: [],
          columns: [
            ['comments', 'id'],
            ['comments', 'created_at'],
          ],
        }),
      ],
      [deployed(sha, at, good)],
    );
    expect(outcome.status).toBe('found');
    expect(found).toMatchObject([
      { version: '20230301120000', name: 'add_post_to_comments', inRelease: sha, state: 'absent', oldCode: 'safe', tone: 'bad', file },
    ]);
    expect(found[0]?.statements).toContain('add-index comments(post_id, created_at)');
  });

  test('half of it is there, since MySQL does not roll DDL back', async () => {
    const { found } = await look(
      [
        server({
          versions: [],
          columns: [
            ['comments', 'id'],
            ['comments', 'post_id'],
          ],
        }),
      ],
      [deployed(sha, at, good)],
    );
    expect(found).toMatchObject([{ state: 'partial', oldCode: 'safe', tone: 'bad' }]);
    expect(found[0]?.why).toContain('already has add-column comments.post_id');
  });

  test('all of it', async () => {
    const schema = {
      versions: ['20230301120000'],
      columns: [['comments', 'post_id']],
      indexes: [['comments', 'i', 'post_id', 'created_at']],
    } as const;
    const { found } = await look([server(schema)], [deployed(sha, at, good)]);
    // The foreign key is not in the schema although the version is noted.
    expect(found).toMatchObject([{ state: 'partial', why: expect.stringContaining('lacks add-foreign-key comments(post_id) to posts') }]);
  });

  test('without a database: blind, with what the files say', async () => {
    const { outcome, found } = await look([], [deployed(sha, at, good)]);
    expect(outcome).toMatchObject({ status: 'blind', fix: expect.stringContaining('MYSQL_URL') });
    expect(found).toMatchObject([{ oldCode: 'unchecked', version: '20230301120000' }]);
    expect(found[0]).not.toHaveProperty('state');
  });

  test('a database that cannot be asked, or another one, is blind', async () => {
    const refused = server({ fails: new MysqlError('Too many connections', 'ER_CON_COUNT_ERROR', 1040) });
    expect((await look([refused], [deployed(sha, at, good)])).outcome).toMatchObject({
      status: 'blind',
      why: expect.stringContaining('Too many connections'),
    });
    expect((await look([server({})], [deployed(sha, at, good)])).outcome).toMatchObject({
      status: 'blind',
      why: expect.stringContaining('schema_migrations'),
    });
  });

  test('the right that is missing is named as the account has it: for the one table, with no more than that', async () => {
    const denied = server({
      fails: new MysqlError(
        "db:3306 answered ER_TABLEACCESS_DENIED_ERROR (1142): SELECT command denied to user 'bot'@'10.0.0.9' for table `app`.`schema_migrations`",
        'ER_TABLEACCESS_DENIED_ERROR',
        1142,
      ),
      account: 'bot@10.%',
    });
    expect((await look([denied], [deployed(sha, at, good)])).outcome).toMatchObject({
      status: 'blind',
      fix: "GRANT SELECT ON `app`.`schema_migrations` TO 'bot'@'10.%';",
    });
  });

  test('at most ten statements a look, whatever frameworks and servers there are; the cost is what was sent', async () => {
    const all = repo.commit('Every framework', {
      'shop/migrations/0001_initial.py': 'from django.db import migrations\nclass Migration(migrations.Migration):\n    operations = []\n',
      'database/migrations/2026_11_21_000000_add.php': '<?php Schema::table("a", function ($t) { $t->string("b"); });\n',
      'prisma/migrations/20261121000000_add/migration.sql': 'ALTER TABLE a ADD COLUMN c INT;\n',
      'knex/migrations/20261121000000_add.js': 'exports.up = (knex) => knex.schema.table("a", (t) => t.string("d"));\n',
      'db/migrate/20261121000001_add.rb':
        'class Add < ActiveRecord::Migration[7.0]\n  def change\n    add_column :a, :e, :string\n  end\nend\n',
    });
    repo.push();
    const asked: string[] = [];
    const many = [server({ asked }), server({ asked }), server({ versions: [], asked })];
    await look(many, [deployed(all, at, good)]);
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.length).toBeLessThanOrEqual(10);
    asked.length = 0;
    const check = migrationsCheck(mirrorOf(repo), 'master', [server({ versions: [], asked })]);
    const { cost } = await check.look({ ...aScope, known: [deployed(sha, at, good)] }, signal);
    expect(cost?.statements).toBe(asked.length);
  });

  test('a database that cannot be asked is not missed where no migration came with the release', async () => {
    const later = repo.commit('Later', { 'app.rb': 'b\n' });
    repo.push();
    const refused = server({ fails: new MysqlError('Access denied', 'ER_ACCESS_DENIED_ERROR', 1045) });
    expect((await look([refused], [deployed(later, at, sha)])).outcome.status).toBe('quiet');
  });

  test('the second server may be the one', async () => {
    expect((await look([server({}), server({ versions: [] })], [deployed(sha, at, good)])).found).toMatchObject([{ state: 'absent' }]);
  });

  test('one that was forgotten some releases ago is found, too', async () => {
    const later = repo.commit('Later', { 'app.rb': 'b\n' });
    repo.push();
    const { found } = await look([server({ versions: [] })], [deployed(later, '2026-11-19T20:10:00.000Z')]);
    expect(found).toMatchObject([{ version: '20230301120000', state: 'absent', tone: 'bad' }]);
  });

  test('not live yet is no trouble', async () => {
    const { outcome, found } = await look([server({ versions: [] })], [deployed(good, at)]);
    expect(outcome.status).toBe('quiet');
    expect(found).toMatchObject([{ tone: 'normal', state: 'absent' }]);
  });
});

test('a layout that is not understood is named, never none', async () => {
  const good = repo.commit('Good', { 'app.rb': 'a\n' });
  const sha = repo.commit('Change', { 'db/changelog/002-posts.xml': '<databaseChangeLog/>\n' });
  repo.push();
  const { outcome, found } = await look([server({ versions: [] })], [deployed(sha, at, good)]);
  expect(outcome.status).toBe('found');
  expect(found).toMatchObject([
    { file: 'db/changelog/002-posts.xml', oldCode: 'unchecked', why: expect.stringContaining('not understood') },
  ]);
});

test('no migration at all is quiet, with or without a database', async () => {
  const good = repo.commit('Good', { 'app.rb': 'a\n' });
  repo.push();
  expect((await look([], [deployed(good, at)])).outcome.status).toBe('quiet');
});
