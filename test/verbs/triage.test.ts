import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { iris } from '../../src/rehearsal/stories/iris.ts';
import { neighboursNow } from '../setup/neighbours.ts';

/** The real command, as a process of its own, against stand-ins that speak the real protocols. */
let neighbours: Awaited<ReturnType<typeof neighboursNow>>;
beforeAll(async () => {
  neighbours = await neighboursNow(iris);
});
afterAll(() => neighbours.close());

const bin = new URL('../../bin/pulaski.js', import.meta.url).pathname;

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

async function triage(
  args: readonly string[],
  change: Readonly<Record<string, string>> = {},
  interruptWhen?: () => boolean,
): Promise<Ended> {
  const child = spawn(process.execPath, [bin, 'triage', ...args], {
    env: { ...neighbours.env, ...change },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const timer = setInterval(() => {
    if (!interruptWhen?.()) return;
    clearInterval(timer);
    child.kill('SIGINT');
  }, 50);
  const [code]: (number | null)[] = await once(child, 'close');
  clearInterval(timer);
  return { code: code ?? null, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() };
}

describe('triage', { timeout: 60_000 }, () => {
  test('the page: the cause, every check, and what is there to paste; no colours without a terminal', async () => {
    const { code, out, err } = await triage([]);
    expect(code).toBe(0);
    expect(err).toBe('');
    expect(out).not.toContain('\u001B');
    expect(out).toMatch(/^Triage of checkout\nproduction · looked at/);
    expect(out).toContain('Cause (seen in the log)\nThe migration stopped');
    expect(out).toMatch(/^🔴 RDS: CPU .*[▁-█]/m);
    expect(out).toMatch(/^git .*\bgit revert --no-edit -m 1 [0-9a-f]{40}\b/m);
    expect(out).toMatch(/^KILL (?:QUERY )?\d+;(?: KILL (?:QUERY )?\d+;)+$/m);
  });

  test('--json: bundle and diagnosis alone on standard output; --verbose: what each source was asked, beside it', async () => {
    const { code, out, err } = await triage(['--json', '--verbose']);
    expect(code).toBe(0);
    const said: { bundle: { version: number; evidence: readonly object[] }; diagnosis: { hypotheses: readonly { rule: string }[] } } =
      JSON.parse(out);
    expect(Object.keys(said)).toEqual(['bundle', 'diagnosis']);
    expect(said).toMatchObject({ bundle: { version: 1 }, diagnosis: { verdict: 'cause' } });
    expect(said.diagnosis.hypotheses[0]?.rule).toBe('migration-orphaned-rows');
    const costs = Object.fromEntries([...err.matchAll(/^(\w+): \d+ ms, (.*)$/gm)].map(([, check, cost]) => [check, cost]));
    expect(Object.keys(costs).toSorted()).toEqual(['deploy', 'migrations', 'mysql', 'rds', 'releases', 'rollbar', 'schema']);
    expect(costs.releases).toMatch(/^[1-9]\d* questions to the remote, [1-9]\d* git commands$/);
    expect(Number(costs.mysql?.split(' ')[0])).toBeLessThanOrEqual(10);
  });

  test('wrong tokens and dead hosts: blind, each with what to paste on lines of its own, and no secret', async () => {
    const { code, out, err } = await triage([], {
      ROLLBAR_READ_TOKEN: 'wr0ng-t0ken-71c3',
      MYSQL_URL: 'mysql://bot:s3cret-71c3@127.0.0.1:1/shop',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      KUBECONFIG: '/nowhere/kubeconfig',
      GIT_REMOTE: '/nowhere.git',
    });
    expect(code).toBe(0);
    expect(out).toContain('I do not know the cause.');
    expect(out.match(/^⚫ /gm)).toHaveLength(7);
    expect(out).not.toContain('🟢');
    expect(out).toMatch(/^So that I can see RDS\n.*aws rds describe-db-instances --region eu-west-1$/m);
    expect(out + err).not.toContain('71c3');
  });

  test('Ctrl-C ends it at once, with nothing on standard output', async () => {
    const slow = await neighboursNow(iris, iris.opening.minute, 20_000);
    const { code, out, err } = await triage(['--json'], slow.env, () => slow.inFlight() > 0);
    await slow.close();
    expect({ code, out }).toEqual({ code: 130, out: '' });
    expect(err).toContain('Cancelled');
  });

  test('used wrongly: how to use it', async () => {
    expect(await triage(['--loud'])).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('Usage: npm run -s pulaski -- triage'),
    });
  });
});
