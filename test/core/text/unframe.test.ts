import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { TextKind } from '../../../src/core/text/guess-kind.ts';
import { judgeText } from '../../../src/core/text/judge-text.ts';
import { unframe } from '../../../src/core/text/unframe.ts';

interface Case {
  id: string;
  kind: TextKind;
  text: string;
}

const cases: readonly Case[] = ['texts.jsonl', 'own.jsonl', 'held-out.jsonl']
  .flatMap((file) => readFileSync(new URL(`../../cases/${file}`, import.meta.url), 'utf8').split('\n'))
  .filter((line) => line !== '')
  .map((line): Case => JSON.parse(line))
  .filter(({ kind, text }) => (kind === 'pod_log' || kind === 'exception') && !text.trimStart().startsWith('{') && text.includes('\n'));

const each = (frame: (line: string) => string) => (text: string) => text.split('\n').map(frame).join('\n');

const frames: readonly (readonly [string, (text: string) => string])[] = [
  ['kubectl --prefix', each((line) => `[pod/web-6d5f7b9c8-abcde/web] ${line}`)],
  ['kubectl --timestamps', each((line) => `2026-11-20T10:00:00.120331412Z ${line}`)],
  ['the container runtime', each((line) => `2026-11-20T10:00:00.120331412Z stderr F ${line}`)],
  ['Docker', each((line) => JSON.stringify({ log: `${line}\n`, stream: 'stdout', time: '2026-11-20T10:00:00.1Z' }))],
  ['Compose', each((line) => `web-1  | ${line}`)],
  ['stern', each((line) => `web-6d5f7b9c8-abcde web ${line}`)],
  ['syslog', each((line) => `Nov 20 10:00:00 ip-10-0-1-4 app[412]: ${line}`)],
  ['Heroku', each((line) => `2026-11-20T10:00:00.120331+00:00 app[web.1]: ${line}`)],
  ['a quote', each((line) => `> ${line}`)],
  ['an indented paste', each((line) => `    ${line}`)],
  ['colours', each((line) => `\u001b[31m${line}\u001b[0m`)],
  ['Windows', (text) => text.replaceAll('\n', '\r\n')],
];

describe('the same text judged through a collector', () => {
  test.each(frames)('%s', (_, frame) => {
    const different = cases
      .filter((_case, i) => i % 5 === 0)
      .filter(({ kind, text }) => judgeText(kind, frame(text)).hypotheses[0]?.rule !== judgeText(kind, text).hypotheses[0]?.rule);
    expect(different.map(({ id }) => id)).toEqual([]);
  });
});

test('the indentation within stays: stack traces and boxes are read by it', () => {
  expect(unframe(['> a', '>   at b', '>', '> c'])).toEqual(['a', '  at b', '', 'c']);
});

test('a table is no frame', () => {
  const table = ['orders | 5', 'carts | 7', 'users | 9', 'posts | 1', 'tags | 2', 'teams | 4', 'plans | 8'];
  expect(unframe(table)).toEqual(table);
});
