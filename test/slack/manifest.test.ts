import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { methods, scopes } from '../../src/slack/methods.ts';

const folder = new URL('../../src/slack/', import.meta.url);
const sources = readdirSync(folder)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'));
const manifest = readFileSync(new URL('../../manifest.yml', import.meta.url), 'utf8');

/** `client.chat.postMessage(` in the code, `client` being the Web API's. */
const called = new Set(
  sources.flatMap((text) => [...text.matchAll(/\bclient\s*\.([a-zA-Z0-9]+(?:\.[a-zA-Z0-9]+)*)\(/g)].map((m) => m[1] ?? '')),
);

test('every method that the code calls is listed with its scope, and none that it does not call', () => {
  expect([...called].toSorted()).toEqual(Object.keys(methods).toSorted());
});

test('the manifest asks for exactly the scopes that the methods need', () => {
  const bot = /bot:\n((?: {6}- .+\n)+)/.exec(manifest)?.[1] ?? '';
  const asked = [...bot.matchAll(/- (\S+)/g)].map((m) => m[1] ?? '');
  expect(asked.toSorted()).toEqual([...scopes]);
});

test('the manifest has the command that the bot listens to', () => {
  expect(manifest).toContain('command: /incident');
  expect(manifest).toMatch(/should_escape: true/);
});
