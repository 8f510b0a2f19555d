import type { Brief, Line, Section } from './brief.ts';
import { stripControls } from './escape.ts';
import { plain } from './mrkdwn.ts';

const BOLD = '\u001B[1m';
const DIM = '\u001B[2m';
const RESET = '\u001B[0m';

export interface TerminalOptions {
  colour: boolean;
  /** Columns; lines are broken at blanks. */
  width: number;
  /** Hides secrets. Before lines are broken: a break inside one would hide it from every pattern. */
  clean: (text: string) => string;
}

/** The card as plain text, buttons left out. What came from outside cannot steer the terminal: control characters are dropped. */
export function terminal(brief: Brief, options: TerminalOptions): string {
  const { clean } = options;
  const paint = (code: string, text: string): string => (options.colour ? code + text + RESET : text);
  const blocks = brief.sections.map((section) => sectionText(section, options, paint)).filter((text) => text !== '');
  return `${[paint(BOLD, clean(oneRow(brief.title))), ...blocks, paint(DIM, 'All times are UTC.')].join('\n')}\n`;
}

type Paint = (code: string, text: string) => string;

function sectionText(section: Section, options: TerminalOptions, paint: Paint): string {
  switch (section.kind) {
    case 'lines':
      return section.lines.map((line) => coloured(line, options)).join('\n');
    case 'small':
      return section.lines.map((line) => paint(DIM, wrapped(line, options))).join('\n');
    case 'table':
      return tableText([section.head, ...section.rows].map((row) => row.map((cell) => options.clean(oneRow(cell)))));
    case 'buttons':
      return '';
  }
}

/** What came from outside cannot steer the terminal. */
function oneRow(text: string): string {
  return stripControls(text).replaceAll('\n', ' ');
}

/** The colour of what a line speaks of, by the mark it begins with. */
const MARKS: Readonly<Record<string, string>> = {
  '🔴': '\u001B[31m',
  '🟠': '\u001B[33m',
  '🟡': '\u001B[33m',
  '⚫': '\u001B[33m',
  '🟢': '\u001B[32m',
  '🔵': '\u001B[34m',
  '⚪': DIM,
};

/** One line, broken at blanks: coloured by its mark, what is bold in it bold. */
export function coloured(line: Line, options: TerminalOptions): string {
  const rows = wrapped(line, options);
  const { colour, clean } = options;
  if (!colour) return rows;
  const mark = MARKS[[...rows][0] ?? ''];
  if (mark !== undefined) return mark + rows + RESET;
  const [first] = line;
  if (typeof first !== 'object' || !('bold' in first)) return rows;
  const head = clean(oneRow(first.bold));
  return rows.startsWith(head) ? BOLD + head + RESET + rows.slice(head.length) : rows;
}

function wrapped(line: Line, { width, clean }: Pick<TerminalOptions, 'width' | 'clean'>): string {
  const rows: string[] = [];
  let row = '';
  for (const word of clean(oneRow(plain(line))).split(' ')) {
    if (row !== '' && row.length + 1 + word.length > width) {
      rows.push(row);
      row = `   ${word}`;
    } else {
      row = row === '' && rows.length === 0 ? word : `${row} ${word}`;
    }
  }
  return [...rows, row].join('\n');
}

/** First column to the left, figures to the right. */
export function tableText(rows: readonly (readonly string[])[]): string {
  const clean = rows.map((row) => row.map(oneRow));
  const widths = clean.reduce<number[]>((all, row) => row.map((cell, i) => Math.max(cell.length, all[i] ?? 0)), []);
  const pad = (cell: string, i: number): string => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0));
  return clean.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}
