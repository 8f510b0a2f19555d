/** Reads a unified diff, also a shortened one without headers. Only what changes is kept, and what stands right beside it. */
export interface Hunk {
  /** Line of the new file where it begins, and how many lines it spans; 0 when the diff has no numbers. */
  start: number;
  length: number;
  /** What git shows after the second @@: the function around it. */
  around: string;
  added: readonly { line: number; text: string }[];
  removed: readonly { line: number; text: string }[];
  context: readonly string[];
  /** The new version, in order. */
  now: readonly { text: string; added: boolean }[];
}

export interface FileDiff {
  path: string;
  hunks: readonly Hunk[];
}

const LINE_CHARS = 400;

interface Building {
  start: number;
  length: number;
  around: string;
  added: { line: number; text: string }[];
  removed: { line: number; text: string }[];
  context: string[];
  now: { text: string; added: boolean }[];
}

export function readDiff(diff: string): readonly FileDiff[] {
  const files: { path: string; hunks: Building[] }[] = [];
  let hunk: Building | undefined;
  let at = 0;
  const file = () => {
    if (files.length === 0) files.push({ path: '', hunks: [] });
    return files[files.length - 1];
  };
  const begin = (start: number, length: number, around: string) => {
    hunk = { start, length, around, added: [], removed: [], context: [], now: [] };
    at = start;
    file()?.hunks.push(hunk);
    return hunk;
  };
  for (const raw of diff.split('\n')) {
    const line = raw.slice(0, LINE_CHARS);
    const header = /^diff --git (?:"?a\/.*?"?) "?b\/(.*?)"?$/.exec(line);
    const numbers = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@ ?(.*)$/.exec(line);
    if (header) {
      files.push({ path: header[1] ?? '', hunks: [] });
      hunk = undefined;
    } else if (/^\+\+\+ /.test(line)) {
      const path = line
        .slice(4)
        .replace(/^"?b\//, '')
        .replace(/"?\t?$/, '');
      const last = files.at(-1);
      if (path === '/dev/null') continue;
      if (last && last.hunks.length === 0) last.path = path;
      else files.push({ path, hunks: [] });
      hunk = undefined;
    } else if (numbers) begin(Number(numbers[1]), Number(numbers[2] ?? 1), numbers[3] ?? '');
    else if (/^(?:---|index |similarity|rename|new file|deleted file|old mode|new mode|Binary|\\)/.test(line)) continue;
    else if (line.startsWith('+')) {
      const here = hunk ?? begin(0, 0, '');
      here.added.push({ line: at === 0 ? 0 : at++, text: line.slice(1) });
      here.now.push({ text: line.slice(1), added: true });
    } else if (line.startsWith('-')) (hunk ?? begin(0, 0, '')).removed.push({ line: at, text: line.slice(1) });
    else if (hunk) {
      hunk.context.push(line.slice(1));
      hunk.now.push({ text: line.slice(1), added: false });
      if (at > 0) at += 1;
    }
  }
  return files;
}
