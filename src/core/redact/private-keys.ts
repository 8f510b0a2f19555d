import { MARK } from './mark.ts';

const BEGIN = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const END = /-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
/** Longer than any key: an end beyond it belongs to another one. */
const LONGEST = 16_000;

/** Whole PEM blocks; of a block that was cut off, every line of base64 that follows its first line. */
export function hidePrivateKeys(text: string): string {
  if (!text.includes('PRIVATE KEY')) return text;
  const ends = [...text.matchAll(END)].map((match) => match.index + match[0].length);
  let out = '';
  let done = 0;
  let next = 0;
  for (const match of text.matchAll(BEGIN)) {
    if (match.index < done) continue;
    const start = match.index + match[0].length;
    while ((ends[next] ?? Number.POSITIVE_INFINITY) < start) next++;
    const end = ends[next];
    out += text.slice(done, match.index) + MARK;
    done = end !== undefined && end - start <= LONGEST ? end : endOfBase64(text, start);
  }
  return out + text.slice(done);
}

function endOfBase64(text: string, start: number): number {
  const line = /(?:\s|\\[rn]){0,4}[A-Za-z0-9+/=]{16,256}/y;
  let end = start;
  for (line.lastIndex = start; line.test(text); ) end = line.lastIndex;
  return end;
}
