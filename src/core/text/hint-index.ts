/**
 * Which of many lists of hints have one in a line: the line is walked once, not once per hint. Hints are in lower case and at least three
 * letters long; the answer is in the order of the lists.
 */
export function hintIndex(lists: readonly (readonly string[])[]): (lower: string) => readonly number[] {
  const byGram = new Map<number, { hint: string; index: number }[]>();
  for (const [index, hints] of lists.entries()) {
    for (const hint of hints) {
      const key = gramAt(hint, 0);
      const same = byGram.get(key);
      if (same === undefined) byGram.set(key, [{ hint, index }]);
      else same.push({ hint, index });
    }
  }
  return (lower) => {
    const found = new Set<number>();
    for (let at = 0; at + 3 <= lower.length; at += 1) {
      const here = byGram.get(gramAt(lower, at));
      if (here === undefined) continue;
      for (const { hint, index } of here) if (!found.has(index) && lower.startsWith(hint, at)) found.add(index);
    }
    return found.size < 2 ? [...found] : [...found].sort((a, b) => a - b);
  };
}

/** Three letters as a number. */
function gramAt(text: string, at: number): number {
  return ((text.charCodeAt(at) & 0xff) << 16) | ((text.charCodeAt(at + 1) & 0xff) << 8) | (text.charCodeAt(at + 2) & 0xff);
}
