import { describe, expect, test } from 'vitest';
import { migrationFile } from '../../../src/core/migrations/layout.ts';
import { readMigration } from '../../../src/core/migrations/read.ts';
import { words } from '../../../src/core/migrations/statement.ts';

const cases: [what: string, path: string, text: string, statements: string[]][] = [
  [
    'rails: references, index, foreign key',
    'db/migrate/20230301120000_x.rb',
    `class X < ActiveRecord::Migration[7.0]
  def change
    # add_column :no, :no, :string
    add_column :comments, :post_id, :bigint
    add_index :comments, [:post_id, :created_at], name: 'by_post', algorithm: :inplace
    add_foreign_key :comments, :posts
    add_reference :likes, :comment, null: false, foreign_key: { to_table: :remarks }, index: { unique: true }
    change_column :threads, :id, :integer, limit: 8
    change_column_null(:threads, :title, false)
    remove_index :threads, column: %i[a b]
    remove_index :threads, name: 'old_one'
    rename_column :a, :b, :c
  end

  def down
    drop_table :everything
  end
end`,
    [
      'add-column comments.post_id bigint null',
      'add-index comments(post_id, created_at)',
      'add-foreign-key comments(post_id) to posts',
      'add-column likes.comment_id bigint not null',
      'add-index likes(comment_id) unique',
      'add-foreign-key likes(comment_id) to remarks',
      'change-column threads.id integer(8)',
      'change-column threads.title not null',
      'drop-index threads(a, b)',
      'drop-index threads old_one',
      'rename-column a.b to c',
    ],
  ],
  [
    'rails: tables, blocks, SQL, data',
    'db/migrate/20230301120001_y.rb',
    `class Y < ActiveRecord::Migration[7.0]
  def up
    create_table :posts do |t|
      t.string :title, null: false
      t.references :user, foreign_key: true
      t.timestamps
    end
    change_table :users, bulk: true do |t|
      t.string :nick, :city
      t.remove :old
      t.index :nick, unique: true
    end
    execute <<~SQL
      ALTER TABLE posts
        ADD COLUMN score INT NOT NULL DEFAULT 0,
        ADD INDEX by_score (score)
    SQL
    User.where(nick: nil).update_all("nick = ''")
    remove_column :users, :legacy, :string
  end
end`,
    [
      'create-table posts',
      'add-foreign-key posts(user_id) to users',
      'add-column users.nick string null',
      'add-column users.city string null',
      'drop-column users.old',
      'add-index users(nick) unique',
      'add-column posts.score int not null default',
      'add-index posts(score)',
      'data User.update_all',
      'drop-column users.legacy',
    ],
  ],
  [
    'django',
    'blog/migrations/0007_x.py',
    `from django.db import migrations, models
class Migration(migrations.Migration):
    operations = [
        migrations.CreateModel(name='Tag', fields=[('id', models.BigAutoField(primary_key=True))], options={'db_table': 'tags'}),
        migrations.AddField(model_name='comment', name='post', field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='blog.post')),
        migrations.AddField('comment', 'kind', models.CharField(max_length=20, default='x')),
        migrations.AlterField(model_name='comment', name='score', field=models.BigIntegerField()),
        migrations.RemoveField(model_name='comment', name='old'),
        migrations.AddIndex(model_name='comment', index=models.Index(fields=['post', '-created'], name='c_idx')),
        migrations.AddConstraint(model_name='tag', constraint=models.UniqueConstraint(fields=('name',), name='u')),
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]`,
    [
      'create-table tags',
      'add-column blog_comment.post_id ForeignKey null',
      'add-index blog_comment(post_id)',
      'add-foreign-key blog_comment(post_id) to blog_post',
      'add-column blog_comment.kind CharField(20) not null',
      'change-column blog_comment.score BigIntegerField',
      'drop-column blog_comment.old',
      'add-index blog_comment(post, created)',
      'add-index tags(name) unique',
      'data RunPython forwards',
    ],
  ],
  [
    'alembic',
    'alembic/versions/ab_x.py',
    `revision = 'ab'
def upgrade():
    op.add_column('comments', sa.Column('post_id', sa.BigInteger(), nullable=False))
    op.create_index('ix', 'comments', ['post_id', 'at'], unique=True)
    op.create_foreign_key(None, 'comments', 'posts', ['post_id'], ['id'])
    with op.batch_alter_table('users') as batch_op:
        batch_op.drop_column('old')
    op.alter_column('users', 'n', type_=sa.BigInteger())
def downgrade():
    op.drop_table('comments')`,
    [
      'add-column comments.post_id BigInteger not null',
      'add-index comments(post_id, at) unique',
      'add-foreign-key comments(post_id) to posts',
      'drop-column users.old',
      'change-column users.n BigInteger',
    ],
  ],
  [
    'laravel',
    'database/migrations/2024_01_31_120000_x.php',
    `<?php
return new class extends Migration {
    public function up(): void
    {
        Schema::table('comments', function (Blueprint $table) {
            $table->foreignId('post_id')->nullable()->constrained();
            $table->string('kind', 20)->default('x');
            $table->index(['post_id', 'created_at']);
            $table->dropColumn(['a', 'b']);
            $table->bigInteger('n')->nullable(false)->change();
        });
        Schema::create('tags', function (Blueprint $table) {
            $table->id();
            $table->foreign('post_id')->references('id')->on('posts');
        });
        DB::statement('ALTER TABLE posts ADD UNIQUE KEY u (slug)');
    }
    public function down(): void { Schema::drop('comments'); }
};`,
    [
      'add-column comments.post_id foreignId null',
      'add-index comments(post_id)',
      'add-foreign-key comments(post_id) to posts',
      'add-column comments.kind string not null default',
      'add-index comments(post_id, created_at)',
      'drop-column comments.a',
      'drop-column comments.b',
      'change-column comments.n bigInteger not null',
      'create-table tags',
      'add-foreign-key tags(post_id) to posts',
      'add-index posts(slug) unique',
    ],
  ],
  [
    'knex',
    'migrations/20240131120000_x.js',
    `exports.up = async function (knex) {
  await knex.schema.alterTable('comments', (t) => {
    t.bigInteger('post_id').notNullable().references('posts.id');
    t.index(['post_id', 'created_at'], 'by_post');
    t.dropColumn('old');
  });
  await knex.schema.createTable('tags', function (table) { table.increments(); table.integer('user_id').references('id').inTable('users'); });
  await knex.raw('DROP INDEX x ON posts');
};
exports.down = (knex) => knex.schema.dropTable('comments');`,
    [
      'add-column comments.post_id bigInteger not null',
      'add-foreign-key comments(post_id) to posts',
      'add-index comments(post_id, created_at)',
      'drop-column comments.old',
      'create-table tags',
      'add-foreign-key tags(user_id) to users',
      'drop-index posts x',
    ],
  ],
  [
    'sequelize',
    'migrations/20240131-x.js',
    `module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.addColumn('comments', 'post_id', { type: Sequelize.BIGINT, allowNull: true, references: { model: 'posts', key: 'id' } });
    await queryInterface.addIndex('comments', ['post_id', 'created_at'], { unique: true });
    await queryInterface.addConstraint('likes', { fields: ['comment_id'], type: 'foreign key', references: { table: 'comments', field: 'id' } });
  },
  async down(queryInterface) { await queryInterface.dropTable('comments'); },
};`,
    [
      'add-column comments.post_id BIGINT null',
      'add-foreign-key comments(post_id) to posts',
      'add-index comments(post_id, created_at) unique',
      'add-foreign-key likes(comment_id) to comments',
    ],
  ],
  [
    'typeorm',
    'src/migration/1700000000000-X.ts',
    `export class X implements MigrationInterface {
  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(\`ALTER TABLE \\\`comments\\\` ADD \\\`post_id\\\` bigint NOT NULL\`);
    await queryRunner.createIndex('comments', new TableIndex({ name: 'i', columnNames: ['post_id', 'at'] }));
  }
  public async down(queryRunner: QueryRunner): Promise<void> { await queryRunner.dropTable('comments'); }
}`,
    ['add-column comments.post_id bigint not null', 'add-index comments(post_id, at)'],
  ],
  [
    'sql',
    'prisma/migrations/20240131120000_x/migration.sql',
    `-- AlterTable
ALTER TABLE \`Comment\` ADD COLUMN \`postId\` INTEGER NULL, MODIFY \`n\` BIGINT NOT NULL, DROP COLUMN \`old\`, RENAME COLUMN a TO b;
/* CREATE TABLE no (id int); */
CREATE UNIQUE INDEX \`Comment_slug_key\` ON \`Comment\`(\`slug\`, \`at\` DESC);
ALTER TABLE \`Comment\` ADD CONSTRAINT \`c_fk\` FOREIGN KEY (\`postId\`) REFERENCES \`Post\`(\`id\`) ON DELETE CASCADE, ALGORITHM=INPLACE;
CREATE TABLE IF NOT EXISTS \`app\`.\`Tag\` (id INT, user_id INT, CONSTRAINT \`t_fk\` FOREIGN KEY (user_id) REFERENCES users (id));
INSERT INTO Tag (name) VALUES ('a; DROP TABLE users');
DROP TABLE IF EXISTS Old;`,
    [
      'add-column Comment.postId integer null',
      'change-column Comment.n bigint not null',
      'drop-column Comment.old',
      'rename-column Comment.a to b',
      'add-index Comment(slug, at) unique',
      'add-foreign-key Comment(postId) to Post',
      'create-table Tag',
      'add-foreign-key Tag(user_id) to users',
      'data insert Tag',
      'drop-table Old',
    ],
  ],
];

describe('what a migration does', () => {
  test.each(cases)('%s', (_, path, text, expected) => {
    const file = migrationFile(path, text);
    if (file === undefined || file === 'not-understood') throw new Error(`${path} was not recognised`);
    expect(readMigration(file, text).map(words)).toEqual(expected);
  });

  test.each(['(', "'", '\\\'"', '[{(', '/*', '`', 'add_column :a,'])('a hundred thousand times %s is read in linear time', (piece) => {
    for (const path of [
      'db/migrate/1_x.rb',
      'a/migrations/1_x.py',
      'prisma/migrations/20240131_x/migration.sql',
      'database/migrations/2024_01_31_120000_x.php',
    ]) {
      const text = piece.repeat(100_000);
      const file = migrationFile(path, text);
      if (file && file !== 'not-understood') expect(readMigration(file, text).length).toBeLessThan(200_000);
    }
  });
});
