import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redact } from '../../src/core/redact.ts';
import { redactValue } from '../../src/core/redact-value.ts';

const sentinel = 'S3ntinel9Qx7';
const hex = '9f2c4e6a8b0d1f3e5a7c9b1d3f5e7a90';
const base64 = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEK3Y8';

/** Where a secret stands in logs, settings, URLs, headers, code and SQL. `§` is the secret. */
const frames: readonly string[] = [
  'DB_PASSWORD=§',
  'export ROLLBAR_READ_TOKEN="§"',
  "password: '§'",
  'password: § ',
  'password = §',
  '{"password":"§","table":"comments"}',
  '{\\"token\\":\\"§\\",\\"id\\":1}',
  '{"config":{"api_key": "§"}}',
  '{:password=>"§", :id=>2147501882}',
  '{password: "§", id: 1}',
  "{'secret': '§'}",
  'params[password]=§',
  'GET /login?user=joe&access_token=§&page=2',
  'https://api.example.com/v1?api_key=§',
  'SECRET_KEY_BASE=§',
  'aws_secret_access_key = §',
  'client-secret: §',
  'X-Api-Key: §',
  'Authorization: Bearer §',
  'authorization: Basic §',
  '"Authorization"=>"Token §"',
  'Cookie: _app_session=§; theme=dark',
  'Set-Cookie: sid=§; HttpOnly',
  'mysql://app:§@db.internal:3306/shop',
  'postgres://app:§@10.0.0.4/shop?sslmode=require',
  'redis://:§@cache:6379/0',
  'mysql://app:p/§@db/shop',
  'app:§@tcp(db:3306)/shop',
  'Server=db;Database=shop;Uid=app;Pwd=§;',
  'jdbc:mysql://db/shop?user=app&password=§',
  'mysqldump -u app -p§ shop',
  'curl -u app:§ https://x.test',
  'deploy --token § --env production',
  "CREATE USER 'a'@'%' IDENTIFIED BY '§'",
  "ALTER USER a IDENTIFIED WITH mysql_native_password BY '§';",
  "SET PASSWORD FOR a = PASSWORD('§')",
  '<password>§</password>',
  'password="abc\\"§',
  'password="abc,§',
];

const shapes: readonly [name: string, text: string][] = [
  ['Slack bot token', `xoxb-2147501882-${sentinel}`],
  ['rotated Slack token', `xoxe.xoxb-1-${sentinel}`],
  ['Slack app token', `xapp-1-A012-${sentinel}`],
  ['Slack webhook', `https://hooks.slack.com/services/T01/B02/${sentinel}`],
  ['GitHub token', `ghp_${sentinel}${sentinel}`],
  ['GitHub fine-grained token', `github_pat_${sentinel}_${sentinel}`],
  ['GitLab token', `glpat-${sentinel}${sentinel}`],
  ['AWS key id', 'AKIAIOSFODNN7EXAMPLE'],
  ['AWS secret without a name', base64],
  ['JWT', `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.${sentinel}`],
  ['Stripe', `sk_live_${sentinel}`],
  ['Stripe restricted', `rk_test_${sentinel}`],
  ['Rollbar token by its name', `access_token: "${hex}"`],
  ['Sentry DSN', `https://${hex}@o1.ingest.sentry.io/42`],
  ['token as user of a URL', `https://${hex}:x@git.test/shop.git`],
  ['Sentry token', `sntrys_${sentinel}${sentinel}`],
  ['private key', `-----BEGIN RSA PRIVATE KEY-----\nMIIE${sentinel}${sentinel}\nabc\n-----END RSA PRIVATE KEY-----`],
  ['private key in one line', `"-----BEGIN PRIVATE KEY-----\\nMIIE${sentinel}${sentinel}\\n-----END PRIVATE KEY-----\\n"`],
  ['private key cut off', `-----BEGIN EC PRIVATE KEY-----\nMIIE${sentinel}${sentinel}\n${sentinel}${sentinel}`],
  ['e-mail', 'mail to jane.doe+shop@example.co.uk failed'],
  ['e-mail in a URL', '?email=jane.doe%40example.com&x=1'],
  ['card', 'card 4242 4242 4242 4242 declined'],
  ['card with dashes', '4000-0566-5566-5556'],
  ['American Express', '3782 822463 10005'],
  ['phone', 'call +1 555 010 4477'],
  ['phone without blanks', 'sms to +447911123456 failed'],
  ['phone, American', 'call (555) 010-4477'],
  ['phone, dashes', '555-010-4477'],
  ['phone by its name', '"phone":"0171 2345678"'],
];

/** Texts of which a diagnosis needs every character. */
const needed: readonly string[] = [
  '2147501882 is out of range for ActiveModel::Type::Integer with limit 4 bytes',
  "Duplicate entry '2147483647' for key 'messages.PRIMARY'",
  'CONSTRAINT `fk_rails_0a1b2c3d4e` FOREIGN KEY (`post_id`) REFERENCES `posts` (`id`)',
  'commit 4f1c2ab9d0e8f7a6b5c4d3e2f1a0b9c8d7e6f5a4',
  'web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'pod 071c1616-0116-4a64-bf8c-72c66973b216 deleted',
  "Cannot find module '@acme/logger'",
  '/app/node_modules/.pnpm/@sentry+node@8.1.0_foo@1.2.3/node_modules/x.js:12:30',
  'left-pad@1.3.0 lodash@4.17.21 next@15.0.0-rc.beta',
  "app/models/thread.rb:41:in `create!'",
  "Access denied for user 'app'@'10.0.3.17' (using password: YES)",
  'KeyError: key not found: "STRIPE_SECRET_KEY"',
  "ActionController::InvalidAuthenticityToken: Can't verify CSRF token authenticity.",
  'SyntaxError: Unexpected token < in JSON at position 0',
  'Error from server: secret "harbor-tls" not found',
  "ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: NO)",
  'fatal: could not read from git@github.com:acme/shop.git',
  '2026-11-21 21:22:25.213997 +0000 UTC 10.0.0.12:3306 i-0abc123def4567890',
  '20261118082210 AddForeignKeyToComments: migrating',
  'Host: db-1.abc.eu-west-1.rds.amazonaws.com:3306',
  'max_tokens=4096 tokens: 12, 1234567890123456789',
  'threads 100 200 3000 and 555 123 4567 rows',
  'mysql://app@db.internal:3306/shop',
  'http://localhost:3000/packages/@acme/logger@1.2.3',
  '/srv/app/releases/20261121/vendor/bundle/ruby/gems/actionpack/lib/action_controller/metal/rescue.rb',
  'password: <nil> secret: null token=[FILTERED]',
];

describe('hides', () => {
  test.each(frames)('%s', (frame) => {
    expect(redact(frame.replace('§', sentinel))).not.toContain(sentinel);
  });

  test.each(shapes)('%s', (_, text) => {
    const said = redact(`before ${text} after`);
    expect(said).toMatch(/^before .*after$/s);
    for (const piece of text.split(/[\s"=?&/:.<>,()]+/).filter((part) => /\d/.test(part) && part.length >= 8))
      expect(said).not.toContain(piece);
  });

  test.each(shapes.slice(-10))('a person: %s', (_, text) => {
    expect(redact(text)).toMatch(/\[(?:e-mail|card|phone)\]/);
  });

  test('our own credentials, wherever they stand', () => {
    expect(redact('connect failed for hunter-22 at db', ['hunter-22', ''])).toBe('connect failed for [redacted] at db');
  });

  test('leaves what stands around a secret', () => {
    expect(redact('mysql://app:p@ss@db.internal:3306/shop table comments')).toBe(
      'mysql://app:[redacted]@db.internal:3306/shop table comments',
    );
    expect(redact('{"token":"abc123","table":"comments"}')).toBe('{"token":"[redacted]","table":"comments"}');
    expect(redact('MYSQL_URL=mysql://a:b1@h1/x,mysql://c:d2@h2/y')).not.toMatch(/b1|d2/);
  });

  test('a planted secret never survives, whatever it is made of and stands in', () => {
    const noise = fc.constantFrom('', ' ', 'users ', '{"id":2147501882,', 'at 10.0.0.1 ', "it's ", '[x] ', 'a=b&');
    const secret = fc
      .string({ unit: fc.constantFrom(...'abcXYZ0189_-.!#$%^*+~'), minLength: 0, maxLength: 30 })
      .map((tail) => sentinel + tail);
    fc.assert(
      fc.property(noise, fc.constantFrom(...frames), secret, noise, (before, frame, value, after) => {
        expect(redact(before + frame.replace('§', () => value) + after)).not.toContain(sentinel);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('keeps', () => {
  test.each(needed)('%s', (text) => {
    expect(redact(text)).toBe(text);
  });

  const cases = readFileSync(new URL('../cases/texts.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line): { id: string; text: string } => JSON.parse(line))
    // Its statement spans lines: some hold nothing but a literal.
    .filter(({ id }) => id !== 'pt_dup');
  test.each(cases)('$id, but for mail addresses and the literals of statements', ({ text }) => {
    const statement = /\b(?:select|insert|update|delete)\b/i;
    const lines = text.replaceAll(/a@x\.test/g, '[e-mail]').split('\n');
    const said = redact(text).split('\n');
    expect(said).toHaveLength(lines.length);
    expect(said.filter((_, i) => !statement.test(lines[i] ?? ''))).toEqual(lines.filter((line) => !statement.test(line)));
  });

  test('every bare run of digits', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n }), fc.constantFrom('', 'id ', "'", '(', 'id='), (id, before) => {
        expect(redact(`${before}${id}`)).toBe(`${before}${id}`);
      }),
    );
  });
});

describe('data', () => {
  test('every text in it, and fields whose name says it', () => {
    const data = { table: 'comments', id: 2147501882, token: 12345, list: ['password=abc1', { api_key: 'x' }], none: null, author: 'Jane' };
    expect(redactValue(data)).toEqual({
      ...data,
      token: '[redacted]',
      list: ['password=[redacted]', { api_key: '[redacted]' }],
    });
  });

  test('no planted secret is in its JSON', () => {
    const leaf = fc.constantFrom(...frames).map((frame) => frame.replace('§', sentinel));
    const tree = fc.object({ values: [leaf, fc.integer(), fc.constant(null)], key: fc.constantFrom('a', 'token', 'log', 'x"y') });
    fc.assert(
      fc.property(tree, (data) => {
        expect(JSON.stringify(redactValue(data))).not.toContain(sentinel);
      }),
    );
  });
});

describe('JSON as text', () => {
  test.each(frames)('%s', (frame) => {
    const text = JSON.stringify({
      log: [frame.replace('§', sentinel), 'next'],
      nested: JSON.stringify({ a: frame.replace('§', sentinel) }),
      table: 'comments',
    });
    const said = redact(text);
    expect(said).not.toContain(sentinel);
    expect(said).toMatch(/"table":"comments"}$/);
  });
});

describe('is well-behaved', () => {
  const pieces = [
    'password=',
    '"',
    "'",
    '\\',
    ':',
    ' ',
    '@',
    'a',
    'B',
    '9',
    '.',
    '/',
    '//',
    'token',
    ',',
    '&',
    '[',
    ']',
    '[redacted]',
    'xoxb-',
    'sk-',
    '-----BEGIN PRIVATE KEY-----',
    '+1 ',
    '555-010-4477',
    '4242 ',
    '\n',
    'Bearer ',
    'eyJ',
    'http://',
    'cookie: ',
    '=>',
    '%40',
    'x.test',
  ];
  test('a second pass changes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 6 })), { maxLength: 30 }), (parts) => {
        const once = redact(parts.join(''));
        expect(redact(once)).toBe(once);
      }),
      { numRuns: 5000 },
    );
  });

  test.each([
    'a',
    'a.',
    '@',
    'a@',
    'password="',
    "password='\\",
    'token=,a',
    'sk-',
    '-----BEGIN PRIVATE KEY-----',
    'http://a:',
    '+1-2',
    '\\"',
  ])('a line of 4 MB of %s takes about ten times as long as one of 400 kB', (unit) => {
    const small = seconds(unit, 400_000);
    const large = seconds(unit, 4_000_000);
    expect(large).toBeLessThan(40 * small + 1);
  });
});

/** Processor time, not the wall's: the comparison holds on a busy machine. */
function seconds(unit: string, length: number): number {
  const text = unit.repeat(Math.ceil(length / unit.length));
  const before = process.cpuUsage();
  redact(text);
  return process.cpuUsage(before).user / 1e6;
}
