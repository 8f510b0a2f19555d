import { around } from '../noise.ts';
import type { CommitScript } from '../world/repository.ts';
import { type SchemaTable, table } from '../world/schema.ts';
import type { ErrorScript } from '../world/story.ts';

/** The application that most stories happen to: a small Rails shop with posts and comments. */

const ruby = (lines: readonly string[]) => `${lines.join('\n')}\n`;

export const postModel = ruby([
  'class Post < ApplicationRecord',
  '  belongs_to :user',
  '  has_many :comments, primary_key: :thread_key, foreign_key: :thread_key',
  '',
  '  scope :recent, -> { order(created_at: :desc).limit(20) }',
  'end',
]);

export const cartTotal = ruby([
  'class CartTotal',
  '  def initialize(cart)',
  '    @cart = cart',
  '  end',
  '',
  '  def cents',
  '    @cart.items.sum { |item| item.quantity * item.price_cents } - discount_cents',
  '  end',
  '',
  '  private',
  '',
  '  def discount_cents',
  '    @cart.coupon ? @cart.coupon.cents : 0',
  '  end',
  'end',
]);

export function migration(name: string, body: readonly string[]): string {
  return ruby([`class ${name} < ActiveRecord::Migration[7.1]`, '  def change', ...body.map((line) => `    ${line}`), '  end', 'end']);
}

export function schemaFile(version: string, extra: readonly string[] = []): string {
  return ruby([
    `ActiveRecord::Schema[7.1].define(version: ${version}) do`,
    '  create_table "comments", charset: "utf8mb4" do |t|',
    '    t.bigint "post_id"',
    '    t.bigint "user_id", null: false',
    '    t.string "thread_key", null: false',
    '    t.text "body"',
    '    t.datetime "created_at", null: false',
    '    t.index ["thread_key"], name: "index_comments_on_thread_key"',
    '    t.index ["user_id"], name: "index_comments_on_user_id"',
    ...extra.filter((line) => line.startsWith('t.')).map((line) => `    ${line}`),
    '  end',
    ...extra.filter((line) => !line.startsWith('t.')).map((line) => `  ${line}`),
    'end',
  ]);
}

/** The history that every story begins with. Nothing of it is to blame for anything. */
export const baseHistory: readonly CommitScript[] = [
  {
    key: 'start',
    at: '2026-11-02T09:12:00Z',
    author: 'Tomas Berg',
    message: 'Start the shop with posts, comments and orders',
    files: {
      'README.md': '# Checkout\n\nThe shop, its posts and its comments.\n',
      Gemfile: 'source "https://rubygems.org"\n\ngem "rails", "~> 7.1"\ngem "mysql2"\ngem "rack-timeout"\ngem "rollbar"\n',
      'config/routes.rb': ruby([
        'Rails.application.routes.draw do',
        '  resources :posts, only: %i[index show]',
        '  resource :cart',
        '  resources :orders',
        '  post "/checkout", to: "checkouts#create"',
        'end',
      ]),
      'config/database.yml': 'production:\n  adapter: mysql2\n  url: <%= ENV["DATABASE_URL"] %>\n  pool: 16\n',
      'app/models/application_record.rb': 'class ApplicationRecord < ActiveRecord::Base\n  primary_abstract_class\nend\n',
      'app/models/user.rb': 'class User < ApplicationRecord\n  has_many :orders\n  has_many :comments\nend\n',
      'app/models/post.rb': postModel,
      'app/models/comment.rb': 'class Comment < ApplicationRecord\n  belongs_to :user\n  validates :body, presence: true\nend\n',
      'app/models/order.rb': 'class Order < ApplicationRecord\n  belongs_to :user\nend\n',
      'app/controllers/posts_controller.rb': ruby([
        'class PostsController < ApplicationController',
        '  def show',
        '    @post = Post.find(params[:id])',
        '    @comments = @post.comments.limit(50)',
        '  end',
        'end',
      ]),
      'app/controllers/checkouts_controller.rb': ruby([
        'class CheckoutsController < ApplicationController',
        '  def create',
        '    charge = PaymentGateway.charge(cart: current_cart, total: CartTotal.new(current_cart).cents)',
        '    redirect_to order_path(charge.order)',
        '  end',
        'end',
      ]),
      'app/services/cart_total.rb': cartTotal,
      'app/services/payment_gateway.rb': ruby([
        'class PaymentGateway',
        '  HOST = "api.payments.example"',
        '',
        '  def self.charge(cart:, total:)',
        '    post("/v1/charges", amount: total, reference: cart.id)',
        '  end',
        'end',
      ]),
      'app/views/cart/show.html.erb': '<h1>Your cart</h1>\n<%= render @cart.items %>\n',
      'app/assets/stylesheets/application.css': 'body { font-family: sans-serif; }\n.cart { padding: 1rem; }\n',
      'db/migrate/20261102090500_create_comments.rb': migration('CreateComments', [
        'create_table :comments do |t|',
        '  t.bigint :post_id',
        '  t.references :user, null: false',
        '  t.string :thread_key, null: false, index: true',
        '  t.text :body',
        '  t.timestamps',
        'end',
      ]),
      'db/schema.rb': schemaFile('2026_11_02_090500'),
    },
  },
  {
    key: 'orders-page',
    at: '2026-11-09T13:40:00Z',
    author: 'Mira Okafor',
    message: 'Show the last ten orders on the account page',
    files: {
      'app/controllers/orders_controller.rb':
        'class OrdersController < ApplicationController\n  def index\n    @orders = current_user.orders.order(created_at: :desc).limit(10)\n  end\nend\n',
    },
  },
  {
    key: 'last-seen',
    at: '2026-11-16T10:05:00Z',
    author: 'Caryssa Lind',
    message: 'Remember when a user was last seen',
    files: {
      'db/migrate/20261116095500_add_last_seen_at_to_users.rb': migration('AddLastSeenAtToUsers', [
        'add_column :users, :last_seen_at, :datetime',
      ]),
      'db/schema.rb': schemaFile('2026_11_16_095500'),
    },
  },
];

export const BASE_MIGRATIONS: readonly string[] = ['20261102090500', '20261116095500'];

export const shopTables: readonly SchemaTable[] = [
  table('posts', 'id bigint auto, user_id bigint, title varchar(255), thread_key varchar(64), created_at datetime(6)', {
    rows: 214_300,
    indexes: ['user_id', 'thread_key'],
  }),
  table(
    'comments',
    'id bigint auto, post_id bigint null, user_id bigint, thread_key varchar(64), body text null, created_at datetime(6), updated_at datetime(6)',
    { rows: 3_412_876, indexes: ['thread_key', 'user_id'] },
  ),
  table('users', 'id bigint auto, email varchar(255), name varchar(255), last_seen_at datetime(6) null', {
    rows: 688_120,
    indexes: ['unique email'],
  }),
  table('orders', 'id bigint auto, user_id bigint, total_cents int, state varchar(32), created_at datetime(6)', {
    rows: 1_904_233,
    indexes: ['user_id', 'created_at'],
  }),
];

const frame = (filename: string, lineno: number, method: string) => ({ filename, lineno, method });

export const railsFrames = [
  frame('/usr/local/bundle/gems/puma-6.4.2/lib/puma/thread_pool.rb', 155, 'block in spawn_thread'),
  frame('/usr/local/bundle/gems/actionpack-7.1.3/lib/action_controller/metal.rb', 227, 'dispatch'),
];

/** What always hums in the tracker: scanners asking for pages that were never there. */
export const usualErrors: readonly ErrorScript[] = [
  {
    id: 2101,
    class: 'ActionController::RoutingError',
    message: 'No route matches [GET] "/wp-login.php"',
    frames: [...railsFrames, frame('/usr/local/bundle/gems/actionpack-7.1.3/lib/action_dispatch/routing/route_set.rb', 879, 'call')],
    context: '',
    level: 'warning',
    firstSeen: '2026-11-02T10:01:00Z',
    rate: (_, minute) => Math.round(around(3, 0.5, 'scan', minute)),
  },
  {
    id: 2115,
    class: 'ActionController::InvalidAuthenticityToken',
    message: "Can't verify CSRF token authenticity.",
    frames: [...railsFrames, frame('/app/app/controllers/application_controller.rb', 3, 'verify_token')],
    context: 'orders#index',
    level: 'error',
    firstSeen: '2026-11-03T07:44:00Z',
    rate: (_, minute) => (around(1, 1, 'csrf', minute) > 1.3 ? 1 : 0),
  },
];

/** Requests of one page that wait for the database until the server ends them. */
export function requestTimeouts(line: ErrorScript['frames'][number], context: string, rate: ErrorScript['rate']): ErrorScript {
  return {
    id: 1804,
    class: 'Rack::Timeout::RequestTimeoutException',
    message: 'Request ran for longer than 15000ms',
    frames: [...railsFrames, line, frame('/usr/local/bundle/gems/mysql2-0.5.6/lib/mysql2/client.rb', 151, '_query')],
    context,
    level: 'error',
    firstSeen: '2026-11-04T22:18:00Z',
    httpStatus: 503,
    rate,
  };
}
