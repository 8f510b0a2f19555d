#!/usr/bin/env node
// Plain JavaScript for any Node: starts itself again on the Node that came with the dependencies when it was started by an older one.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 12)) {
  const own = ownNode();
  if (!own) {
    console.error(
      `Pulaski needs Node.js 24.12 or newer; this is ${process.version}. Run "npm ci" (without --omit=optional), it brings one.`,
    );
    process.exit(1);
  }
  const { status, signal } = spawnSync(own, ['--max-semi-space-size=1', fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  if (signal) process.kill(process.pid, signal);
  process.exit(status ?? 1);
}

// What was compiled once starts in half the time and rests with less memory. Where nothing can be written, it is compiled each time.
module.enableCompileCache?.();

// Inside node_modules Node does not strip types: the packaged command runs what was built.
const built = new URL('../dist/cli.js', import.meta.url);
const source = new URL('../src/cli.ts', import.meta.url);
const { run } = await import(String(existsSync(source) ? source : built));
process.exitCode = await run(process.argv.slice(2));

function ownNode() {
  try {
    const path = createRequire(import.meta.url).resolve(`node-linux-${process.arch}/bin/node`);
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
