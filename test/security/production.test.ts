import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const src = resolve(import.meta.dirname, '../../src');
const IMPORT = /(?:from|import\()\s*'(\.[^']+)'/g;

/** Every file that a file may load, however late. */
function reach(entry: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, to = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) if (to.endsWith('.ts')) visit(resolve(dirname(file), to));
  };
  visit(join(src, entry));
  return new Set([...seen].map((file) => relative(src, file)));
}

test.each(['main.ts', 'wire.ts', 'doctor.ts', 'verbs/triage.ts', 'verbs/doctor.ts', 'verbs/diagnose.ts', 'verbs/digest.ts'])(
  '%s cannot load the rehearsal, however late',
  (entry) => {
    const files = reach(entry);
    expect(files.size).toBeGreaterThan(5);
    expect([...files].filter((file) => file.startsWith('rehears'))).toEqual([]);
  },
);

const switches = [
  'SLACK_BOT_TOKEN',
  'ROLLBAR_READ_TOKEN',
  'SENTRY_TOKEN',
  'RDS_INSTANCE',
  'MYSQL_URL',
  'KUBE_DEPLOYMENTS',
  'KUBE_DEPLOY_JOBS',
  'GIT_REMOTE',
];

test.each(switches)('start with %s alone ends, says what is missing, and rehearses nothing', async (name) => {
  const env = { PATH: process.env.PATH, HOME: '/nonexistent', PORT: '0', [name]: 'xoxb-x' };
  const { code, said } = await new Promise<{ code: unknown; said: string }>((done) =>
    execFile(process.execPath, ['bin/pulaski.js', 'start'], { env, timeout: 20_000 }, (error, stdout, stderr) =>
      done({ code: error?.code, said: stdout + stderr }),
    ),
  );
  expect(code).toBe(1);
  expect(said).toMatch(/SLACK_BOT_TOKEN|SLACK_APP_TOKEN/);
  expect(said).not.toMatch(/rehearsal is at/);
});

test('whatever listens in the rehearsal listens on loopback, or where HOST says', () => {
  const files = readdirSync(join(src, 'rehearsal'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const listening = files.flatMap((file) =>
    [...readFileSync(join(src, 'rehearsal', file), 'utf8').matchAll(/\.listen\(([^)]*)/g)].map(([, how = '']) => ({ file, how })),
  );
  expect(listening.length).toBeGreaterThan(3);
  expect(listening.filter(({ how }) => !how.includes("'127.0.0.1'") && !/\bhost\b/.test(how))).toEqual([]);
});
