import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clip, escapeCode, escapeMrkdwn, oneLine, stripControls } from '../../src/core/escape.ts';

describe('escapeMrkdwn', () => {
  const cases: [name: string, text: string, wanted: string][] = [
    ['a channel ping', '<!channel> help', '&lt;!channel&gt; help'],
    ['a disguised link', '<http://evil|click>', '&lt;http://evil|click&gt;'],
    ['an entity is not decoded by us', '&lt;!here&gt;', '&amp;lt;!here&amp;gt;'],
    ['plain text', 'comments.post_id = 3', 'comments.post_id = 3'],
  ];
  test.each(cases)('%s', (_, text, wanted) => {
    expect(escapeMrkdwn(text)).toBe(wanted);
  });

  test('nothing outside leaves an angle bracket or a bare ampersand', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const said = escapeMrkdwn(text);
        expect(said).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
      }),
    );
  });

  test('code keeps no backtick and no line break', () => {
    expect(escapeCode('a`b\nc')).toBe('aˋb c');
  });
});

describe('clip', () => {
  const cases: [name: string, text: string, max: number, wanted: string][] = [
    ['short enough', 'abc', 3, 'abc'],
    ['cut', 'abcdef', 4, 'abc…'],
    ['an entity stays whole or goes', 'ab&amp;cd', 6, 'ab…'],
    ['an entity that fits stays', 'a&lt;bcdefg', 7, 'a&lt;b…'],
    ['an ampersand that is no entity stays', 'ab&amplifier', 6, 'ab&am…'],
    ['a surrogate pair is not halved', 'ab😀cd', 4, 'ab…'],
    ['no room', 'abc', 0, ''],
  ];
  test.each(cases)('%s', (_, text, max, wanted) => {
    expect(clip(text, max)).toBe(wanted);
  });

  test('never longer than asked, never half of anything', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(40), (text, max) => {
        const said = clip(escapeMrkdwn(text.toWellFormed()), max);
        expect(said.length).toBeLessThanOrEqual(max);
        expect(said.isWellFormed()).toBe(true);
        expect(said).not.toMatch(/&(?!amp;|lt;|gt;)/);
      }),
    );
  });
});

describe('stripControls', () => {
  const cases: [name: string, text: string, wanted: string][] = [
    ['colours', '\x1b[1;31mfailed\x1b[0m', 'failed'],
    ['a window title', '\x1b]0;owned\x07hello', 'hello'],
    ['a link of the terminal', '\x1b]8;;http://evil\x1b\\text\x1b]8;;\x1b\\', 'text'],
    ['cursor and screen', '\x1b[2J\x1b[Hgone', 'gone'],
    ['eight-bit control', '\x9b31mred', 'red'],
    ['right-to-left override', 'user\u202egnp.exe', 'usergnp.exe'],
    ['Windows line ends', 'a\r\nb\rc', 'a\nb\nc'],
    ['tabs stay', 'a\tb', 'a\tb'],
    ['half a surrogate', 'a\ud800b', 'a\ufffdb'],
    ['bell and backspace', 'a\x07\x08b', 'ab'],
  ];
  test.each(cases)('%s', (_, text, wanted) => {
    expect(stripControls(text)).toBe(wanted);
  });

  test('leaves nothing that moves a cursor', () => {
    const hostile = fc.array(fc.constantFrom('\x1b', '[', ']', '0', ';', 'm', '\x07', '\\', '\x9b', '\x90', 'a', '\n', '\u202e', '\ud800'));
    fc.assert(
      fc.property(hostile, (parts) => {
        expect(stripControls(parts.join(''))).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
      }),
    );
  });
});

test('oneLine folds all white space', () => {
  expect(oneLine('  a\n\n b\t c ')).toBe('a b c');
});
