import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scanLog } from '../src/core/log-scan.ts';

/** The best counts: what others do on the machine only ever adds. */
const ROUNDS = 20;

/** A Rails log with the kubelet's time on each line; every 50th request fails with a trace of three lines. */
function railsLog(megabytes: number): string {
  const lines: string[] = [];
  for (let i = 0, size = 0; size < megabytes * 1e6; i++) {
    const stamp = `2026-11-21T21:${String(Math.floor(i / 60) % 60).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}.123456789Z`;
    const request = `${stamp} I, [2026-11-21T21:23:00.1 #1]  INFO -- : [4f2c9d1a-${i}] Completed 200 OK in ${i % 900}ms (ActiveRecord: 3.${i}ms (4 queries) | GC: 0.0ms)`;
    const failure = [
      `${stamp} F, [2026-11-21T21:23:00.1 #1] FATAL -- : [4f2c9d1a-${i}] ActiveRecord::LockWaitTimeout (Mysql2::Error::TimeoutError: Lock wait timeout exceeded):`,
      `${stamp} F, [2026-11-21T21:23:00.1 #1] FATAL -- : [4f2c9d1a-${i}] app/models/order.rb:${i % 90}:in 'reserve'`,
      `${stamp} F, [2026-11-21T21:23:00.1 #1] FATAL -- : [4f2c9d1a-${i}] app/controllers/orders_controller.rb:12:in 'create'`,
    ];
    const added = i % 50 === 49 ? failure : [request];
    lines.push(...added);
    size += added.reduce((sum, line) => sum + line.length + 1, 0);
  }
  return lines.join('\n');
}

function best(work: () => void): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const from = performance.now();
    work();
    return performance.now() - from;
  });
  return Math.min(...times);
}

/** Prints one line a size: our scan beside `grep -E` for the same words, both at their best. */
export function run(): void {
  const folder = mkdtempSync(join(tmpdir(), 'pulaski-bench-'));
  console.log('log scan          size       time        speed   lines kept | grep -E -i       time        speed   lines printed');
  for (const megabytes of [0.25, 8, 64]) {
    const text = railsLog(megabytes);
    const path = join(folder, 'log');
    writeFileSync(path, text);
    let kept = 0;
    const ours = best(() => {
      kept = scanLog(text).lines.length;
    });
    let printed = 0;
    const grep = best(() => {
      const result = spawnSync('grep', ['-E', '-i', 'error|exception|fatal|panic|fail|denied|refused', path], {
        env: { ...process.env, LC_ALL: 'C' },
        maxBuffer: 1e9,
      });
      printed = result.stdout.toString('latin1').split('\n').length - 1;
    });
    const figures = (ms: number) => `${ms.toFixed(1).padStart(8)} ms ${(text.length / 1e3 / ms).toFixed(0).padStart(7)} MB/s`;
    console.log(
      `${''.padEnd(14)} ${`${megabytes} MB`.padStart(7)} ${figures(ours)} ${String(kept).padStart(12)} | ${''.padEnd(12)} ${figures(grep)} ${String(printed).padStart(14)}`,
    );
  }
  rmSync(folder, { recursive: true });
}

if (import.meta.main) run();
