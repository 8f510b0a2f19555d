import { type Case, commit, error, log, metric, noise, ONSET } from './cases.ts';

/** Decoys of the same service, often nearer to the onset than the culprit, sometimes with the very words of the symptom. */
export const hardCases: readonly Case[] = [
  {
    what: 'rows are no longer closed; a larger pool went out last',
    onset: ONSET,
    guilty: 'leakrows',
    findings: [
      log('pq: connection pool exhausted: timed out waiting for a free connection', 'inventory'),
      metric('db_pool_in_use', 'inventory'),
    ],
    commits: [
      ...noise,
      commit('leakrows', 360, 'Refactor stock lookup', [
        'services/inventory/store/stock.go',
        ' func (s *Store) Stock(ctx context.Context) {\n   rows, err := s.db.QueryContext(ctx, stockSQL)\n-  defer rows.Close()\n+  if err != nil { return nil, err }',
      ]),
      commit('morepool', 12, 'Raise the inventory pool', ['services/inventory/config.yaml', '-  db_pool_max: 20\n+  db_pool_max: 30']),
      commit('logging', 6, 'Log inventory requests', [
        'services/inventory/handler.go',
        '+  log.Printf("inventory request for pool %s", r.URL)',
      ]),
    ],
  },
  {
    what: 'a shorter life of cached entries; harmless migrations right before',
    onset: ONSET,
    guilty: 'ttl',
    findings: [
      metric('CPUUtilization'),
      {
        kind: 'query-group',
        fingerprint: 'select * from categories where parent_id = ?',
        threads: 70,
        tables: ['categories'],
        tone: 'bad',
      },
    ],
    commits: [
      ...noise,
      commit('ttl', 95, 'Fresher menus', ['app/services/category_menu.rb', '-  CATEGORY_TTL = 1.hour\n+  CATEGORY_TTL = 1.second']),
      commit('addcol', 10, 'Add nickname to users', ['db/migrate/20261121_nick.rb', '+    add_column :users, :nickname, :string']),
      commit('addidx', 8, 'Index invoices', ['db/migrate/20261122_idx.rb', '+    add_index :invoices, :number']),
    ],
  },
  {
    what: 'one query per row; the page itself was touched later',
    onset: ONSET,
    guilty: 'nplus',
    findings: [
      metric('orders_index_p99_latency', 'web'),
      { kind: 'query-group', fingerprint: 'select * from line_items where order_id = ?', threads: 40, tables: ['line_items'], tone: 'bad' },
    ],
    commits: [
      ...noise,
      commit('nplus', 130, 'Simplify the orders query', [
        'app/controllers/orders_controller.rb',
        '-    @orders = Order.includes(:line_items).where(shop: shop)\n+    @orders = Order.where(shop: shop)',
      ]),
      commit('view', 9, 'Bold totals', [
        'app/views/orders/index.html.erb',
        '-<td><%= order.total %></td>\n+<td><b><%= order.total %></b></td>',
      ]),
      commit('params', 15, 'Permit the shop param', [
        'app/controllers/shops_controller.rb',
        '-    params.permit(:id)\n+    params.permit(:id, :shop)',
      ]),
    ],
  },
  {
    what: 'the provider is down while its client got a log line',
    onset: ONSET,
    guilty: '',
    findings: [
      log('Stripe::APIConnectionError: 503 Service Unavailable from api.stripe.com', 'billing'),
      error('Stripe::APIConnectionError', { transaction: 'POST /charges' }),
    ],
    commits: [
      ...noise,
      commit('stripelog', 7, 'Log Stripe charges', ['billing/stripe_client.rb', '+    logger.info("stripe charge #{charge.id}")']),
      commit('bill', 20, 'Sort bills', ['billing/list.rb', '-  bills.sort_by(&:id)\n+  bills.sort_by(&:due)']),
    ],
  },
  {
    what: 'twice the traffic while more replicas were allowed',
    onset: ONSET,
    guilty: '',
    findings: [metric('RequestCount', 'ingress'), metric('http_requests_total', 'web')],
    commits: [...noise, commit('hpa', 9, 'Allow more replicas', ['deploy/web/hpa.yaml', '-  maxReplicas: 10\n+  maxReplicas: 20'])],
  },
  {
    what: 'a shared client retries; the service with the errors changed something else',
    onset: ONSET,
    guilty: 'sharedretry',
    findings: [log('partner-api answered 429 Too Many Requests', 'orders'), metric('outbound_requests', 'orders')],
    commits: [
      ...noise,
      commit('sharedretry', 210, 'One place for defaults', [
        'libs/http/defaults.ts',
        '-export const RETRIES = 1;\n+export const RETRIES = 10;',
      ]),
      commit('orderlabel', 5, 'feat(orders): print labels', ['services/orders/label.ts', '+  printer.print(order.address);']),
      commit('ordersort', 17, 'feat(orders): newest first', ['services/orders/list.ts', '-  return orders;\n+  return orders.reverse();']),
    ],
  },
  {
    what: 'the producer renamed a field; the consumer reports it',
    onset: ONSET,
    guilty: 'producer',
    findings: [
      error("KeyError: 'customer_ref'", { frames: [{ file: 'consumer/handlers/invoice.py', line: 31, function: 'handle', inApp: true }] }),
      log("KeyError: 'customer_ref' while handling invoice.created", 'consumer'),
    ],
    commits: [
      ...noise,
      commit('producer', 80, 'Consistent names in events', [
        'publisher/events.py',
        '-    "customer_ref": invoice.customer_id,\n+    "customer": invoice.customer_id,',
      ]),
      commit('consumerui', 6, 'Consumer keeps its order', [
        'consumer/handlers/refund.py',
        '-    process(refund)\n+    process(refund, order)',
      ]),
    ],
  },
  {
    what: 'a smaller memory limit, beside a refactoring of the same service',
    onset: ONSET,
    guilty: 'memlimit',
    findings: [
      {
        kind: 'workload',
        name: 'search-7d9f8b6c5-abcde',
        workload: 'pod',
        reason: 'OOMKilled',
        exitCode: 137,
        tone: 'bad',
        owner: 'search',
      },
    ],
    commits: [
      ...noise,
      commit('memlimit', 50, 'Right-size workloads', [
        'deploy/search/deployment.yaml',
        '   resources:\n     limits:\n-      memory: 2Gi\n+      memory: 256Mi',
      ]),
      commit('searchref', 10, 'Extract the ranking', [
        'services/search/rank.go',
        '-  score := base * boost\n+  score := rank(base, boost)',
      ]),
    ],
  },
  {
    what: 'uploads refused by the front door',
    onset: ONSET,
    guilty: 'bodysize',
    findings: [error('413 Request Entity Too Large', { transaction: 'POST /uploads', httpStatus: 413 })],
    commits: [
      ...noise,
      commit('bodysize', 30, 'Harden nginx', ['deploy/nginx/nginx.conf', '-  client_max_body_size 50m;\n+  client_max_body_size 1m;']),
      commit('upload', 9, 'Show the file name after an upload', ['app/views/uploads/show.html.erb', '+<p><%= upload.filename %></p>']),
    ],
  },
  {
    what: 'everybody is logged out: another audience of the token',
    onset: ONSET,
    guilty: 'audience',
    findings: [log('jwt audience invalid. expected: shop-web', 'auth'), metric('http_401_total', 'api')],
    commits: [
      ...noise,
      commit('audience', 70, 'Rename the client', ['services/auth/config/jwt.yaml', '-  audience: shop\n+  audience: shop-web']),
      commit('oauth', 10, 'Button for the new provider', ['web/src/Login.tsx', '+  <Button onClick={google}>Google</Button>']),
    ],
  },
  {
    what: 'an index was dropped two days ago, the table has grown since',
    onset: ONSET,
    guilty: 'dropidx',
    findings: [
      {
        kind: 'query-group',
        fingerprint: 'select * from events where account_id = ? and kind = ? order by id desc limit ?',
        threads: 120,
        tables: ['events'],
        noIndexUsed: true,
        tone: 'bad',
      },
    ],
    commits: [
      ...noise,
      commit('dropidx', 2880, 'Remove unused indexes', [
        'db/migrate/20261119_drop.rb',
        '+    remove_index :events, name: "index_events_on_account_id_and_kind"',
      ]),
      commit('eventview', 9, 'Format events', ['app/helpers/events_helper.rb', '+  event.created_at.to_fs(:short)']),
    ],
  },
  {
    what: 'connections are closed under the balancer',
    onset: ONSET,
    guilty: 'keepalive',
    findings: [
      log('upstream connect error or disconnect/reset before headers. reset reason: connection termination', 'gateway'),
      metric('http_503', 'gateway'),
    ],
    commits: [
      ...noise,
      commit('keepalive', 55, 'Free sockets earlier', [
        'services/gateway/server.ts',
        '-server.keepAliveTimeout = 65_000;\n+server.keepAliveTimeout = 1_000;',
      ]),
      commit('gwdocs', 10, 'Gateway prints its version', ['services/gateway/version.ts', '+export const version = "1.4.2";']),
    ],
  },
  {
    what: 'ten times as many workers: the database is full',
    onset: ONSET,
    guilty: 'workers',
    findings: [
      error('Mysql2::Error::ConnectionError: Too many connections'),
      { kind: 'connections', used: 600, max: 600, refused: true, tone: 'bad' },
    ],
    commits: [
      ...noise,
      commit('workers', 40, 'Faster queues', ['config/sidekiq.yml', '-:concurrency: 10\n+:concurrency: 100']),
      commit('lesspool', 8, 'Save connections', ['config/database.yml', '-  pool: 12\n+  pool: 10']),
    ],
  },
  {
    what: 'a job that now runs every minute',
    onset: ONSET,
    guilty: 'cron',
    findings: [
      {
        kind: 'query-group',
        fingerprint: 'insert into daily_reports select * from sales group by day',
        threads: 30,
        tables: ['daily_reports', 'sales'],
        tone: 'bad',
      },
    ],
    commits: [
      ...noise,
      commit('cron', 35, 'Reports by the minute', [
        'config/schedule.yml',
        ' daily_report_job:\n-  cron: "0 3 * * *"\n+  cron: "* * * * *"\n   class: DailyReportJob',
      ]),
      commit('mailsub', 7, 'Subject of the welcome mail', [
        'app/mailers/welcome_mailer.rb',
        '-  mail(subject: "Hi")\n+  mail(subject: "Hello")',
      ]),
    ],
  },
  {
    what: 'debug logs fill the disk',
    onset: ONSET,
    guilty: 'debuglogs',
    findings: [log('write /var/log/app.log: no space left on device', 'ledger'), metric('node_filesystem_avail_bytes', 'ledger')],
    commits: [
      ...noise,
      commit('debuglogs', 600, 'Help with debugging', [
        'services/ledger/config/logback.xml',
        '-<root level="WARN">\n+<root level="DEBUG">',
      ]),
      commit('ledgersum', 9, 'Sum in cents', ['services/ledger/src/Sum.kt', '-  return a + b\n+  return (a + b) * 100']),
    ],
  },
  {
    what: 'a lock taken in another order: deadlocks',
    onset: ONSET,
    guilty: 'order',
    findings: [
      error('Deadlock found when trying to get lock; try restarting transaction', { transaction: 'TransferJob' }),
      { kind: 'lock-wait', lock: 'row', table: 'accounts', waiters: 20, tone: 'bad' },
    ],
    commits: [
      ...noise,
      commit('order', 65, 'Simplify transfers', [
        'app/jobs/transfer_job.rb',
        '-    Account.lock.where(id: [from, to].sort).load\n+    from.lock!\n+    to.lock!',
      ]),
      commit('acctname', 12, 'Account name may be long', [
        'app/models/account.rb',
        '-  validates :name, length: { maximum: 50 }\n+  validates :name, length: { maximum: 500 }',
      ]),
    ],
  },
  {
    what: 'a guard was taken away, no frames, only the message',
    onset: ONSET,
    guilty: 'guard',
    findings: [error("TypeError: Cannot read properties of null (reading 'loyaltyTier')", { transaction: 'GET /checkout/summary' })],
    commits: [
      ...noise,
      commit('guard', 100, 'Cleanup', [
        'src/checkout/summary.ts',
        '-  const tier = customer?.loyaltyTier ?? "none";\n+  const tier = customer.loyaltyTier;',
      ]),
      commit('summaryui', 5, 'Summary in two columns', ['src/checkout/SummaryView.tsx', '-<div className="one">\n+<div className="two">']),
      commit('tierlabel', 15, 'Label for the gold tier', ['src/loyalty/labels.ts', '+  gold: "Gold tier",']),
    ],
  },
  {
    what: 'the failover of the database, with a decoy',
    onset: ONSET,
    guilty: '',
    findings: [
      { kind: 'db-event', message: 'Multi-AZ instance failover started', at: ONSET, tone: 'bad' },
      error('Mysql2::Error: Lost connection to MySQL server during query'),
      metric('DatabaseConnections'),
    ],
    commits: [
      ...noise,
      commit('dbtimeout', 10, 'Shorter connect timeout', ['config/database.yml', '-  connect_timeout: 10\n+  connect_timeout: 5']),
    ],
  },
  {
    what: 'the line of the stack in code nobody touched for weeks; the last release is innocent',
    onset: ONSET,
    guilty: '',
    findings: [
      error('Redis::CannotConnectError: Connection refused - connect(2) for 10.0.3.7:6379', {
        frames: [{ file: 'app/services/session_store.rb', line: 12, inApp: true }],
      }),
    ],
    commits: [
      ...noise,
      commit('sess', 4, 'Shorter session names', ['app/helpers/session_helper.rb', '-  session.title\n+  session.title.first(20)']),
    ],
  },
];
