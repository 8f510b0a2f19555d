/** How long one judgement takes: 2,000 findings and 500 commits with diffs, the first call in a fresh process and the later ones. */
import { performance } from 'node:perf_hooks';
import { readBundle } from '../src/core/bundle.ts';
import { diagnose } from '../src/core/diagnose.ts';

const FINDINGS = 2_000;
const COMMITS = 500;
const ROUNDS = 15;
const LINES = 40;
const ONSET = Date.parse('2026-11-21T03:00:00Z');

const words = ['cart', 'order', 'price', 'stock', 'invoice', 'shipment', 'refund', 'coupon', 'session', 'profile', 'search', 'report'];
const word = (i: number): string => words[i % words.length] ?? '';
const at = (minutes: number): string => new Date(ONSET + minutes * 60_000).toISOString();

/** Errors with frames, log lines, metrics, statements and pods of many services, as a large shop would hand them over. */
function finding(i: number): unknown {
  const name = `${word(i)}_${word(i * 7 + 3)}`;
  switch (i % 5) {
    case 0: {
      const title = `NoMethodError: undefined method '${name}' for nil in ${word(i * 3)}-${i}`;
      const frames = [10, 20, 30].map((line, k) => ({
        file: `app/${word(i)}/${name}_${k}.rb`,
        line: line + i,
        function: name,
        inApp: k < 2,
      }));
      return { kind: 'error-group', title, transaction: `POST /${word(i)}s/${i}`, count: i, frames, firstSeen: at(1), lastSeen: at(8) };
    }
    case 1:
      return {
        kind: 'log-group',
        message: `GET http://${word(i)}:80${i % 90}/v1/${name}/${i} failed: context deadline exceeded "${name}"`,
        service: word(i),
        level: 'error',
        count: i,
      };
    case 2: {
      const points = Array.from({ length: 20 }, (_, k) => ({ at: at(k - 10), value: k < 10 ? 10 : 90 + i }));
      return { kind: 'metric', name: `${word(i)}.${name}.duration.p99`, unit: 'ms', points, baseline: { mean: 10, max: 14 } };
    }
    case 3:
      return {
        kind: 'query-group',
        fingerprint: `select * from ${name}s where ${word(i * 5)}_id = ? and t${i} = ?`,
        threads: 1 + (i % 40),
        tables: [`${name}s`],
        tone: i % 3 === 0 ? 'bad' : 'normal',
      };
    default:
      return {
        kind: 'workload',
        name: `${word(i)}-6f5d9c7b4-x${i}`,
        workload: 'pod',
        owner: word(i),
        phase: 'Running',
        tone: 'normal',
        log: [`served ${i} requests`],
      };
  }
}

function commit(i: number): unknown {
  const path = `services/${word(i)}/src/${word(i * 11)}_${i}.rb`;
  const lines = Array.from(
    { length: LINES },
    (_, k) => `${'+- '[k % 3]}  ${word(k + i)}.${word(k * 3)}_${word(i * 5)}(${i}, "${word(k)}", timeout: ${k})`,
  );
  const diff = `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -10,${LINES} +10,${LINES} @@ def ${word(i)}_${word(i * 3)}\n${lines.join('\n')}\n`;
  const live = at(-1 - i * 3);
  return {
    kind: 'commit',
    sha: i.toString(16).padStart(40, '0'),
    at: live,
    liveAt: live,
    live: true,
    author: 'A',
    message: `Change ${word(i)} ${i}`,
    files: [path],
    diff,
  };
}

function look(check: string, findings: readonly unknown[]): unknown {
  return { check, at: at(9), tookMs: 1, outcome: { status: 'found', findings } };
}

const json = JSON.stringify({
  version: 1,
  onset: at(0),
  openedAt: at(9),
  evidence: [
    look(
      'all',
      Array.from({ length: FINDINGS }, (_, i) => finding(i)),
    ),
    look(
      'git',
      Array.from({ length: COMMITS }, (_, i) => commit(i)),
    ),
  ],
});
const times: number[] = [];
/** Of all threads of the process, the garbage collector's among them: on a busy machine the fairer figure. */
const processor: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const read = readBundle(JSON.parse(json));
  if ('error' in read) throw new Error(read.error);
  const [started, used] = [performance.now(), process.cpuUsage()];
  diagnose(read.bundle);
  times.push(performance.now() - started);
  const { user, system } = process.cpuUsage(used);
  processor.push((user + system) / 1000);
}
function told(all: readonly number[]): string {
  const [first = 0, ...later] = all;
  const sorted = later.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return `first call ${first.toFixed(0)} ms, then best ${(sorted[0] ?? 0).toFixed(0)} ms, median ${median.toFixed(0)} ms`;
}

console.log(`judge: ${FINDINGS} findings, ${COMMITS} commits with diffs (${(json.length / 1e6).toFixed(1)} MB)`);
console.log(`  time: ${told(times)}`);
console.log(`  processor: ${told(processor)}`);
