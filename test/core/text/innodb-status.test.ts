import { expect, test } from 'vitest';
import { readLines } from '../../../src/core/text/read-lines.ts';

const deadlock = [
  'LATEST DETECTED DEADLOCK',
  '*** (1) TRANSACTION:',
  'RECORD LOCKS space id 9 page no 4 n bits 72 index PRIMARY of table `shop`.`stock` trx id 8 lock_mode X',
];
const waiting = [
  'TRANSACTIONS',
  '---TRANSACTION 12, ACTIVE 31 sec starting index read',
  'LOCK WAIT 2 lock struct(s)',
  '------- TRX HAS BEEN WAITING 31 SEC FOR THIS LOCK TO BE GRANTED:',
  'RECORD LOCKS space id 7 page no 3 n bits 72 index PRIMARY of table `shop`.`orders` trx id 12 lock_mode X locks rec but not gap waiting',
];
const open = [
  'TRANSACTIONS',
  '---TRANSACTION 11, ACTIVE 9120 sec',
  '1 lock struct(s), heap size 1128',
  'MySQL thread id 41, OS thread handle 1, query id 8 report',
];

const meanings = (lines: readonly string[]): readonly string[] => readLines(lines).faults.map((fault) => fault.meaning);

test('a deadlock names its table', () => {
  expect(readLines(deadlock).faults[0]).toMatchObject({ meaning: 'deadlock', says: { table: 'stock' } });
});

test('who waits now stands above the deadlock of old', () => {
  expect(meanings([...deadlock, ...waiting])).toEqual(['lock-wait']);
  expect(readLines(waiting).faults[0]?.says).toMatchObject({ table: 'orders', waited: '31 s' });
});

test('a transaction that is open for long and waits for nothing is told with its thread; a young one is not', () => {
  expect(readLines(open).faults[0]).toMatchObject({ meaning: 'long-open', says: { thread: '41', seconds: '9120' } });
  expect(meanings(['TRANSACTIONS', '---TRANSACTION 11, ACTIVE 9 sec', 'MySQL thread id 41'])).toEqual([]);
});
