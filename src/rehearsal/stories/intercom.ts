import { around } from '../noise.ts';
import type { CommitScript } from '../world/repository.ts';
import { type SchemaTable, table } from '../world/schema.ts';
import type { ErrorScript, Story } from '../world/story.ts';
import type { World } from '../world/world.ts';
import { BASE_MIGRATIONS, baseHistory, migration, railsFrames, usualErrors } from './checkout-app.ts';
import { usual, usualMetrics } from './usual.ts';

const ONSET = '2026-11-24T08:14:00Z';
const minute = (n: number) => Date.parse(ONSET) + n * 60_000;

/** Each place that still keeps the grown key in four bytes, and what people do about it outside of the bot. */
interface Place {
  table: string;
  column: string;
  rows: number;
  /** When its online change ends. */
  widenedAt?: number;
  /** When people stop writing it. */
  unusedAt?: number;
  perMinute: number;
  deployment: string;
}

const places: readonly Place[] = [
  {
    table: 'conversation_parts',
    column: 'message_thread_id',
    rows: 35_120_000_000,
    unusedAt: minute(12),
    perMinute: 980,
    deployment: 'web',
  },
  { table: 'thread_stats', column: 'message_thread_id', rows: 310_400_000, widenedAt: minute(16), perMinute: 320, deployment: 'worker' },
  { table: 'thread_labels', column: 'message_thread_id', rows: 4_210_000, widenedAt: minute(9), perMinute: 142, deployment: 'web' },
  { table: 'audits', column: 'thread_ref', rows: 88_300_000, widenedAt: minute(18), perMinute: 38, deployment: 'worker' },
];

/** 0..1: the share of processes that fail there. A changed column helps only processes that were started after it. */
function failing(world: World, place: Place, at: number): number {
  if (at < world.onset || at >= (place.unusedAt ?? Number.POSITIVE_INFINITY)) return 0;
  const widened = place.widenedAt;
  if (widened === undefined || at < widened) return 1;
  const ready = world.pods(place.deployment, at).filter((pod) => pod.ready <= at);
  return ready.filter((pod) => pod.born < widened).length / Math.max(1, ready.length);
}

const model: Readonly<Record<string, { file: string; method: string; context: string }>> = {
  conversation_parts: { file: '/app/app/models/conversation_part.rb', method: 'append!', context: 'conversations#create' },
  thread_stats: { file: '/app/app/jobs/thread_stats_job.rb', method: 'perform', context: 'ThreadStatsJob' },
  thread_labels: { file: '/app/app/models/thread_label.rb', method: 'attach!', context: 'labels#create' },
  audits: { file: '/app/app/models/audit.rb', method: 'record!', context: 'AuditJob' },
};

function rangeError(place: Place, id: number): ErrorScript {
  const where = model[place.table] ?? { file: '', method: '', context: '' };
  return {
    id,
    class: 'ActiveModel::RangeError',
    message: '2147501882 is out of range for ActiveModel::Type::Integer with limit 4 bytes',
    frames: [
      ...railsFrames,
      { filename: where.file, lineno: 12, method: where.method },
      { filename: '/usr/local/bundle/gems/activemodel-7.1.3/lib/active_model/type/integer.rb', lineno: 93, method: 'ensure_in_range' },
    ],
    context: where.context,
    level: 'error',
    firstSeen: ONSET,
    httpStatus: 500,
    rate: (world, at) => Math.round(failing(world, place, at) * around(place.perMinute, 0.05, place.table, at)),
  };
}

const thread = 'message_thread_id';

function tables(at: number): readonly SchemaTable[] {
  const type = (name: string) => ((places.find((p) => p.table === name)?.widenedAt ?? Number.POSITIVE_INFINITY) <= at ? 'bigint' : 'int');
  return [
    table('message_threads', 'id bigint auto, workspace_id bigint, state varchar(32), created_at datetime(6)', {
      rows: 2_140_118_300,
      next: '2147512904',
      indexes: ['workspace_id'],
    }),
    table('conversation_parts', `id bigint auto, ${thread} ${type('conversation_parts')}, body text null, created_at datetime(6)`, {
      rows: 35_120_000_000,
      indexes: [thread],
    }),
    table('thread_stats', `id bigint auto, ${thread} ${type('thread_stats')}, replies int, updated_at datetime(6)`, {
      rows: 310_400_000,
      indexes: [`unique ${thread}`],
    }),
    table('thread_labels', `id bigint auto, ${thread} ${type('thread_labels')}, label_id bigint`, {
      rows: 4_210_000,
      indexes: [thread, 'label_id'],
      foreignKeys: [{ name: 'fk_rails_8c1d2e3f40', column: 'label_id', table: 'labels', to: 'id' }],
    }),
    table('audits', `id bigint auto, thread_ref ${type('audits')}, action varchar(64), created_at datetime(6)`, {
      rows: 88_300_000,
      indexes: ['thread_ref'],
    }),
    table('labels', 'id bigint auto, name varchar(255)', { rows: 91_200 }),
    table('workspaces', 'id bigint auto, name varchar(255)', { rows: 41_800 }),
  ];
}

const application: CommitScript = {
  key: 'messenger',
  at: '2026-11-17T08:30:00Z',
  author: 'Tomas Berg',
  message: 'Bring conversations, their parts, labels, statistics and audits',
  files: {
    'app/models/message_thread.rb':
      'class MessageThread < ApplicationRecord\n  has_many :conversation_parts\n  has_many :thread_labels\n  has_one :thread_stat\n  has_many :audits, foreign_key: :thread_ref\nend\n',
    'app/models/conversation_part.rb': 'class ConversationPart < ApplicationRecord\n  belongs_to :message_thread\nend\n',
    'app/models/thread_stat.rb': 'class ThreadStat < ApplicationRecord\n  belongs_to :message_thread\nend\n',
    'app/models/thread_label.rb': 'class ThreadLabel < ApplicationRecord\n  belongs_to :message_thread\n  belongs_to :label\nend\n',
    'app/models/audit.rb':
      "class Audit < ApplicationRecord\n  belongs_to :thread, class_name: 'MessageThread', foreign_key: :thread_ref\nend\n",
    'app/models/label.rb': 'class Label < ApplicationRecord\nend\n',
    'db/migrate/20261117082000_create_labels.rb': migration('CreateLabels', ['create_table :labels do |t|', '  t.string :name', 'end']),
  },
};

const small: readonly (readonly [key: string, at: string, author: string, message: string, file: string, content: string])[] = [
  [
    'r1',
    '2026-11-24T00:21',
    'Jonas Weiss',
    'Soften the grey of the inbox',
    'app/assets/stylesheets/inbox.css',
    '.inbox { color: #444; }\n',
  ],
  ['r2', '2026-11-24T01:40', 'Mira Okafor', 'Say "seen" in Dutch', 'config/locales/nl.yml', 'nl:\n  seen: gezien\n'],
  [
    'r3',
    '2026-11-24T03:05',
    'Anna Berg',
    'Link the help page from the settings',
    'app/views/settings/_help.html.erb',
    '<a href="/help">Help</a>\n',
  ],
  [
    'r4',
    '2026-11-24T04:50',
    'Caryssa Lind',
    'Cache the workspace logo for a day',
    'app/controllers/logos_controller.rb',
    'class LogosController < ApplicationController\n  def show\n    expires_in 1.day\n  end\nend\n',
  ],
  [
    'r5',
    '2026-11-24T06:02',
    'Jonas Weiss',
    'Align the composer on small screens',
    'app/assets/stylesheets/composer.css',
    '.composer { display: flex; }\n',
  ],
  [
    'r6',
    '2026-11-24T06:58',
    'Mira Okafor',
    'Test the invoice mail',
    'test/mailers/invoice_mailer_test.rb',
    'class InvoiceMailerTest < ActionMailer::TestCase\nend\n',
  ],
  [
    'r7',
    '2026-11-24T07:41',
    'Anna Berg',
    'Explain the export in the README',
    'README.md',
    '# Checkout\n\nThe shop, its posts and its comments. Exports run at night.\n',
  ],
];

/** Just after eight, a key passes 2^31 and four columns that refer to it cannot follow. Seven releases since midnight, none to blame. */
export const intercom: Story = {
  ...usual,
  name: 'intercom',
  title: 'A key that outgrew its columns',
  about:
    'A 64-bit key passed 2³¹ and four columns still keep it in 32. Reverting helps nothing; people widen the tables one by one, and each helps only after a restart. Watch the tail that stays.',
  onset: ONSET,
  commits: [
    ...baseHistory,
    application,
    ...small.map(([key, at, author, message, file, content]) => ({ key, at: `${at}:00Z`, author, message, files: { [file]: content } })),
  ],
  released: [
    { commit: 'messenger', at: '2026-11-17T08:46:00Z' },
    ...small.map(([key, at]) => ({ commit: key, at: new Date(Date.parse(`${at}:00Z`) + 11 * 60_000).toISOString() })),
  ],
  deployments: [
    { name: 'web', replicas: 8, takes: 120 },
    { name: 'worker', replicas: 4, takes: 80 },
    { name: 'cron', replicas: 1, takes: 20 },
  ],
  errors: [...usualErrors, ...places.map((place, n) => rangeError(place, 3101 + n))],
  metrics: usualMetrics({}),
  schema: (_, at) => tables(at),
  migrated: [...BASE_MIGRATIONS, '20261117082000'],
  opening: {
    by: 'alert',
    minute: 6,
    name: 'ElevatedExceptions',
    severity: 'critical',
    summary: 'Elevated exceptions',
    description: 'Exceptions are above 1,000 a minute for five minutes.',
  },
  responder: [
    { do: 'lead' },
    {
      do: 'tell',
      when: 'cause',
      text: 'Starting a conversation fails for some customers. We are widening the tables and will write again within the hour.',
    },
    { do: 'act', remedy: 'restart', when: 'offered', from: 9 },
    { do: 'act', remedy: 'restart', when: 'offered', from: 19 },
    {
      do: 'resolve',
      when: 'recovered',
      text: 'All four columns hold 64-bit keys now or are no longer written, and every process was restarted.',
    },
  ],
  misses: (end) => [
    ...(end.first === 'integer-overflow' || end.first === 'stale-schema-cache'
      ? []
      : [`the first hypothesis is ${end.first ?? 'missing'}`]),
    ...(end.revert === 'useless' ? [] : [`revert is ${end.revert}`]),
    ...(end.suspects.length === 0 ? [] : [`it convicted ${end.suspects.join(', ')}`]),
    ...(end.words.includes('better') ? [] : ['it never said "better"']),
    ...(end.recovery === 'recovered' ? [] : [`the last word on recovery is ${end.recovery}`]),
  ],
};
