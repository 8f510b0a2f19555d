import { expect, test } from 'vitest';
import type { Diagnosis, Hypothesis } from '../../src/core/diagnosis.ts';
import { diagnosisText } from '../../src/core/diagnosis-text.ts';

const hypothesis: Hypothesis = {
  rule: 'disk-full',
  cause: 'No space is left',
  confidence: 'likely',
  chain: ['the volume filled\u202e up'],
  because: [{ text: "INSERT INTO notes VALUES ('Janeway', 4711) failed", from: { check: 'text', kind: 'log-group', key: 'x' } }],
  against: [],
  facts: { note: 'password=s3cr3t-Pa55word' },
  remedy: {
    kind: 'scale',
    safety: 'needs-care',
    range: [],
    why: 'nothing can be written until there is room',
    commands: ['SELECT ROUND(DATA_LENGTH / POW(1024, 3), 1) FROM information_schema.TABLES ORDER BY 1 DESC LIMIT 10;\ndf -h\u001b[31m'],
    hazards: [],
  },
  next: [],
};
const diagnosis: Diagnosis = {
  verdict: 'cause',
  hypotheses: [hypothesis],
  revert: 'unknown',
  why: 'No release is known.',
  suspects: [],
  blind: [],
  seen: [],
  next: [],
};

test('commands can be pasted as they stand; everything else is redacted, and nothing steers the terminal', () => {
  const text = diagnosisText(diagnosis);
  expect(text).toContain(
    '    SELECT ROUND(DATA_LENGTH / POW(1024, 3), 1) FROM information_schema.TABLES ORDER BY 1 DESC LIMIT 10;\n    df -h',
  );
  expect(text).not.toMatch(/Janeway|4711|s3cr3t/);
  expect(text).not.toMatch(/[\u001b\u202e]/);
});
