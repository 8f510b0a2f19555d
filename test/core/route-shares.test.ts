import { expect, test } from 'vitest';
import { routeShares } from '../../src/core/route-shares.ts';

const on = (recent: number, routes: Record<string, number>) => ({ recent, routes: new Map(Object.entries(routes)) });

const cases: [what: string, groups: Record<string, ReturnType<typeof on>>, all: number, told: Record<string, object>][] = [
  ['all errors of the route', { a: on(90, { '/x': 1 }) }, 90, { a: { transaction: '/x', transactionErrorShare: 1 } }],
  ['errors of no known route count against it', { a: on(60, { '/x': 1 }) }, 90, { a: { transaction: '/x', transactionErrorShare: 0.66 } }],
  [
    'two groups share a route',
    { a: on(75, { '/x': 1 }), b: on(50, { '/x': 0.5, '/y': 0.5 }) },
    125,
    { a: { transaction: '/x', transactionErrorShare: 0.75 }, b: { transaction: '/x', transactionErrorShare: 0.25 } },
  ],
  ['a small share is not told', { a: on(5, { '/x': 1 }) }, 90, { a: { transaction: '/x' } }],
  ['nothing counted lately', { a: on(0, { Job: 1 }) }, 0, { a: { transaction: 'Job' } }],
  ['no route known', { a: on(9, {}) }, 9, {}],
];

test.each(cases)('%s', (_, groups, all, told) => {
  expect(Object.fromEntries(routeShares(new Map(Object.entries(groups)), all))).toEqual(told);
});
