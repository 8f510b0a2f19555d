import { shellQuoted, shellWord, sqlName } from '../../paste.ts';
import type { Fit, Rule } from '../../rule.ts';
import { type TextCase, textsFor } from '../cases.ts';
import { ground, named, on, remedy, textGrounds } from '../write.ts';
import { integerIn, limits } from './integer-types.ts';
import { duration, type NarrowColumn, narrowColumns } from './narrow-columns.ts';

type FactSheet = Readonly<Record<string, string>>;

/** A key outgrew its column, or the columns that refer to it. Data reached a limit: no release brought it. */
export const integerOverflow: Rule = {
  id: 'integer-overflow',
  explains: ['code-exception'],
  fits: (facts) => {
    const texts = textsFor(facts, 'integer-overflow').filter(({ facts: sheet }) => !isAbsurd(sheet));
    const narrow = narrowColumns(facts);
    if (narrow.length === 0) return texts.map(fromText);
    if (texts.length === 0 && narrow.every((one) => one.next <= one.max)) return [];
    return parentsOf(narrow).map((group) => fromSchema(group, texts));
  },
};

/** A value far beyond every limit was typed, not counted. */
function isAbsurd(sheet: FactSheet): boolean {
  return sheet.limit === 'limit 8 bytes' || (integerIn(sheet.value) ?? 0n) > 9_223_372_036_854_775_807n;
}

/** Ids count up: a value just past a limit is the next id. */
function isJustPast(sheet: FactSheet): boolean | undefined {
  const value = integerIn(sheet.value);
  return value === undefined ? undefined : limits.some((limit) => value >= limit && value <= limit + limit / 4n);
}

function fromText(found: TextCase): Fit {
  const sheet = parameter(found);
  const past = isJustPast(sheet);
  const exhausted = found.fault.meaning === 'key-exhausted';
  const what = exhausted ? `the key${on(tableOf(sheet), ' of ')}` : (sheet.column ?? sheet.parameter ?? 'a column');
  return {
    cause: exhausted
      ? `The key${on(tableOf(sheet), ' of ')} is used up: its integer type holds no larger value${on(sheet.value, ' than ')}`
      : `A value${on(sheet.value)} no longer fits ${what}: an id outgrew an integer column`,
    about: 'overflow',
    byRelease: 'no',
    grounds: textGrounds(found, past === false ? 'sign' : 'strong'),
    facts: sheet,
    ...(past === false ? { atMost: 'possible' } : {}),
    remedy: widen([]),
    next: next([]),
    chain: [`an id passed what ${what} can hold`, 'every insert that carries it fails'],
    against: [
      'the column is BIGINT in the schema: then the processes are older than the change, and a restart helps',
      'the value was typed by a user: then the input needs a check',
    ],
  };
}

/** Rails does not name the column; the request's parameter that carries the value does. */
function parameter({ facts, reading }: TextCase): FactSheet {
  const { value } = facts;
  if (value === undefined || facts.column !== undefined) return facts;
  for (const line of reading.lines) {
    const at = line.indexOf(`"${value}"`);
    const name = at < 0 ? undefined : /"(?<name>\w{1,64})"\s*(?:=>|:)\s*$/.exec(line.slice(Math.max(0, at - 80), at))?.groups?.name;
    if (name !== undefined) return { ...facts, parameter: name };
  }
  return facts;
}

function tableOf(sheet: FactSheet): string | undefined {
  return named(sheet, 'table') ?? (sheet.index?.includes('.') ? sheet.index.split('.')[0] : undefined);
}

function parentsOf(narrow: readonly NarrowColumn[]): readonly (readonly NarrowColumn[])[] {
  return [...Map.groupBy(narrow, (one) => one.parent).values()];
}

function fromSchema(group: readonly NarrowColumn[], texts: readonly TextCase[]): Fit {
  const sorted = group.toSorted((a, b) => (a.rows ?? 0) - (b.rows ?? 0));
  const names = sorted.map((one) => `${one.table}.${one.column}`);
  const parent = sorted[0]?.parent ?? '';
  const nextId = sorted[0]?.next ?? 0n;
  const mentioned = texts.filter(({ facts: sheet }) => sheet.column === undefined || group.some((one) => one.column === sheet.column));
  const lines = sorted.map(
    (one) =>
      `${one.table}.${one.column} ${one.type} holds ${one.max}, ${one.parent} is at ${one.next}; ${size(one.rows)}, ${duration(one.rows)} to change`,
  );
  return {
    cause: `${parent} reached ${nextId.toLocaleString('en')}, and ${names.length === 1 ? `${names[0]} is too small for it` : `${names.length} columns are too small for it: ${names.join(', ')}`}`,
    about: `overflow ${parent}`,
    byRelease: 'no',
    grounds: [
      ...sorted.map((one, i) => ground(lines[i] ?? '', one.seen, 'mechanism', 'schema')),
      ...mentioned.flatMap((found) => textGrounds(found, 'strong', 'errors')),
    ],
    facts: {
      ...mentioned[0]?.facts,
      table: sorted[0]?.table ?? '',
      column: sorted[0]?.column ?? '',
      columns: names.join(', '),
      parentTable: parent.split('.')[0] ?? '',
      value: String(nextId),
      tables: [...new Set(sorted.map((one) => one.table))].join(', '),
    },
    remedy: widen(sorted),
    next: next(sorted),
    chain: [
      `${parent} passed ${sorted[0]?.max.toLocaleString('en') ?? ''}`,
      `${names.join(', ')} cannot hold it`,
      'every insert that carries such an id fails',
    ],
    against: ['these columns are BIGINT already', 'other databases may hold more such columns: only what was looked at is listed'],
  };
}

function size(rows: number | undefined): string {
  return rows === undefined ? 'rows unknown' : `${new Intl.NumberFormat('en').format(rows)} rows`;
}

function widen(columns: readonly NarrowColumn[]): ReturnType<typeof remedy> {
  const commands = columns.map(({ table, column, rows }) =>
    duration(rows) === 'minutes'
      ? `ALTER TABLE ${sqlName(table)} MODIFY ${sqlName(column)} BIGINT, ALGORITHM=COPY, LOCK=SHARED; -- writes wait while it runs`
      : `gh-ost --table=${shellWord(table, '<table>')} --alter=${shellQuoted(`MODIFY ${sqlName(column)} BIGINT`)} --execute # ${duration(rows)}`,
  );
  return remedy('widen-column', 'no release brought it: the ids grew past the type; every column that holds them must become BIGINT', {
    commands:
      commands.length > 0
        ? commands
        : [
            "SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE FROM information_schema.COLUMNS WHERE COLUMN_NAME LIKE '%\\_id' AND DATA_TYPE IN ('int','mediumint','smallint') AND TABLE_SCHEMA = DATABASE();",
          ],
    hazards: [
      'INT to BIGINT copies the table: gh-ost or pt-online-schema-change where it is large',
      'keep NULL, DEFAULT and UNSIGNED of the column as they are in the new definition',
      'mending the first model leaves a tail of others: widen all columns that refer to the key, also those without a constraint and under other names',
      'after each change restart web, workers and cron: they cached the old type',
    ],
    safety: 'needs-care',
  });
}

function next(columns: readonly NarrowColumn[]): readonly string[] {
  const by = (word: ReturnType<typeof duration>): string =>
    columns
      .filter((one) => duration(one.rows) === word)
      .map((one) => `${one.table}.${one.column}`)
      .join(', ');
  const quick = [by('minutes'), by('hours')].filter(Boolean).join(', ');
  const slow = by('days');
  if (columns.length === 0)
    return [
      'find all columns that refer to this key and are too small',
      'switch the feature off where there is no way round',
      'widen, then restart web, workers and cron before switching on',
    ];
  return [
    ...(quick === '' ? [] : [`minutes and hours: start now: ${quick}`]),
    ...(slow === '' ? [] : [`days: stop needing the column for now (read it elsewhere, or leave it empty): ${slow}`]),
    'no way round? switch that feature off until its table is done',
    'a changed table is not the end: restart web, workers and cron, then switch on',
  ];
}
