/** Names from outside inside commands that people paste: they stay names, whatever stands in them. */
import { oneLine, stripControls } from './escape.ts';

const PLAIN_WORD = /^[\w@%+:,./][\w@%+:,./-]*$/;
const LONGEST = 300;

/** One word of a POSIX shell. What begins with a dash would be an option: then the placeholder stands there. */
export function shellWord(text: string, placeholder: string): string {
  const word = oneLine(stripControls(text)).slice(0, LONGEST);
  if (word === '' || word.startsWith('-')) return placeholder;
  return shellQuoted(word);
}

/** For a POSIX shell. Plain words stay readable. */
export function shellQuoted(text: string): string {
  return PLAIN_WORD.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Plain, or quoted whole, as MySQL and others write it. */
const PLAIN_NAME = /^(?:[\p{L}_][\p{L}\p{N}_$]*|"[^"`';\\]+"|`[^`]+`)$/u;

/** A table or column, with the schema before a dot: as it is where it is plain, else in MySQL's backticks. */
export function sqlName(text: string): string {
  const name = oneLine(stripControls(text)).slice(0, LONGEST);
  const parts = name.split('.');
  return parts.every((part) => PLAIN_NAME.test(part)) ? name : parts.map((part) => `\`${part.replaceAll('`', '``')}\``).join('.');
}

/** Several columns by commas. */
export function sqlNames(text: string): string {
  return text
    .split(/\s*,\s*/)
    .filter(Boolean)
    .map(sqlName)
    .join(', ');
}

/** The inside of a literal in single quotes. */
export function sqlText(text: string): string {
  return oneLine(stripControls(text)).slice(0, LONGEST).replaceAll('\\', '\\\\').replaceAll("'", "''");
}
