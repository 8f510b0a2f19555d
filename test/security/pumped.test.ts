import { expect, test } from 'vitest';
import { diagnose } from '../../src/core/diagnose.ts';
import { digest, readProcesslist } from '../../src/core/digest.ts';
import { stripControls } from '../../src/core/escape.ts';
import type { Finding } from '../../src/core/evidence.ts';
import { scanLog } from '../../src/core/log-scan.ts';
import { mayBeMigration, migrationFile } from '../../src/core/migrations/layout.ts';
import { readMigration } from '../../src/core/migrations/read.ts';
import { redact } from '../../src/core/redact.ts';
import { slugOf } from '../../src/core/slug.ts';
import { fileKind } from '../../src/core/suspects/file-kind.ts';
import { judgeText } from '../../src/core/text/judge-text.ts';

const at = '2026-11-21T03:04:00.000Z';
const sha = '4f1c2ab04f1c2ab04f1c2ab04f1c2ab04f1c2ab0';

/** Texts made to send patterns back and forth: each of about `n` characters. */
const pumps: Readonly<Record<string, (n: number) => string>> = {
  blanks: (n) => ' '.repeat(n),
  tabs: (n) => '\t'.repeat(n),
  'empty lines': (n) => '\n'.repeat(n),
  'a head of a process list with blanks between': (n) => `${'\n'.repeat(n / 4)}Id${'\t'.repeat(n / 4)}User${'\t'.repeat(n / 2)}`,
  'rows as JSON with blanks between': (n) => `${'[ '.repeat(8)}{${'\n'.repeat(n / 2)}"Id"${' '.repeat(n / 2)}`,
  'bars and blanks': (n) => '|\t'.repeat(n / 2),
  'comments that end and begin': (n) => `/*${'*//*S '.repeat(n / 6)}processlist`,
  'quotes and backslashes': (n) => '"\\'.repeat(n / 2),
  'open braces': (n) => '{"a":['.repeat(n / 6),
  'open parentheses': (n) => 'A.r('.repeat(n / 4),
  digits: (n) => '0'.repeat(n),
  capitals: (n) => 'A'.repeat(n),
  dashes: (n) => '-'.repeat(n),
  slashes: (n) => 'models/s/'.repeat(n / 9),
  'words and dots': (n) => 'a.b$c::'.repeat(n / 7),
  keys: (n) => `${'Key ('.repeat(n / 5)}`,
  'marks of errors': (n) => "panicked at '', http: panic: ".repeat(n / 29),
  plans: (n) => 'Filter: (t Seq Scan on '.repeat(n / 23),
  'syntax errors': (n) => "You have an error in your SQL syntax near '".repeat(n / 43),
  'ports and hosts': (n) => "host='h', port=0) EADDRINUSE:1".repeat(n / 30),
  'denied commands': (n) => "SELECT command denied to user ''@'e' for table".repeat(n / 46),
  'settings of a diff': (n) => `-${`"'`.repeat(n / 8)}${'] '.repeat(n / 8)}:${'\t'.repeat(n / 2)}="`,
  heredocs: (n) => '<<A\t'.repeat(n / 4),
  downs: (n) => ' def down\n'.repeat(n / 10),
};

const told = (...findings: Finding[]) =>
  diagnose({ version: 1, openedAt: at, onset: at, evidence: [{ check: 'told', at, tookMs: 1, outcome: { status: 'found', findings } }] });
const entries: Readonly<Record<string, (text: string) => unknown>> = {
  redact,
  stripControls,
  slugOf,
  'a log': scanLog,
  'a paste': (text) => judgeText(undefined, text),
  'a paste of an exception': (text) => judgeText('exception', text),
  'a paste of a status': (text) => judgeText('pod_status', text),
  'a table of processes': (text) =>
    readProcesslist(`| Id | User | Host | db | Command | Time | State | Info |\n| 1 | a | h | d | Query | 1 | s | x ${text}\n${text} |`),
  'processes by \\G': (text) =>
    readProcesslist(`*************************** 1. row ***************************\n  Id: 1\nUser: a\nInfo: x\nStage: ${text}x\n`),
  'a statement of a process': (text) => {
    const rows = readProcesslist(
      JSON.stringify([{ Id: 1, User: 'a', Host: text, db: 'd', Command: 'Query', Time: 1, State: text, Info: text }]),
    );
    expect(digest(rows ?? []).groups.length).toBeLessThan(2);
  },
  'an error': (text) =>
    told({
      kind: 'error-group',
      tone: 'bad',
      title: text,
      class: 'E',
      message: text,
      frames: [{ file: text, line: 3, function: text, inApp: true }],
      count: 99,
      isNew: true,
      transaction: text,
    }),
  'a pod': (text) =>
    told({
      kind: 'workload',
      tone: 'bad',
      name: 'p',
      workload: 'pod',
      phase: 'Failed',
      reason: text,
      message: text,
      log: [text],
      image: text,
    }),
  'a query': (text) => told({ kind: 'query-group', tone: 'bad', fingerprint: text, threads: 99, tables: [text], noIndexUsed: true }),
  'a commit': (text) =>
    told(
      { kind: 'release', at, sha },
      {
        kind: 'commit',
        sha,
        at,
        author: text,
        message: text,
        files: ['app/a.rb', text],
        diff: `diff --git a/app/a.rb b/app/a.rb\n--- a/app/a.rb\n+++ b/app/a.rb\n@@ -1 +1 @@\n-${text}\n+x${text}\n`,
        merge: false,
      },
      {
        kind: 'error-group',
        tone: 'bad',
        title: 'E',
        class: 'E',
        message: text,
        frames: [{ file: 'app/a.rb', line: 1, function: 'f', inApp: true }],
        count: 99,
        isNew: true,
      },
    ),
  'a path': (text) => [mayBeMigration(`db/migrate/${text}.rb`), fileKind(text), migrationFile(`migrations/1/${text}/migration.sql`, text)],
  'a migration': (text) => {
    for (const framework of ['rails', 'django', 'alembic', 'laravel', 'knex', 'prisma'] as const)
      readMigration({ framework, path: 'p', version: '1', name: 'n' }, `class A\n  def up\n    ${text}\nend`);
  },
};

/** Processor time: other processes do not lengthen it. The limit is generous; a pattern that goes back and forth takes minutes. */
function seconds(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  return process.cpuUsage(before).user / 1e6;
}

test.each(Object.keys(entries))('%s of any pumped text takes no longer than its length', (name) => {
  const run = entries[name] ?? (() => undefined);
  for (const [what, pump] of Object.entries(pumps)) {
    // Step by step: what is far beyond at a small size is not tried at a large one.
    for (const size of [400, 2_000, 10_000, 40_000])
      expect(
        seconds(() => run(pump(size))),
        `${what}, ${size} characters`,
      ).toBeLessThan(3);
  }
});
