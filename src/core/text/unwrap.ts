/**
 * Symfony's console (Laravel, Doctrine) prints an exception as a block of equally wide lines, two columns of margin, words cut where the
 * width ends. This joins each block to one line. A collector may have trimmed the margin off: then the width tells what was lost.
 */
const HEAD = /^\s{0,4}In [\w.-]{1,120}\.php line \d{1,6}:\s*$/;
const BLOCK_LIMIT = 400;

export function unwrap(lines: readonly string[]): readonly string[] {
  const out: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    out.push(line);
    if (!HEAD.test(line)) continue;
    let start = i + 1;
    while (start < lines.length && (lines[start] ?? '').trim() === '') start++;
    let end = start;
    while (end < lines.length && end - start < BLOCK_LIMIT && (lines[end] ?? '').startsWith('  ') && (lines[end] ?? '').trim() !== '')
      end++;
    if (end > start) out.push(joined(lines.slice(start, end)));
    i = Math.max(i, end - 1);
  }
  return out;
}

function joined(block: readonly string[]): string {
  const longest = Math.max(...block.map((line) => line.length));
  const content = Math.max(...block.map((line) => line.trimEnd().length)) - 2;
  const width = block.every((line) => line.length === longest) && longest - 2 - content <= 3 ? longest - 4 : content;
  return block
    .map((line, i) => {
      const text = line.slice(2, 2 + width);
      return i === block.length - 1 ? text.trimEnd() : text.padEnd(width);
    })
    .join('');
}
