import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { sourceSwitches } from '../all-settings.ts';
import type { Env } from '../core/part.ts';
import { environment } from '../environment.ts';
import { SetupError } from '../settings.ts';

export async function run(args: string[]): Promise<number> {
  parseArgs({ args, options: {} });
  needGit();
  const env = environment();
  const set = sourceSwitches().filter((name) => env[name]);
  if (set.length === 0) return (await import('../rehearse.ts')).servePage(env);
  needSlack(env, set);
  return (await import('../main.ts')).main(env);
}

/** A production bot must never turn into a healthy-looking fake. */
function needSlack(env: Env, set: readonly string[]): void {
  const names = set.join(', ');
  if (!env.SLACK_BOT_TOKEN) {
    throw new SetupError(
      `${names} is set, but Slack is not: set SLACK_BOT_TOKEN (xoxb-…), and SLACK_APP_TOKEN (xapp-…) or SLACK_SIGNING_SECRET. docs/setup.md has the steps. To rehearse instead, unset ${names}.`,
    );
  }
  if (!env.SLACK_APP_TOKEN && !env.SLACK_SIGNING_SECRET) {
    throw new SetupError('SLACK_BOT_TOKEN also needs SLACK_APP_TOKEN (xapp-…, Socket Mode) or SLACK_SIGNING_SECRET (HTTP mode).');
  }
}

export function needGit(): void {
  try {
    execFileSync('git', ['--version'], { stdio: 'ignore', timeout: 5_000 });
  } catch {
    throw new SetupError('git is needed and was not found: sudo apt-get install git');
  }
}
