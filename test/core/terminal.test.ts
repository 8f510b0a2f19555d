import { expect, test } from 'vitest';
import { brief } from '../../src/core/brief/brief.ts';
import { redact } from '../../src/core/redact.ts';
import { terminal } from '../../src/core/terminal.ts';
import { day, incident, recovered, setup } from './brief/stories.ts';

const card = brief(incident(recovered), day('03:25'), setup);

test('the same picture as plain text, figures under each other', () => {
  const text = terminal(card, { colour: false, width: 100, clean: redact });
  expect(text).toContain('✅ #12 Checkout is down · recovered\n');
  expect(text).toContain('stuck queries       0    183     0\n');
  expect(text).not.toContain('\u001B');
});

test('colours only when asked for', () => {
  expect(terminal(card, { colour: true, width: 100, clean: redact })).toContain('\u001B[1m✅');
});

test('what came from outside cannot steer the terminal', () => {
  const wild = {
    text: '',
    title: 'a\u001B]0;owned\u0007b',
    sections: [{ kind: 'lines' as const, lines: [['x\u001B[2Jy\u009B31mz\u202E']] }],
  };
  const text = terminal(wild, { colour: false, width: 80, clean: redact });
  expect(text).toBe('ab\nxyz\nAll times are UTC.\n');
});

test('long lines break at blanks', () => {
  const long = { text: '', title: 't', sections: [{ kind: 'lines' as const, lines: [['one two three four five six seven']] }] };
  expect(terminal(long, { colour: false, width: 20, clean: redact })).toBe(
    't\none two three four\n   five six seven\nAll times are UTC.\n',
  );
});
