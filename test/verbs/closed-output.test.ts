import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

const bin = new URL('../../bin/pulaski.js', import.meta.url).pathname;

test('a reader that has seen enough is no fault', async () => {
  const child = spawn(process.execPath, [bin, 'digest', '-'], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  child.stdin.end(JSON.stringify([{ Id: 1, User: 'app', Command: 'Query', Time: 3, State: 'executing', Info: 'SELECT 1' }]));
  const [code] = await once(child, 'close');
  expect([code, said]).toEqual([0, '']);
});
