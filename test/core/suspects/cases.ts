import type { Commit, Finding } from '../../../src/core/evidence.ts';

export interface Case {
  what: string;
  onset: string;
  service?: string;
  findings: readonly Finding[];
  commits: readonly Commit[];
  /** First letters of the sha that is guilty; empty: no commit did this. */
  guilty: string;
}

export const ONSET = '2026-11-21T03:00:00.000Z';

/** A commit live so many minutes before the onset. Its diff: pairs of path and changed lines. */
export function commit(
  name: string,
  minutes: number,
  message: string,
  ...files: readonly (readonly [path: string, lines: string, start?: number])[]
): Commit {
  const sha = [...name]
    .map((c) => c.charCodeAt(0).toString(16))
    .join('')
    .padEnd(40, '0')
    .slice(0, 40);
  const at = new Date(Date.parse(ONSET) - minutes * 60_000).toISOString();
  const diff = files.map(([path, lines, start = 10]) => {
    const body = lines.replace(/^\n|\n\s*$/g, '').split('\n');
    const span = body.filter((l) => !l.startsWith('-')).length;
    return `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -${start},${span} +${start},${span} @@\n${body.join('\n')}\n`;
  });
  return { kind: 'commit', sha, at, liveAt: at, live: true, message, files: files.map(([path]) => path), diff: diff.join('') };
}

export function shaOf(name: string): string {
  return commit(name, 0, '').sha;
}

/** What goes out around every incident: none of it can do harm to anything below. */
export const noise: readonly Commit[] = [
  commit('readme', 2, 'Update README', ['README.md', '-old timeout docs\n+new timeout docs for the connection pool']),
  commit('css', 4, 'Polish the checkout button', ['app/assets/stylesheets/checkout.css', '-.cart { color: red }\n+.cart { color: blue }']),
  commit('specs', 6, 'Add tests for orders', ['spec/models/order_spec.rb', '+expect(order.total).to eq(5)\n+order.save!']),
  commit('lint', 8, 'Reformat', ['app/models/order.rb', '-def total( )\n+def total()', 3]),
  commit('copy', 12, 'Fix typo in emails', ['config/locales/en.yml', '-  order: "Oder"\n+  order: "Order"']),
  commit('ci', 30, 'Cache gems in CI', ['.github/workflows/ci.yml', '+  cache: true\n+  timeout-minutes: 5']),
  commit('comment', 40, 'Explain retries', ['app/services/retry.rb', '+# retries three times, see the pool timeout\n+# and gives up']),
  commit('profile', 55, 'Show the avatar in the profile', [
    'app/helpers/profile_helper.rb',
    '+def avatar_tag(person)\n+  image_tag person.avatar_url, class: "round"\n+end',
  ]),
  commit('export', 70, 'Export invoices as CSV', [
    'app/services/invoice_export.rb',
    '+csv << [invoice.number, invoice.issued_on]\n+send_data csv, filename: "invoices.csv"',
  ]),
];

export const error = (title: string, more: Partial<Extract<Finding, { kind: 'error-group' }>> = {}): Finding => ({
  kind: 'error-group',
  title,
  tone: 'bad',
  ...more,
});
export const log = (message: string, service?: string): Finding => ({
  kind: 'log-group',
  message,
  level: 'error',
  tone: 'bad',
  ...(service ? { service } : {}),
});
export const metric = (name: string, source?: string): Finding => ({
  kind: 'metric',
  name,
  points: [{ at: ONSET, value: 9 }],
  tone: 'bad',
  ...(source ? { source } : {}),
});

export const cases: readonly Case[] = [
  {
    what: 'the line of the stack was changed',
    onset: ONSET,
    guilty: 'total',
    findings: [
      error("NoMethodError: undefined method `cents' for nil", {
        frames: [
          { file: 'app/models/order.rb', line: 42, function: 'total', inApp: true },
          { file: 'app/controllers/orders_controller.rb', line: 10, function: 'show', inApp: true },
        ],
        transaction: 'GET /orders/:id',
      }),
    ],
    commits: [
      ...noise,
      commit('total', 90, 'Apply discounts', [
        'app/models/order.rb',
        ' def total\n-  items.sum(&:cents)\n+  (items.sum(&:cents) - discount.cents)\n end',
        41,
      ]),
      commit('orders', 20, 'Paginate orders', [
        'app/controllers/orders_controller.rb',
        '-  @orders = Order.all\n+  @orders = Order.page(params[:page])',
        80,
      ]),
    ],
  },
  {
    what: 'a query without an index: the commit that brought the query',
    onset: ONSET,
    guilty: 'thread',
    findings: [
      {
        kind: 'query-group',
        fingerprint: 'select * from comments where post_id = ? order by created_at desc limit ?',
        threads: 183,
        tables: ['comments'],
        noIndexUsed: true,
        tone: 'bad',
      },
      metric('CPUUtilization'),
    ],
    commits: [
      ...noise,
      commit('thread', 10, 'Threaded comments', [
        'app/models/post.rb',
        '+  def thread\n+    Comment.where(post_id: id).order(created_at: :desc).limit(50)\n+  end',
      ]),
      commit('users', 5, 'Sort users by name', ['app/controllers/users_controller.rb', '-    User.all\n+    User.order(:name)']),
    ],
  },
  {
    what: 'pool made smaller, seen as timeouts of requests',
    onset: ONSET,
    service: 'orders',
    guilty: 'pool',
    findings: [
      log('HikariPool-1 - Connection is not available, request timed out after 30000ms', 'orders'),
      metric('http_server_requests_p99', 'orders'),
    ],
    commits: [
      ...noise,
      commit('pool', 45, 'Tidy configuration', [
        'services/orders/src/main/resources/application.yml',
        '   hikari:\n-    maximum-pool-size: 50\n+    maximum-pool-size: 5',
      ]),
      commit('rename', 3, 'Rename OrderMapper', [
        'services/orders/src/main/java/shop/OrderMapper.java',
        '-  OrderDto map(Order order)\n+  OrderDto toDto(Order order)',
      ]),
      commit('other', 15, 'Bigger page for catalog', [
        'services/catalog/src/main/resources/application.yml',
        '-  page-title: Shop\n+  page-title: Store',
      ]),
    ],
  },
  {
    what: 'a time limit of a downstream call cut down; the caller reports it',
    onset: ONSET,
    guilty: 'limit',
    findings: [
      log('rpc error: code = DeadlineExceeded desc = context deadline exceeded while calling PaymentService.Charge', 'checkout'),
      error('PaymentError: could not charge the card: deadline exceeded', { transaction: 'POST /checkout', transactionShare: 0.4 }),
    ],
    commits: [
      ...noise,
      commit('limit', 25, 'Fail faster', [
        'services/checkout/payment_client.go',
        '-const chargeTimeout = 5 * time.Second\n+const chargeTimeout = 200 * time.Millisecond',
      ]),
      commit('ads', 9, 'Rotate ads', [
        'services/ads/rotate.go',
        '-const rotateEvery = 30 * time.Second\n+const rotateEvery = 60 * time.Second',
      ]),
      commit('currency', 14, 'Round currencies', ['services/currency/round.go', '+  return math.Round(v*100) / 100']),
    ],
  },
  {
    what: 'a cache taken away, the database is hot',
    onset: ONSET,
    guilty: 'nocache',
    findings: [
      { kind: 'query-group', fingerprint: 'select * from products where id = ?', threads: 90, tables: ['products'], tone: 'bad' },
      metric('DatabaseConnections'),
    ],
    commits: [
      ...noise,
      commit('nocache', 35, 'Always show fresh prices', [
        'app/models/product.rb',
        '   def self.fetch(id)\n-    Rails.cache.fetch("product/#{id}", expires_in: 5.minutes) { find(id) }\n+    find(id)',
      ]),
      commit('label', 7, 'Label of the product form', [
        'app/views/products/_form.html.erb',
        '-<label>Prize</label>\n+<label>Price</label>',
      ]),
    ],
  },
  {
    what: 'retries without back-off make a storm',
    onset: ONSET,
    guilty: 'retry',
    findings: [log('429 Too Many Requests from inventory-api', 'cart'), metric('outgoing_requests_per_second', 'cart')],
    commits: [
      ...noise,
      commit('retry', 50, 'Be more robust', [
        'cart/client/inventory.ts',
        '-  retries: 2,\n-  backoff: 500,\n+  retries: 20,\n+  backoff: 0,',
      ]),
      commit('banner', 3, 'New banner', ['web/src/Banner.tsx', '+  return <div>Sale</div>;']),
    ],
  },
  {
    what: 'a leak that takes a day and a half',
    onset: ONSET,
    guilty: 'leak',
    findings: [
      {
        kind: 'workload',
        name: 'recommendation-6b7f9c5d4-x2x1z',
        workload: 'pod',
        reason: 'OOMKilled',
        exitCode: 137,
        tone: 'bad',
        owner: 'recommendation',
      },
      metric('container_memory_working_set_bytes', 'recommendation'),
    ],
    commits: [
      ...noise,
      commit('leak', 36 * 60, 'Remember recent recommendations', [
        'recommendation/server.py',
        '+cached_ids = []\n+    cached_ids.append(response.product_ids)\n+    cached_ids = cached_ids + product_ids',
      ]),
      commit('font', 4, 'Change ad text', ['ads/texts.go', '-  "Buy now"\n+  "Buy today"']),
    ],
  },
  {
    what: 'a feature switch turned on in the configuration',
    onset: ONSET,
    guilty: 'flag',
    findings: [
      error('TypeError: Cannot read properties of undefined (reading "shippingZone")', { transaction: 'POST /shipping/quote' }),
      log('shippingZone lookup failed', 'shipping'),
    ],
    commits: [
      ...noise,
      commit('flag', 18, 'Enable zones', ['config/features.yml', '-shipping_zones_enabled: false\n+shipping_zones_enabled: true']),
      commit('flagb', 12, 'Enable dark mode', ['config/features.yml', '-dark_mode_enabled: false\n+dark_mode_enabled: true']),
    ],
  },
  {
    what: 'the address of a neighbour changed',
    onset: ONSET,
    guilty: 'address',
    findings: [log('getaddrinfo ENOTFOUND redis-sessions.internal', 'web'), error('Error: getaddrinfo ENOTFOUND redis-sessions.internal')],
    commits: [
      ...noise,
      commit('address', 22, 'Use the new session store', [
        'deploy/web/values.yaml',
        '-  REDIS_SESSIONS_URL: redis://redis.internal:6379\n+  REDIS_SESSIONS_URL: redis://redis-sessions.internal:6379',
      ]),
      commit('mail', 10, 'New mail relay', ['deploy/web/values.yaml', '-  SMTP_HOST: mail-a\n+  SMTP_HOST: mail-b']),
    ],
  },
  {
    what: 'a missing variable that new code reads',
    onset: ONSET,
    guilty: 'variable',
    findings: [
      {
        kind: 'workload',
        name: 'web-1',
        workload: 'pod',
        reason: 'CrashLoopBackOff',
        tone: 'bad',
        log: ['KeyError: key not found: "STRIPE_WEBHOOK_SECRET"'],
      },
    ],
    commits: [
      ...noise,
      commit('variable', 8, 'Verify webhooks', [
        'config/initializers/stripe.rb',
        '+Stripe.webhook_secret = ENV.fetch("STRIPE_WEBHOOK_SECRET")',
      ]),
      commit('sentry', 6, 'Sample fewer traces', [
        'config/initializers/sentry.rb',
        '-  c.traces_sample_rate = 0.2\n+  c.traces_sample_rate = 0.1',
      ]),
    ],
  },
  {
    what: 'a migration that is not in the database',
    onset: ONSET,
    guilty: 'migrate',
    findings: [
      {
        kind: 'migration',
        version: '20261121',
        state: 'absent',
        inRelease: shaOf('migrate'),
        tone: 'bad',
        statements: ['add-column orders.coupon_id'],
      },
      error("Mysql2::Error: Unknown column 'orders.coupon_id' in 'field list'"),
    ],
    commits: [
      ...noise,
      commit(
        'migrate',
        15,
        'Coupons',
        ['db/migrate/20261121_add_coupon.rb', '+    add_column :orders, :coupon_id, :bigint'],
        ['app/models/order.rb', '+  belongs_to :coupon'],
      ),
      commit('later', 5, 'Sort coupons on the page', ['app/views/coupons/index.html.erb', '+<%= render @coupons.sort %>']),
    ],
  },
  {
    what: 'a library was raised, its own class fails',
    onset: ONSET,
    guilty: 'bump',
    findings: [
      error('Faraday::ConnectionFailed: wrong number of arguments in Faraday::RackBuilder', { class: 'Faraday::ConnectionFailed' }),
    ],
    commits: [
      ...noise,
      commit('bump', 33, 'Bump faraday from 1.10 to 2.9', ['Gemfile', '-gem "faraday", "~> 1.10"\n+gem "faraday", "~> 2.9"']),
      commit('bumpb', 20, 'Bump puma from 6.0 to 6.1', ['Gemfile', '-gem "puma", "6.0"\n+gem "puma", "6.1"']),
    ],
  },
  {
    what: 'one transaction around a slow call: row locks',
    onset: ONSET,
    guilty: 'lock',
    findings: [
      {
        kind: 'lock-wait',
        lock: 'row',
        table: 'wallets',
        waiters: 60,
        tone: 'bad',
        blockerStatement: 'update wallets set balance = ? where id = ?',
      },
      error('Mysql2::Error: Lock wait timeout exceeded'),
    ],
    commits: [
      ...noise,
      commit('lock', 75, 'Charge and book together', [
        'app/services/wallet_charge.rb',
        '+  Wallet.transaction do\n+    wallet.lock!\n+    Gateway.charge(wallet)\n+  end',
      ]),
      commit('badge', 11, 'Show a badge', ['app/services/badge.rb', '+  Badge.new(user).draw']),
    ],
  },
  {
    what: 'a consumer that takes less off the queue',
    onset: ONSET,
    guilty: 'queue',
    findings: [
      metric('kafka_consumer_lag', 'fraud-detection'),
      log('consumer lag above threshold for group fraud-detection', 'fraud-detection'),
    ],
    commits: [
      ...noise,
      commit('queue', 28, 'Simplify polling', [
        'fraud-detection/src/main/kotlin/Consumer.kt',
        '-    props["max.poll.records"] = 500\n+    props["max.poll.records"] = 5',
      ]),
      commit('quote', 10, 'Quotes in whole euros', ['quote/app/quote.php', '-  return round($total, 2);\n+  return round($total, 0);']),
    ],
  },
  {
    what: 'an expensive pattern on every request: CPU',
    onset: ONSET,
    guilty: 'regex',
    findings: [metric('container_cpu_usage', 'gateway'), log('event loop blocked for 4200 ms', 'gateway')],
    commits: [
      ...noise,
      commit('regex', 16, 'Validate user agents', [
        'gateway/src/middleware/agent.ts',
        '+const digest = crypto.pbkdf2Sync(agent, salt, 900000, 64, "sha512");\n+while (true) { if (match(agent)) break; }',
      ]),
      commit('ship', 6, 'Ship from two places', ['shipping/src/place.rs', '+    let place = nearest(&order);']),
    ],
  },
  {
    what: 'the route that fails was rewritten, and nothing tells how it fails: that may be chance',
    onset: ONSET,
    guilty: '',
    findings: [error('500 on POST /conversations/:id/assignments', { transaction: 'AssignmentsController#create', httpStatus: 500 })],
    commits: [
      ...noise,
      commit('route', 21, 'Assign by team', [
        'app/controllers/assignments_controller.rb',
        ' def create\n-  assignment = Assignment.create!(conversation: conversation)\n+  assignment = Assignment.create!(conversation: conversation, team: params[:team])',
      ]),
      commit('inbox', 13, 'Inbox sorts by unread', ['app/controllers/inbox_controller.rb', '-    sort: :date\n+    sort: :unread']),
    ],
  },
  {
    what: 'nothing but a certificate that ran out',
    onset: ONSET,
    guilty: '',
    findings: [log('x509: certificate has expired or is not yet valid: api.partner.example', 'billing')],
    commits: [...noise, commit('billing', 14, 'Show the invoice number', ['billing/invoice.go', '+  fmt.Println(invoice.Number)'])],
  },
  {
    what: 'traffic doubled, releases went out as always',
    onset: ONSET,
    guilty: '',
    findings: [metric('RequestCount', 'load-balancer'), metric('CPUUtilization')],
    commits: [...noise, commit('toast', 3, 'Toast on save', ['web/src/Toast.tsx', '+  toast("Saved");'])],
  },
  {
    what: 'an id outgrew its column: seven innocent releases',
    onset: ONSET,
    guilty: '',
    findings: [
      error('2147501882 is out of range for ActiveModel::Type::Integer with limit 4 bytes', {
        class: 'ActiveModel::RangeError',
        transaction: 'POST /conversations',
      }),
    ],
    commits: [
      ...noise,
      commit('macro', 44, 'Macros for teams', ['app/models/macro.rb', '+  belongs_to :team\n+  validates :name, presence: true']),
    ],
  },
  {
    what: 'the node died',
    onset: ONSET,
    guilty: '',
    findings: [
      {
        kind: 'workload',
        name: 'web-2',
        workload: 'pod',
        reason: 'NodeLost',
        message: 'Node ip-10-0-0-1 which was running pod web-2 is unresponsive',
        tone: 'bad',
      },
    ],
    commits: noise,
  },
  {
    what: 'the provider is down',
    onset: ONSET,
    guilty: '',
    findings: [log('Stripe::APIConnectionError: 503 Service Unavailable from api.stripe.com', 'billing')],
    commits: [...noise, commit('tax', 17, 'Tax in the footer', ['billing/footer.rb', '+  footer << tax_note'])],
  },
  {
    what: 'the guilty-looking change went live after it began',
    onset: ONSET,
    guilty: '',
    findings: [
      error("NoMethodError: undefined method `cents' for nil", { frames: [{ file: 'app/models/order.rb', line: 42, inApp: true }] }),
    ],
    commits: [
      ...noise,
      commit('after', -20, 'Try a fix', ['app/models/order.rb', '-  items.sum(&:cents)\n+  items.compact.sum(&:cents)', 42]),
    ],
  },
  {
    what: 'everything is well',
    onset: ONSET,
    guilty: '',
    findings: [{ kind: 'metric', name: 'CPUUtilization', points: [{ at: ONSET, value: 12 }], tone: 'normal' }],
    commits: [...noise, commit('pool', 45, 'Smaller pool', ['config/database.yml', '-  pool: 50\n+  pool: 5'])],
  },
];
