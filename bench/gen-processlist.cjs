#!/usr/bin/env node
'use strict';
/* Synthetic but realistic SHOW FULL PROCESSLIST dump.
 *   node gen-processlist.cjs --rows 50000 --shapes 400 --seed 42 --out DIR [--trunc 0.03]
 * Writes DIR/processlist.jsonl   one row per line incl. "_shape" (ground truth) and "_trunc"
 *        DIR/processlist.json    {rows:[...]} exactly what mysql2 would hand back (no ground truth)
 *        DIR/processlist.tsv     `mysql --batch -e 'SHOW FULL PROCESSLIST'` escaping (\t \n \\)
 *        DIR/processlist.vert    `\G` form
 *        DIR/slow.log            same statements as a slow log (pt-query-digest --type slowlog)
 *        DIR/genlog.txt          same as a general log (pt-query-digest --type genlog)
 *        DIR/raw.txt             one statement per line (pt-query-digest --type rawlog)
 *        DIR/queries.sql         statements each ended by ";\n" (pt-fingerprint)
 * Only Node's standard library; the same seed gives the same bytes. */
const fs = require('node:fs'),
  path = require('node:path');
const arg = (k, d) => {
  const i = process.argv.indexOf(`--${k}`);
  return i > 0 ? process.argv[i + 1] : d;
};
const ROWS = +arg('rows', 50000),
  SHAPES = +arg('shapes', 400),
  SEED = +arg('seed', 42),
  OUT = arg('out', './out'),
  TRUNC = +arg('trunc', 0.03),
  ZIPF = +arg('zipf', 1.05);
let s = SEED >>> 0;
const rnd = () => {
  s = (s + 0x6d2b79f5) >>> 0;
  let t = s;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
const int = (a, b) => a + Math.floor(rnd() * (b - a + 1)),
  pick = (a) => a[Math.floor(rnd() * a.length)],
  hex = (n) => {
    let r = '';
    while (r.length < n) r += Math.floor(rnd() * 16).toString(16);
    return r;
  };
const NOUN =
  'users accounts orders order_items line_items invoices payments refunds carts products variants prices inventory_levels shipments addresses sessions devices api_keys webhooks webhook_deliveries events event_logs audit_logs conversations messages message_reads participants comments likes tags taggings attachments blobs jobs job_runs deployments feature_flags flag_overrides subscriptions plans coupons teams memberships invitations notifications notification_prefs emails email_events reports report_rows exports imports import_rows tickets ticket_tags searches search_hits page_views experiments exposures schema_migrations t2_archive'.split(
    ' ',
  );
const COL =
  'user_id account_id order_id product_id status state kind email external_ref slug uuid token created_at updated_at deleted_at amount_cents currency quantity position name title body payload locale ip_address score lat lng retries v2_flag col1 utm_source sha1 parent_id owner_id visible'.split(
    ' ',
  );
// value makers: each call gives another literal of the same type
const str = () =>
  pick([
    () => hex(int(6, 24)),
    () => `user${int(1, 9e6)}@example.test`,
    () => `O\\'Brien ${int(1, 9999)}`,
    () => `it''s ${hex(4)} (fine)`,
    () => `a;b -- not a comment ${int(1, 99)}`,
    () => `/* nor this */ ${int(1, 99)}`,
    () => `café Łódź 東京 ${int(1, 999)}`,
    () => `C:\\\\dir\\\\${hex(5)}`,
    () => `100% of ${int(1, 9)} `,
    () => `what? ${int(1, 9)}`,
  ])();
const V = {
  n: () => String(int(1, 4e9)),
  neg: () => pick(['-', '']) + int(0, 5e4),
  f: () => pick([`${int(0, 99)}.${int(0, 999999)}`, `${int(1, 9)}.${int(0, 9)}e-${int(1, 9)}`, `.${int(1, 99)}`]),
  s: () => `'${str()}'`,
  dq: () => `"${str().replace(/"/g, '')}"`,
  d: () =>
    `'2026-${String(int(1, 12)).padStart(2, '0')}-${String(int(1, 28)).padStart(2, '0')} ${String(int(0, 23)).padStart(2, '0')}:${String(int(0, 59)).padStart(2, '0')}:${String(int(0, 59)).padStart(2, '0')}.${String(int(0, 999999)).padStart(6, '0')}'`,
  x: () => pick([`0x${hex(2 * int(2, 16))}`, `x'${hex(2 * int(2, 16))}'`]),
  b: () => `b'${Array.from({ length: int(1, 8) }, () => int(0, 1)).join('')}'`,
  j: () => `'{\\"id\\": ${int(1, 1e6)}, \\"q\\": \\"what?\\", \\"tags\\": [${int(1, 9)}, ${int(1, 9)}]}'`,
  bool: () => pick(['TRUE', 'FALSE']),
  u: () => `'${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}'`,
};
const VT = ['n', 'n', 'n', 's', 's', 'd', 'u', 'f', 'neg', 'dq', 'x', 'b', 'j'];
const list = (v, lo, hi) => Array.from({ length: int(lo, hi) }, v).join(pick([', ', ', ', ',']));
const q = (x) => `\`${x}\``;
// shape builders: all random choices that make the SHAPE happen now; the returned closure only draws literals
function cols(n) {
  const a = [];
  while (a.length < n) {
    const c = pick(COL) + (rnd() < 0.15 ? int(2, 9) : '');
    if (!a.includes(c)) a.push(c);
  }
  return a;
}
function cond(t, bt) {
  const c = pick(COL),
    k = pick(VT),
    v = V[k],
    name = bt ? `${q(t)}.${q(c)}` : `${t}.${c}`;
  const w = rnd();
  if (w < 0.55) return () => `${name} = ${v()}`;
  if (w < 0.7) {
    const big = rnd() < 0.15 ? 180 : 18;
    return () => `${name} IN (${list(v, 1, big)})`;
  }
  if (w < 0.76) return () => `${name} IS NULL`;
  if (w < 0.84) {
    const a = V.d;
    return () => `${name} BETWEEN ${a()} AND ${a()}`;
  }
  if (w < 0.92) return () => `${name} >= ${v()}`;
  if (w < 0.96) return () => `${name} LIKE '%${hex(int(3, 9))}%'`;
  return () => `NOT (${name} <=> ${v()})`;
}
const conds = (t, bt, n) => {
  const a = Array.from({ length: n }, () => cond(t, bt)),
    op = Array.from({ length: n }, () => pick([' AND ', ' AND ', ' AND ', ' OR ']));
  return () => a.map((f, i) => (i ? op[i] : '') + f()).join('');
};
function shape() {
  const t = pick(NOUN),
    t2 = pick(NOUN.filter((x) => x !== t)),
    bt = rnd() < 0.75,
    T = bt ? q(t) : t,
    kind = rnd(),
    nl = rnd() < 0.15 ? '\n  ' : ' ';
  const tail = pick([
    () => '',
    () => ` LIMIT ${1}`,
    () => ` ORDER BY ${T}.${bt ? q('id') : 'id'} ASC LIMIT ${int(1, 500)}`,
    () => ` LIMIT ${int(1, 100)} OFFSET ${int(0, 1e5)}`,
    () => ` ORDER BY ${bt ? q('created_at') : 'created_at'} DESC LIMIT ${int(0, 1e4)}, ${int(10, 100)}`,
  ]);
  if (kind < 0.34) {
    const w = conds(t, bt, int(1, 5)),
      hint = rnd() < 0.06 ? '/*+ MAX_EXECUTION_TIME(2000) NO_INDEX_MERGE(t) */ ' : '',
      ih = rnd() < 0.05 ? ` FORCE INDEX (idx_${pick(COL)})` : '',
      lock = rnd() < 0.08 ? ' FOR UPDATE' : '';
    const sel =
      rnd() < 0.5
        ? `${T}.*`
        : cols(int(2, 22))
            .map((c) => (bt ? `${T}.${q(c)}` : `${t}.${c}`))
            .join(', ');
    return () => `SELECT ${hint}${sel}${nl}FROM ${T}${ih}${nl}WHERE ${w()}${tail()}${lock}`;
  }
  if (kind < 0.54) {
    const w = conds(t, bt, int(1, 4)),
      w2 = conds(t2, bt, int(1, 3)),
      j = pick(['INNER JOIN', 'LEFT OUTER JOIN', 'LEFT JOIN']),
      T2 = bt ? q(t2) : t2,
      sel = cols(int(3, 45))
        .map((c, i) => `${T}.${bt ? q(c) : c} AS t0_r${i}`)
        .join(', ');
    const grp = rnd() < 0.3 ? `${nl}GROUP BY ${T}.${pick(COL)} HAVING COUNT(*) > ` : null;
    return () =>
      `SELECT ${rnd() < 0 ? '' : 'DISTINCT '}${sel}${nl}FROM ${T}${nl}${j} ${T2} ON ${T2}.${pick.call(null, ['id'])} = ${T}.${t2}_id${nl}WHERE ${w()} AND ${w2()}${grp ? grp + int(1, 50) : ''}${tail()}`;
  }
  if (kind < 0.64) {
    const w = conds(t, bt, int(1, 3)),
      fn = pick(['COUNT(*)', 'SUM(amount_cents)', 'MAX(id)', 'COUNT(DISTINCT user_id)']);
    return () => `SELECT ${fn} FROM ${T}${nl}WHERE ${w()}`;
  }
  if (kind < 0.78) {
    const cs = cols(int(1, 6)),
      vs = cs.map(() => V[pick(VT)]),
      w = conds(t, bt, int(1, 2));
    return () => `UPDATE ${T} SET ${cs.map((c, i) => `${bt ? q(c) : c} = ${vs[i]()}`).join(', ')}${nl}WHERE ${w()}`;
  }
  if (kind < 0.9) {
    const cs = cols(int(2, 9)),
      vs = cs.map(() => V[pick(VT)]),
      multi = rnd() < 0.5 ? int(2, 40) : 1,
      odk = rnd() < 0.3;
    return () =>
      `INSERT ${odk ? '' : pick.call(null, [''])}INTO ${T} (${cs.map((c) => (bt ? q(c) : c)).join(', ')}) VALUES ${Array.from({ length: multi > 1 ? int(1, multi) : 1 }, () => `(${vs.map((f) => f()).join(', ')})`).join(', ')}${odk ? ` ON DUPLICATE KEY UPDATE ${cs[0]} = VALUES(${cs[0]})` : ''}`;
  }
  if (kind < 0.95) {
    const w = conds(t, bt, int(1, 3));
    return () => `DELETE FROM ${T}${nl}WHERE ${w()}${rnd() < 2 ? ` LIMIT ${int(100, 5000)}` : ''}`;
  }
  const w = conds(t, bt, int(1, 2)),
    w2 = conds(t2, bt, int(1, 2));
  return () =>
    `SELECT id FROM ${T}${nl}WHERE ${w()} AND EXISTS (SELECT 1 FROM ${bt ? q(t2) : t2} WHERE ${w2()}) UNION ALL SELECT id FROM ${T} WHERE ${w()}`;
}
const MODE = ['none', 'none', 'none', 'marginalia', 'marginalia', 'sqlcommenter', 'lead', 'dashdash'];
const shapes = [];
const seen = new Set();
while (shapes.length < SHAPES) {
  const f = shape();
  const sig = f()
    .replace(/\(.*?\)/g, '()')
    .replace(/'[^']*'|"[^"]*"|\d+/g, '?');
  if (seen.has(sig)) continue;
  seen.add(sig);
  const ctl = pick(NOUN),
    act = pick(['index', 'show', 'create', 'update', 'search', 'perform']);
  const m = pick(MODE);
  shapes.push(() => {
    let sql = f();
    for (let g = 0; sql.length < 80 && g < 9; g++) sql = f();
    if (m === 'marginalia') sql += ` /*application:Shop,controller:${ctl},action:${act},request_id:${hex(8)}-${hex(4)}*/`;
    else if (m === 'sqlcommenter') sql += ` /*action='${act}',controller='${ctl}',traceparent='00-${hex(32)}-${hex(16)}-01'*/`;
    else if (m === 'lead') sql = `/* ${ctl}#${act} ${int(1, 1e6)} */ ${sql}`;
    else if (m === 'dashdash') sql = `${sql}\n-- worker ${int(1, 64)}`;
    return sql.length > 4000 ? null : sql;
  });
}
const cdf = [];
let tot = 0;
for (let i = 0; i < SHAPES; i++) {
  tot += 1 / (i + 1) ** ZIPF;
  cdf.push(tot);
}
const draw = () => {
  const x = rnd() * tot;
  let lo = 0,
    hi = SHAPES - 1;
  while (lo < hi) {
    const m = (lo + hi) >> 1;
    if (cdf[m] < x) lo = m + 1;
    else hi = m;
  }
  return lo;
};
const STATE = {
  S: [
    'Sending data',
    'Sending data',
    'executing',
    'statistics',
    'Creating sort index',
    'Sending to client',
    'Copying to tmp table',
    'Opening tables',
  ],
  W: ['updating', 'update', 'updating', 'waiting for handler commit', 'query end', 'closing tables'],
};
fs.mkdirSync(OUT, { recursive: true });
const W = (n) => fs.openSync(path.join(OUT, n), 'w');
const F = {
  jsonl: W('processlist.jsonl'),
  json: W('processlist.json'),
  tsv: W('processlist.tsv'),
  vert: W('processlist.vert'),
  slow: W('slow.log'),
  gen: W('genlog.txt'),
  raw: W('raw.txt'),
  sql: W('queries.sql'),
};
const buf = Object.fromEntries(Object.keys(F).map((k) => [k, '']));
const out = (k, x) => {
  buf[k] += x;
  if (buf[k].length > 1 << 20) {
    fs.writeSync(F[k], buf[k]);
    buf[k] = '';
  }
};
out('tsv', 'Id\tUser\tHost\tdb\tCommand\tTime\tState\tInfo\n');
out('json', '{"rows":[\n');
out(
  'gen',
  '/usr/sbin/mysqld, Version: 8.0.36 (Source distribution). started with:\nTcp port: 3306  Unix socket: /tmp/mysql.sock\nTime                 Id Command    Argument\n',
);
let sqlBytes = 0,
  maxLen = 0,
  minLen = 1e9;
const per = new Array(SHAPES).fill(0);
for (let i = 0; i < ROWS; i++) {
  let k, sql;
  do {
    k = draw();
    sql = shapes[k]();
  } while (!sql);
  per[k]++;
  let tr = false;
  if (rnd() < TRUNC && sql.length > 120) {
    sql = sql.slice(0, sql.length > 1024 && rnd() < 0.5 ? 1024 : 100);
    tr = true;
  }
  const b = Buffer.byteLength(sql);
  sqlBytes += b;
  maxLen = Math.max(maxLen, sql.length);
  minLen = Math.min(minLen, sql.length);
  const sel = /^\s*(?:\/\*.*?\*\/\s*)?SELECT/i.test(sql);
  const t = Math.floor(rnd() ** 4 * 300);
  const row = {
    Id: 100000 + i,
    User: pick(['app', 'app', 'app', 'worker', 'reports']),
    Host: `10.0.${int(0, 15)}.${int(2, 250)}:${int(32768, 60999)}`,
    db: 'shop_production',
    Command: rnd() < 0.8 ? 'Query' : 'Execute',
    Time: t,
    State: pick(sel ? STATE.S : STATE.W),
    Info: sql,
  };
  out('jsonl', `${JSON.stringify({ ...row, _shape: k, _trunc: tr ? 1 : 0 })}\n`);
  out('json', (i ? ',\n' : '') + JSON.stringify(row));
  const e = (x) => String(x).replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/\t/g, '\\t');
  out('tsv', `${Object.values(row).map(e).join('\t')}\n`);
  out(
    'vert',
    `*************************** ${i + 1}. row ***************************\n     Id: ${row.Id}\n   User: ${row.User}\n   Host: ${row.Host}\n     db: ${row.db}\nCommand: ${row.Command}\n   Time: ${row.Time}\n  State: ${row.State}\n   Info: ${sql}\n`,
  );
  out(
    'slow',
    `# Time: 2026-11-21T20:15:${String(i % 60).padStart(2, '0')}.000000Z\n# User@Host: ${row.User}[${row.User}] @  [${row.Host.split(':')[0]}]  Id: ${row.Id}\n# Query_time: ${(t + rnd()).toFixed(6)}  Lock_time: 0.000100 Rows_sent: 1  Rows_examined: 1000\nSET timestamp=1795292100;\n${sql};\n`,
  );
  const one = sql.replace(/\s*\n\s*-- (.*)$/s, ' /* $1 */').replace(/\n/g, ' ');
  out('raw', `${one}\n`);
  out('gen', `2026-11-21T20:15:00.000000Z\t${row.Id} Query\t${one}\n`);
  out('sql', `${sql.replace(/\n-- .*$/s, (m) => `${m}\n`)};\n`);
}
out('json', '\n]}\n');
for (const k of Object.keys(F)) {
  fs.writeSync(F[k], buf[k]);
  fs.closeSync(F[k]);
}
const used = per.filter((x) => x).length;
const top = per.slice().sort((a, b) => b - a);
console.log(
  JSON.stringify(
    {
      rows: ROWS,
      shapes_defined: SHAPES,
      shapes_used: used,
      sql_bytes: sqlBytes,
      sql_MB: +(sqlBytes / 1e6).toFixed(2),
      min_len: minLen,
      max_len: maxLen,
      avg_len: Math.round(sqlBytes / ROWS),
      top10_share: +(top.slice(0, 10).reduce((a, b) => a + b, 0) / ROWS).toFixed(3),
      top1: top[0],
      tail_singletons: per.filter((x) => x === 1).length,
      files: Object.fromEntries(fs.readdirSync(OUT).map((f) => [f, fs.statSync(path.join(OUT, f)).size])),
    },
    null,
    1,
  ),
);
