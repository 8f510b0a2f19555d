import { spawn } from 'node:child_process';

export interface Finished {
  code: number | null;
  story: {
    timings: Record<string, number | null>;
    diagnosis: {
      verdict: string;
      revert: string;
      hypotheses: { rule: string; facts: Record<string, string>; chain: string[] }[];
      suspects: { sha: string }[];
      blind: { check: string }[];
    };
    actions: { kind: string; result: string; at: string }[];
    recovery: string | null;
    topLevelMessages: number;
    channel: { text?: string; thread_ts?: string; ts: string; blocks?: unknown[] }[];
  };
  said: string;
  tookMs: number;
}

/** Plays a story as a person would: the real command, in a process of its own, with a machine's settings around it that must not matter. */
export function play(story: string): Promise<Finished> {
  const started = performance.now();
  const env = { PATH: process.env.PATH, AWS_PROFILE: 'nobody', KUBECONFIG: '/nowhere', HTTP_PROXY: 'http://127.0.0.1:9', DATABASE_URL: '' };
  const child = spawn(process.execPath, ['bin/pulaski.js', 'rehearse', story, '--headless', '--json'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let said = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      try {
        resolve({ code, story: JSON.parse(out), said, tookMs: performance.now() - started });
      } catch (error) {
        reject(new Error(`${story} printed no JSON (exit ${code}): ${said.slice(0, 2000)}`, { cause: error }));
      }
    });
  });
}
