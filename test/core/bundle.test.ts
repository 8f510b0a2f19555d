import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyOf, readBundle, toneOf } from '../../src/core/bundle.ts';
import { diagnose } from '../../src/core/diagnose.ts';

const whole = (findings: readonly unknown[], more: object = {}): unknown => ({
  version: 1,
  openedAt: '2026-03-01T03:04:00Z',
  evidence: [{ check: 'a', at: '2026-03-01T03:04:10Z', tookMs: 1, outcome: { status: 'found', findings } }],
  ...more,
});

function findingsOf(json: unknown): readonly unknown[] {
  const read = readBundle(json);
  if ('error' in read) throw new Error(read.error);
  return read.bundle.evidence.flatMap((e) => e.outcome.findings ?? []);
}

describe('what is no bundle says so', () => {
  test.each([
    [null, 'object'],
    ['text', 'object'],
    [{}, 'version'],
    [{ version: 2, evidence: [] }, 'version'],
    [{ version: 1 }, 'evidence'],
    [{ version: 1, evidence: {} }, 'evidence'],
  ])('%j', (json, word) => {
    const read = readBundle(json);
    expect('error' in read ? read.error : '').toContain(word);
  });
});

describe('a tolerant reader', () => {
  test('unknown fields are ignored, unknown kinds carried along', () => {
    const findings = findingsOf(
      whole([
        { kind: 'note', text: 'a', colour: 'red' },
        { kind: 'comet', tail: 3 },
      ]),
    );
    expect(findings).toEqual([
      { kind: 'note', text: 'a' },
      { kind: 'comet', tail: 3 },
    ]);
  });
  test('an optional field of a wrong type is dropped, not its finding', () => {
    expect(findingsOf(whole([{ kind: 'workload', name: 'a', workload: 'pod', exitCode: 'one', log: ['x', 3] }]))).toEqual([
      { kind: 'workload', name: 'a', workload: 'pod', log: ['x'] },
    ]);
  });
  test('a finding without a required field is dropped and named', () => {
    const read = readBundle(
      whole([
        { kind: 'query-group', fingerprint: 'select ?' },
        { kind: 'note', text: 'stays' },
      ]),
    );
    expect('dropped' in read ? read.dropped : []).toEqual(['a findings[0]: query-group without a readable "threads"']);
  });
  test('evidence without an outcome, or of an unknown status, is dropped and named', () => {
    const read = readBundle({ version: 1, evidence: [{ check: 'a' }, { check: 'b', outcome: { status: 'maybe' } }, 7] });
    expect('dropped' in read ? read.dropped.length : 0).toBe(3);
  });
  test('anything at all is answered, never thrown at', () => {
    fc.assert(
      fc.property(fc.anything(), (json) => {
        const read = readBundle(json);
        if ('bundle' in read) diagnose(read.bundle);
      }),
    );
  });
  test('any fields of a known kind are answered', () => {
    const kind = fc.constantFrom(
      'error-group',
      'metric',
      'query-group',
      'lock-wait',
      'workload',
      'table',
      'commit',
      'migration',
      'rollout',
      'connections',
    );
    const fields = fc.record({
      kind,
      name: fc.anything(),
      title: fc.anything(),
      points: fc.anything(),
      table: fc.anything(),
      sha: fc.anything(),
      columns: fc.anything(),
      fingerprint: fc.anything(),
      threads: fc.anything(),
      version: fc.anything(),
      lock: fc.anything(),
      workload: fc.anything(),
      deployment: fc.anything(),
      log: fc.anything(),
      references: fc.anything(),
    });
    fc.assert(
      fc.property(fc.array(fields, { maxLength: 6 }), (findings) => {
        const read = readBundle(whole(findings));
        if ('bundle' in read) expect(diagnose(read.bundle).verdict).toMatch(/cause|inconclusive|healthy/);
      }),
    );
  });
});

test('the key is the required fields, at most 200 characters', () => {
  expect(keyOf({ kind: 'workload', name: 'deploy-tasks', workload: 'job' } as never)).toBe('deploy-tasks job');
  expect(keyOf({ kind: 'note', text: 'x'.repeat(500) } as never)).toHaveLength(200);
  expect(keyOf({ kind: 'comet' })).toBe('');
});

test("the tone is the finding's own, else that of its kind", () => {
  expect(toneOf({ kind: 'release' })).toBe('changed');
  expect(toneOf({ kind: 'table' })).toBe('normal');
  expect(toneOf({ kind: 'workload' })).toBe('bad');
  expect(toneOf({ kind: 'workload', tone: 'normal' })).toBe('normal');
});
