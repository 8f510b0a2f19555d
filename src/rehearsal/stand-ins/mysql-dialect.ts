/** MySQL's SQL, as far as a reader of catalogues writes it, in SQLite's words. Literals are taken apart first, so that nothing inside them is touched. */
const PIECES = /('(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`[^`]*`)/;

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^\s*SET\s+STATEMENT\b.*?\bFOR\b/i, ''],
  [/@@(?:(?:global|session|local)\.)?(\w+)/gi, "sysvar('$1')"],
  [/\bTIMESTAMPDIFF\s*\(\s*(\w+)/gi, "timestampdiff('$1'"],
  [/\bLEFT\s*\(/gi, 'left_of('],
  [/\bRIGHT\s*\(/gi, 'right_of('],
  [/\bRLIKE\b/gi, 'REGEXP'],
  [/\bSTRAIGHT_JOIN\b/gi, 'JOIN'],
  [/\bDATABASE\s*\(\s*\)|\bSCHEMA\s*\(\s*\)/gi, 'current_db()'],
  [/<=>/g, ' IS '],
  [/\bSQL_NO_CACHE\b|\bFOR\s+SHARE\b|\bLOCK\s+IN\s+SHARE\s+MODE\b/gi, ''],
  [/\bAS\s+(?:UN)?SIGNED(?:\s+INTEGER)?\s*\)/gi, 'AS INTEGER)'],
  [/\bCURRENT_TIMESTAMP\b(?:\s*\(\s*\d*\s*\))?/gi, 'now()'],
];

export function toSqlite(sql: string): string {
  const text = sql
    .split(PIECES)
    .map((piece, index) => (index % 2 ? literal(piece) : WORDS.reduce((said, [from, to]) => said.replace(from, to), piece)))
    .join('')
    .replace(/;\s*$/, '');
  return text.replace(/\bGROUP_CONCAT\s*\(\s*(.*?)\s+SEPARATOR\s+('(?:[^']|'')*')\s*\)/gis, (_, inside: string, separator: string) => {
    const order = /^(.*?)(\s+ORDER\s+BY\s+.*)$/is.exec(inside);
    return `group_concat(${order?.[1] ?? inside}, ${separator}${order?.[2] ?? ''})`;
  });
}

function literal(text: string): string {
  if (text.startsWith('`')) return text;
  const inside = text.slice(1, -1).replaceAll(text[0] === '"' ? '""' : "''", text[0] ?? '');
  // \% and \_ keep their backslash: LIKE reads it.
  const read = inside.replace(/\\(.)/g, (whole, char: string) => ({ n: '\n', t: '\t', r: '\r', '%': whole, _: whole })[char] ?? char);
  return `'${read.replaceAll("'", "''")}'`;
}

/** MySQL's LIKE, ignoring case, with the backslash as its escape. */
export function like(pattern: string, value: string): boolean {
  let source = '';
  for (let i = 0; i < pattern.length; i += 1) {
    const char = pattern[i] ?? '';
    if (char === '\\') source += plain(pattern[++i] ?? '');
    else if (char === '%') source += '[^]*';
    else if (char === '_') source += '[^]';
    else source += plain(char);
  }
  return new RegExp(`^${source}$`, 'i').test(value);
}

function plain(char: string): string {
  return char.replace(/[.*+?^${}()|[\]\\/]/, '\\$&');
}
