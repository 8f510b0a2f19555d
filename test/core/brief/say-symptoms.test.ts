import { expect, test } from 'vitest';
import { sayErrorRate, sayMetric } from '../../../src/core/brief/say-symptoms.ts';
import { toPhone } from '../../../src/core/brief/to-phone.ts';
import type { Metric } from '../../../src/core/evidence.ts';

const at = (minute: number) => new Date(Date.parse('2026-11-21T02:30:00Z') + minute * 60_000).toISOString();
const minutes = Array.from({ length: 60 }, (_, i) => i);
const cpu: Metric = {
  kind: 'metric',
  name: 'CPUUtilization',
  unit: 'Percent',
  tone: 'bad',
  baseline: { mean: 22, max: 30 },
  points: minutes.map((i) => ({ at: at(i), value: i < 45 ? 22 : 97 })),
};

test('what is wrong shows the course of its last half hour', () => {
  expect(sayMetric(cpu)).toEqual(['CPU 97 % ▂▂▂▂▂█████ at ', { time: at(59), style: 'time' }, ' (usual 22 %)']);
  const points = minutes.map((i) => ({ at: at(i), count: i < 57 ? 4 : 310 }));
  expect(sayErrorRate({ kind: 'error-rate', tone: 'bad', usual: 4, points })).toEqual(['310 errors/min ▁▁▁▁▁▁▁▁▁█ (usual 4)']);
});

test.each([
  ['what is as always', { ...cpu, tone: 'normal' as const }],
  ['a course too short to see', { ...cpu, points: cpu.points.slice(-3) }],
])('%s has no bars', (_, metric) => {
  expect(JSON.stringify(sayMetric(metric))).not.toMatch(/[▁-█]/);
});

test('a line with its bars fits a phone', () => {
  const said = sayMetric({ ...cpu, name: 'DatabaseConnections', unit: 'Count', baseline: { mean: 12_345, max: 12_345 } });
  expect(toPhone(said)).toEqual(said);
});
