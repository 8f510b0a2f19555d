import { around, noise } from '../noise.ts';
import type { Story } from '../world/story.ts';
import { stuckThreads, usualThreads } from '../world/threads.ts';
import type { World } from '../world/world.ts';
import {
  BASE_MIGRATIONS,
  migration,
  postModel,
  railsFrames,
  requestTimeouts,
  schemaFile,
  shopTables,
  usualErrors,
} from './checkout-app.ts';
import { usual, usualMetrics } from './usual.ts';

const KEY = 'threaded-comments';
const STUCK = 183;

const stuck = (world: World, at: number) =>
  stuckThreads(world, at, {
    key: KEY,
    threads: STUCK,
    state: 'executing',
    sql: (n) =>
      `SELECT \`comments\`.* FROM \`comments\` WHERE \`comments\`.\`post_id\` = ${1000 + Math.floor(noise('post', n) * 213_000)} ORDER BY \`comments\`.\`created_at\` ASC LIMIT 50 /*application='checkout',controller='posts',action='show'*/`,
  });

/** 0..1: how much of the database is taken by the stuck statements. */
const load = (world: World, at: number) => world.once(`load ${at}`, () => Math.min(1, stuck(world, at).length / 140));

export const iris: Story = {
  ...usual,
  name: 'iris',
  title: 'A release without its migration',
  about:
    'The deploy job died, the code went live all the same, and one statement without its index takes the database. Type /incident checkout is down, then watch the card find the cause, press Revert, and see the pods follow.',
  onset: '2026-11-24T02:53:00Z',
  commits: [
    ...usual.commits,
    {
      key: 'css',
      at: '2026-11-24T00:48:00Z',
      author: 'Jonas Weiss',
      message: 'Give the cart a little more air on phones',
      files: { 'app/assets/stylesheets/application.css': 'body { font-family: sans-serif; }\n.cart { padding: 1.5rem; }\n' },
    },
    {
      key: KEY,
      at: '2026-11-24T02:41:12Z',
      author: 'Caryssa Lind',
      message: 'Merge pull request #482 from checkout/threaded-comments\n\nThreaded comments',
      mark: 'app/models/post.rb',
      files: {},
      branch: [
        {
          at: '2026-11-23T15:20:00Z',
          author: 'Caryssa Lind',
          message: 'Tie comments to their post and index them by time',
          files: {
            'db/migrate/20261123151500_add_post_foreign_key_to_comments.rb': migration('AddPostForeignKeyToComments', [
              'add_foreign_key :comments, :posts',
            ]),
            'db/migrate/20261123151600_index_comments_by_post_and_time.rb': migration('IndexCommentsByPostAndTime', [
              'add_index :comments, [:post_id, :created_at]',
            ]),
            'db/schema.rb': schemaFile('2026_11_23_151600', [
              't.index ["post_id", "created_at"], name: "index_comments_on_post_id_and_created_at"',
              'add_foreign_key "comments", "posts"',
            ]),
          },
        },
        {
          at: '2026-11-23T16:02:00Z',
          author: 'Caryssa Lind',
          message: 'Load comments by post, oldest first',
          files: {
            'app/models/post.rb': postModel.replace(
              'has_many :comments, primary_key: :thread_key, foreign_key: :thread_key',
              'has_many :comments, -> { order(:created_at) }',
            ),
            'app/models/comment.rb':
              'class Comment < ApplicationRecord\n  belongs_to :user\n  belongs_to :post\n  validates :body, presence: true\nend\n',
          },
        },
      ],
    },
  ],
  released: [
    { commit: 'orders-page', at: '2026-11-09T13:55:00Z' },
    { commit: 'last-seen', at: '2026-11-16T10:19:00Z' },
    { commit: 'css', at: '2026-11-24T00:59:30Z' },
    { commit: KEY, at: '2026-11-24T02:51:12Z' },
  ],
  jobs: [
    {
      commit: 'css',
      startedAt: '2026-11-24T00:58:55Z',
      endedAt: '2026-11-24T00:59:20Z',
      failed: false,
      log: ['I, [INFO] Migrations are up to date.'],
    },
    {
      commit: KEY,
      startedAt: '2026-11-24T02:50:31Z',
      endedAt: '2026-11-24T02:51:04Z',
      failed: true,
      log: [
        '== 20261123151500 AddPostForeignKeyToComments: migrating ======================',
        '-- add_foreign_key(:comments, :posts)',
        'bin/rails aborted!',
        'StandardError: An error has occurred, all later migrations canceled: (StandardError)',
        '',
        'Mysql2::Error: Cannot add or update a child row: a foreign key constraint fails (`checkout`.`#sql-1a2c_4f1`, CONSTRAINT `fk_rails_2fd19c0db7` FOREIGN KEY (`post_id`) REFERENCES `posts` (`id`))',
        "/app/db/migrate/20261123151500_add_post_foreign_key_to_comments.rb:3:in `change'",
        '',
        'Caused by:',
        'ActiveRecord::InvalidForeignKey: Mysql2::Error: Cannot add or update a child row: a foreign key constraint fails (`checkout`.`#sql-1a2c_4f1`, CONSTRAINT `fk_rails_2fd19c0db7` FOREIGN KEY (`post_id`) REFERENCES `posts` (`id`)) (ActiveRecord::InvalidForeignKey)',
        "/app/db/migrate/20261123151500_add_post_foreign_key_to_comments.rb:3:in `change'",
        'Tasks: TOP => db:migrate',
        '(See full trace by running task with --trace)',
      ],
    },
  ],
  errors: [
    ...usualErrors,
    requestTimeouts({ filename: '/app/app/controllers/posts_controller.rb', lineno: 4, method: 'show' }, 'posts#show', (world, at) =>
      Math.round(around(0.9, 0.9, 'timeout', at) + load(world, at) * around(196, 0.06, 'timeouts', at)),
    ),
    {
      id: 1811,
      class: 'ActiveRecord::ConnectionTimeoutError',
      message:
        'could not obtain a connection from the pool within 5.000 seconds (waited 5.001 seconds); all pooled connections were in use',
      frames: [
        ...railsFrames,
        {
          filename: '/usr/local/bundle/gems/activerecord-7.1.3/lib/active_record/connection_adapters/abstract/connection_pool/queue.rb',
          lineno: 125,
          method: 'wait_poll',
        },
      ],
      context: '',
      level: 'error',
      firstSeen: '2026-11-10T03:30:00Z',
      httpStatus: 500,
      rate: (world, at) => Math.round(load(world, at) * around(108, 0.07, 'pool', at)),
    },
  ],
  metrics: usualMetrics({
    cpu: (world, at) => load(world, at) * (noise('spike', at) > 0.75 ? 58 : 74.5),
    connections: (world, at) => stuck(world, at).length,
  }),
  threads: (world, at) => [...usualThreads(world, at), ...stuck(world, at)],
  schema: () => shopTables,
  migrated: BASE_MIGRATIONS,
  opening: { by: 'command', minute: 11, text: 'checkout is down' },
  responder: [
    { do: 'lead' },
    { do: 'act', remedy: 'revert', when: 'cause' },
    { do: 'resolve', when: 'recovered', text: 'Reverted the release; its migration needs the orphaned comments repaired first.' },
  ],
  misses: (end) => [
    ...(end.first === 'migration-orphaned-rows' ? [] : [`the first hypothesis is ${end.first ?? 'missing'}`]),
    ...(end.revert === 'helps' ? [] : [`revert is ${end.revert}`]),
    ...(end.recovery === 'recovered' ? [] : [`the last word on recovery is ${end.recovery}`]),
  ],
};
