import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { envExample, settingsPage } from '../scripts/settings.ts';
import { settingsByPart } from '../src/all-settings.ts';

test('.env.example says what the parts ask for, in their own words (npm run settings)', () => {
  expect(readFileSync('.env.example', 'utf8')).toBe(envExample());
});

test('docs/settings.md, too', () => expect(readFileSync('docs/settings.md', 'utf8')).toBe(settingsPage()));

test('every token, secret and database URL is marked secret, so that it is hidden wherever it stands', () => {
  const open = settingsByPart().flatMap(({ settings }) =>
    settings.filter(([name, s]) => /TOKEN|SECRET|PASSWORD|_URL$/.test(name) && !s.secret).map(([name]) => name),
  );
  expect(open.filter((name) => !/^(SLACK_API|ROLLBAR_API|SENTRY|GITHUB_API|AWS_ENDPOINT)_URL$/.test(name))).toEqual([]);
});
