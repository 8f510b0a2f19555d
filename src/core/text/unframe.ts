/** What a collector or a paste puts before every line. The rest keeps its own indentation: many grammars read it. */
const STAMP = String.raw`\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z| ?[+-]\d{2}:?\d{2})?`;
const frames: readonly RegExp[] = [
  /^>(?: |$)/,
  new RegExp(`^${STAMP} (?:stdout|stderr) [FP](?: |$)`),
  new RegExp(String.raw`^${STAMP} \d{2}[OE](?:[ +]|$)`),
  new RegExp(String.raw`^${STAMP} [\w.-]{1,60}\[[\w.-]{1,60}\]:(?: |$)`),
  new RegExp(String.raw`^(?:${STAMP}|[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2}) [\w.-]{1,120} [\w./-]{1,60}(?:\[\d{1,8}\])?:(?: |$)`),
  new RegExp(String.raw`^${STAMP}(?:[ \t]|$)`),
  /^\[(?:pod|container)\/[^\]]{1,200}\](?: |$)/,
  /^[a-z][a-z0-9.-]{2,120}-[a-z0-9]{4,10} [a-z][\w.-]{1,60}(?: [›|])?(?: |$)/,
  /^[\w.-]{1,60} {1,20}\|(?: |$)/,
  /^ {4}/,
];

const PASSES = 3;
const SOURCES_LIMIT = 6;
/** Of ten lines one may be another's: a shell's own words between those of a container. */
const SHARE = 0.9;

/** Takes off what stands before each line of a text, layer by layer, where (nearly) all lines carry it. */
export function unframe(lines: readonly string[]): readonly string[] {
  let inner = lines.map(unboxed);
  for (let pass = 0; pass < PASSES; pass++) {
    const frame = frames.find((pattern) => everyLineHas(inner, pattern));
    if (frame === undefined) break;
    inner = inner.map((line) => line.replace(frame, ''));
  }
  return inner;
}

function everyLineHas(lines: readonly string[], pattern: RegExp): boolean {
  const filled = lines.filter((line) => line.trim() !== '');
  const framed = filled.map((line) => pattern.exec(line)?.[0]).filter((prefix) => prefix !== undefined);
  if (filled.length < 2 || framed.length < filled.length * SHARE) return false;
  const sources = new Set(framed.map((prefix) => prefix.replace(/\d+/g, '0').trimEnd()));
  return sources.size <= SOURCES_LIMIT;
}

/** Docker's own file: `{"log":"…\n","stream":"stdout","time":"…"}`. */
function unboxed(line: string): string {
  if (!line.startsWith('{"log":"') || !line.endsWith('}') || !line.includes('"stream":"')) return line;
  try {
    const json: unknown = JSON.parse(line);
    if (typeof json === 'object' && json !== null && 'log' in json && typeof json.log === 'string') return json.log.replace(/\r?\n$/, '');
  } catch {
    // Cut or not JSON: the line stays as it is.
  }
  return line;
}
