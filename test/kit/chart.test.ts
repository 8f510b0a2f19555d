import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type ChartWish, incidentChart } from '../../src/core/chart.ts';
import type { Finding } from '../../src/core/evidence.ts';
import type { Chart } from '../../src/core/kit/chart.ts';
import { chart as kit } from '../../src/kit/chart.ts';

const at = (minute: number) => new Date(Date.parse('2026-11-21T02:00:00Z') + minute * 60_000).toISOString();
const minutes = Array.from({ length: 70 }, (_, i) => i);

const findings: readonly Finding[] = [
  { kind: 'error-rate', tone: 'bad', usual: 4, points: minutes.map((i) => ({ at: at(i), count: i < 53 ? 4 : 300 + i })) },
  {
    kind: 'metric',
    tone: 'bad',
    name: 'CPUUtilization',
    unit: 'Percent',
    source: 'prod-1',
    baseline: { mean: 22, max: 30 },
    points: minutes.map((i) => ({ at: at(i), value: i < 53 ? 22 : i % 3 === 0 ? 35 : 97 })),
  },
  { kind: 'metric', tone: 'normal', name: 'FreeStorageSpace', unit: 'Bytes', points: minutes.map((i) => ({ at: at(i), value: 3e11 })) },
  { kind: 'release', tone: 'changed', at: at(52), sha: '4f1c2ab9d0e8f7a6b5c4d3e2f1a0b9c8d7e6f5a4' },
  { kind: 'release', tone: 'normal', at: at(5), sha: '91b07de9d0e8f7a6b5c4d3e2f1a0b9c8d7e6f5a4' },
];

function wish(change: Partial<ChartWish> = {}): ChartWish {
  const evidence = [{ check: 'any', at: at(70), tookMs: 1, outcome: { status: 'found' as const, findings } }];
  return { title: 'Checkout is down', evidence, onset: at(53), actions: [{ at: at(66), text: 'reverted' }], ...change };
}

function chartOf(change: Partial<ChartWish> = {}): Chart {
  const chart = incidentChart(wish(change));
  if (!chart) throw new Error('nothing to draw');
  return chart;
}

const draw = (change: Partial<ChartWish> = {}) => kit.png(chartOf(change), AbortSignal.timeout(15_000));

test('draws a PNG of twice the size', async () => {
  const png = Buffer.from(await draw());
  if (process.env.KEEP_CHART) writeFileSync(process.env.KEEP_CHART, png);
  const { width, height } = chartOf();
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([width * 2, height * 2]);
});

test('text is really drawn: another title, another mark, another picture', async () => {
  const [one, title, mark] = await Promise.all([
    draw(),
    draw({ title: 'Checkout is slow' }),
    draw({ actions: [{ at: at(66), text: 'restarted' }] }),
  ]);
  expect(Buffer.compare(one, title)).not.toBe(0);
  expect(Buffer.compare(one, mark)).not.toBe(0);
});

test('stops when it is not wanted any more', async () => {
  await expect(kit.png(chartOf(), AbortSignal.timeout(1))).rejects.toMatchObject({ name: 'ChartTrouble' });
});

test('says in words what it shows', () => {
  expect(chartOf().alt).toBe(
    'Checkout is down. Errors per minute: at most 369, at the end 369, usually 4, from 02:08 to 03:09 UTC. ' +
      'CPU of prod-1: at most 97 %, at the end 35 %, usually 22 %, from 02:08 to 03:09 UTC. ' +
      'Marked: release 4f1c2ab 02:52, onset 02:53, reverted 03:06.',
  );
});

test('an empty look has no picture', () => {
  expect(incidentChart(wish({ evidence: [] }))).toBeUndefined();
});

test('no secret of a title or an action reaches the picture', () => {
  const chart = chartOf({ title: 'token=S3ntinel9Qx7', actions: [{ at: at(66), text: 'password=S3ntinel9Qx7' }] });
  expect(JSON.stringify(chart)).not.toContain('S3ntinel9Qx7');
});
