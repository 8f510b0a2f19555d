import { expect, test } from 'vitest';
import { examine } from '../src/doctor.ts';

test('what is off is named with the variable that switches it on, Slack too', async () => {
  const lines = await examine({});
  const fix = (what: string) => lines.find((line) => line.what === what)?.fix;
  expect(fix('rollbar')).toContain('Set ROLLBAR_READ_TOKEN');
  expect(fix('deploy')).toContain('Set KUBE_DEPLOYMENTS or KUBE_DEPLOY_JOBS');
  expect(fix('slack')).toContain('Set SLACK_BOT_TOKEN');
  expect(lines.every((line) => !line.required)).toBe(true);
});

test('what several parts say of one source is told once', async () => {
  const lines = await examine({ GIT_REMOTE: '/nowhere/at/all.git' });
  const words = lines.map(({ what, says }) => `${what}: ${says}`);
  expect(words.filter((text) => text.startsWith('git: '))).toHaveLength(1);
  expect(new Set(words).size).toBe(words.length);
});
