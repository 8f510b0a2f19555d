import type { Fault } from './reading.ts';

/** Below it a scan is cheap whatever the plan says. */
const ROWS_MATTER = 10_000;
/** Rows read for each row answered: an index would have read only those. */
const WASTE = 1_000;
const STATEMENT_LINES = 30;

/**
 * Statements that read a table whole, as MySQL's slow log, EXPLAIN (tree, table, `\G`), and PostgreSQL's EXPLAIN print them.
 * An export that answers what it reads is no fault of an index.
 */
export function fullScans(lines: readonly string[]): readonly Fault[] {
  return [...slowLog(lines), ...trees(lines), ...planRows(lines), ...verticalPlan(lines)].slice(0, 50);
}

function slowLog(lines: readonly string[]): readonly Fault[] {
  return lines.flatMap((line, at): readonly Fault[] => {
    const groups = /Query_time: (?<seconds>[\d.]+).{0,80}Rows_sent: (?<sent>\d+)\s+Rows_examined: (?<examined>\d+)/.exec(line)?.groups;
    if (groups?.sent === undefined || groups.examined === undefined || groups.seconds === undefined) return [];
    const sent = Number(groups.sent);
    const examined = Number(groups.examined);
    if (examined < ROWS_MATTER || examined < WASTE * Math.max(1, sent)) return [];
    const statement = statementAfter(lines, at);
    if (statement === undefined || /SQL_NO_CACHE/.test(statement)) return [];
    const says = { rowsExamined: groups.examined, rowsSent: groups.sent, seconds: groups.seconds, ...whereOf(statement) };
    return [fault(line, at, says, Number(groups.seconds) > 0)];
  });
}

function statementAfter(lines: readonly string[], at: number): string | undefined {
  const block: string[] = [];
  for (const line of lines.slice(at + 1, at + STATEMENT_LINES)) {
    if (line.startsWith('# ')) break;
    if (/^(?:SET timestamp=|use )/i.test(line)) continue;
    block.push(line);
    if (line.trimEnd().endsWith(';')) break;
  }
  const statement = block.join(' ').trim();
  return /^(?:\/\*.{0,200}?\*\/ ?)?(?:select|update|delete|with|insert|replace)\b/i.test(statement) ? statement : undefined;
}

/** The first table of the statement and the columns its condition compares. */
function whereOf(statement: string): Readonly<Record<string, string>> {
  const table = /\b(?:from|update)\s+[`"]?(?:\w{1,64}[`"]?\.[`"]?)?(?<table>\w{1,64})/i.exec(statement)?.groups?.table;
  const where = /\bwhere\b(?<condition>.{1,2000})/i.exec(statement)?.groups?.condition ?? '';
  const columns = [...where.matchAll(/(?:[`"]?\w{1,64}[`"]?\.)?[`"]?(?<column>[a-z_]\w{0,63})[`"]?\s*(?:=|>|<|in\s*\(|like\b|between\b)/gi)]
    .map((m) => m.groups?.column ?? '')
    .filter(Boolean);
  const unique = [...new Set(columns)].slice(0, 4);
  return {
    ...(table === undefined ? {} : { table }),
    ...(unique[0] === undefined ? {} : { column: unique[0], columns: unique.join(', ') }),
  };
}

function trees(lines: readonly string[]): readonly Fault[] {
  return lines.flatMap((line, at): readonly Fault[] => {
    const mysql = /-> Table scan on (?<table>[\w`.]{1,130}).{0,60}? rows=(?<rows>[\d.e+]{1,20})/.exec(line)?.groups;
    const postgres = /(?:Parallel )?Seq Scan on (?<table>[\w."]{1,130}).{0,80}? rows=(?<rows>\d{1,15})/.exec(line)?.groups;
    const found = mysql ?? postgres;
    const discarded = Number(/Rows Removed by Filter: (?<rows>\d+)/.exec(lines.slice(at, at + 4).join(' '))?.groups?.rows ?? 0);
    const rows = Math.max(Number(found?.rows ?? 0), discarded);
    if (found?.table === undefined || found.table.startsWith('<') || rows < ROWS_MATTER) return [];
    const filter = /Filter: \((?<filter>.{1,400})\)/.exec(`${lines[at - 1] ?? ''} ${lines[at + 1] ?? ''}`)?.groups?.filter;
    const column =
      filter === undefined
        ? undefined
        : /[(.`"]?(?<column>[a-z_]\w{0,63})[`"]?\)?(?:::\w{1,20})? *(?:=|>|<|~~)/i.exec(filter)?.groups?.column;
    if (filter === undefined) return [];
    return [fault(line.trim(), at, { table: found.table, rows: String(rows), ...(column === undefined ? {} : { column }) }, true)];
  });
}

/** `| 1 | SIMPLE | line_items | NULL | ALL | NULL | NULL | NULL | NULL | 824288 | 10.00 | Using where |`, drawn or separated by tabs. */
function planRows(lines: readonly string[]): readonly Fault[] {
  return lines.flatMap((line, at): readonly Fault[] => {
    if (!/\bALL\b/.test(line) || !/\b(?:SIMPLE|PRIMARY|SUBQUERY|DERIVED|UNION)\b/.test(line)) return [];
    const cells = line
      .split(/[|\t]/)
      .map((cell) => cell.trim())
      .filter((cell) => cell !== '');
    const type = cells.indexOf('ALL');
    const rows = Math.max(0, ...cells.slice(type).map(Number).filter(Number.isFinite));
    const table = cells[2];
    if (type < 0 || table === undefined || rows < ROWS_MATTER || !/where|filesort|temporary|join buffer/i.test(line)) return [];
    return [fault(line.trim(), at, { table, rows: String(rows) }, true)];
  });
}

function verticalPlan(lines: readonly string[]): readonly Fault[] {
  return lines.flatMap((line, at): readonly Fault[] => {
    if (!/^\s*type: ALL\s*$/.test(line)) return [];
    const block = lines.slice(Math.max(0, at - 5), at + 10);
    const value = (name: string): string | undefined =>
      block.map((l) => new RegExp(`^\\s*${name}: (.{1,120})$`).exec(l)?.[1]).find((v) => v !== undefined);
    const table = value('table');
    const rows = Number(value('rows') ?? 0);
    if (table === undefined || rows < ROWS_MATTER) return [];
    return [fault(`type: ALL, table ${table}, key ${value('key') ?? 'NULL'}, ${rows} rows`, at, { table, rows: String(rows) }, true)];
  });
}

function fault(text: string, line: number, says: Readonly<Record<string, string>>, direct: boolean): Fault {
  return { meaning: 'full-scan', text: text.slice(0, 400), line, by: direct ? 'plan' : 'mysql', says };
}
