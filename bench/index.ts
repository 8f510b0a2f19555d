/** `npm run bench`: every benchmark, one after the other, each in a process of its own. Their tables are what docs/benchmarks.md shows. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const benches = ['digest.ts', 'judge.ts', 'log-scan.ts', 'start.ts'];

let failed = false;
for (const name of benches) {
  const path = join(import.meta.dirname, name);
  if (!existsSync(path)) continue;
  console.log(`\n${name}`);
  const { status } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', path], { stdio: 'inherit' });
  failed ||= status !== 0;
}
process.exitCode = failed ? 1 : 0;
