/**
 * `node bench/digest.ts`: 50,000 rows of a made process list with 32 MB of SQL, digested in this process, beside Percona's tools on the same statements.
 * The first run is what one command costs; the best is what a running bot pays.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digest, readProcesslist } from '../src/core/digest.ts';
import { fingerprintKey } from '../src/core/fingerprint.ts';

const ROUNDS = 9;
const folder = join(tmpdir(), 'pulaski-bench-processlist');

function made(): void {
  if (existsSync(join(folder, 'queries.sql'))) return;
  mkdirSync(folder, { recursive: true });
  execFileSync(process.execPath, [
    join(import.meta.dirname, 'gen-processlist.cjs'),
    '--rows',
    '50000',
    '--shapes',
    '400',
    '--seed',
    '42',
    '--out',
    folder,
  ]);
}

interface Rounds {
  first: number;
  median: number;
  best: number;
  /** Median of the thread's own processor time: what other work on the machine does not change. */
  processor: number;
}

function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

function rounds(work: () => void): Rounds {
  const times = Array.from({ length: ROUNDS }, () => {
    const [started, busy] = [performance.now(), processorMs()];
    work();
    return { wall: performance.now() - started, processor: processorMs() - busy };
  });
  const walls = times.map((time) => time.wall);
  return { first: walls[0] ?? 0, median: middle(walls), best: Math.min(...walls), processor: middle(times.map((time) => time.processor)) };
}

/** Milliseconds of a tool, start of its process included; the best of three. Undefined when it is not installed. */
function tool(command: string, args: readonly string[]): { ms: number; out: string } | undefined {
  if (spawnSync(command, ['--version']).error !== undefined) return undefined;
  let best: { ms: number; out: string } | undefined;
  for (let k = 0; k < 3; k++) {
    const started = performance.now();
    const { stdout } = spawnSync(command, args, { maxBuffer: 512 * 1024 * 1024, encoding: 'utf8' });
    const ms = performance.now() - started;
    if (best === undefined || ms < best.ms) best = { ms, out: stdout };
  }
  return best;
}

made();
const text = readFileSync(join(folder, 'processlist.json'), 'utf8');
const rows = readProcesslist(text);
if (rows === undefined) throw new Error('the made list cannot be read');
const bytes = rows.reduce((sum, row) => sum + Buffer.byteLength(row.info ?? ''), 0);
const truth: readonly { Info: string; _shape: number; _trunc: number }[] = readFileSync(join(folder, 'processlist.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

const whole = rounds(() => digest(rows, { limit: 0 }));
const shapes = rounds(() => {
  for (const row of rows) fingerprintKey(row.info ?? '');
});
const uncut = truth.filter((one) => one._trunc === 0);
const groups = new Set(uncut.map((one) => fingerprintKey(one.Info))).size;
const pairs = new Set(uncut.map((one) => `${one._shape} ${fingerprintKey(one.Info)}`)).size;

const ms = (value: number): string => `${value.toFixed(0)} ms`;
const rate = (value: number): string => `${(bytes / 1e6 / (value / 1e3)).toFixed(0)} MB/s`;
const lines = [
  [
    'digest, groups and locks',
    ms(whole.best),
    ms(whole.median),
    ms(whole.processor),
    ms(whole.first),
    rate(whole.best),
    `${groups} for ${new Set(uncut.map((one) => one._shape)).size} shapes, ${pairs - groups} mixed`,
  ],
  ['fingerprints alone', ms(shapes.best), ms(shapes.median), ms(shapes.processor), '–', rate(shapes.best), ''],
];
const fingerprints = tool('pt-fingerprint', [join(folder, 'queries.sql')]);
if (fingerprints !== undefined) {
  const given = fingerprints.out.split('\n').filter((line) => line !== '');
  lines.push([
    'pt-fingerprint',
    ms(fingerprints.ms),
    '',
    '',
    '',
    rate(fingerprints.ms),
    `${new Set(given).size} of ${given.length} statements it did not skip`,
  ]);
}
const report = tool('pt-query-digest', ['--type', 'rawlog', '--limit', '20', join(folder, 'raw.txt')]);
if (report !== undefined) lines.push(['pt-query-digest --type rawlog', ms(report.ms), '', '', '', rate(report.ms), '']);

console.log(`## Digest\n\n${rows.length} rows, ${(bytes / 1e6).toFixed(1)} MB of SQL, 400 shapes, 3 % of the statements cut\n`);
console.log('| | best | median | processor time | first | | groups |\n|---|---|---|---|---|---|---|');
for (const line of lines) console.log(`| ${line.join(' | ')} |`);
if (fingerprints === undefined || report === undefined) console.log('\npercona-toolkit is not installed: its tools are left out');
