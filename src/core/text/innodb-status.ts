import type { Fault } from './reading.ts';

/** Open for so long without waiting, a transaction holds back purge and whoever wants its rows. */
const LONG_SECONDS = 600;
const SECTION =
  /^(?:LATEST DETECTED DEADLOCK|LATEST FOREIGN KEY ERROR|TRANSACTIONS|FILE I\/O|SEMAPHORES|BACKGROUND THREAD|LOG|ROW OPERATIONS)$/;
const LOCKED = /(?:RECORD LOCKS .{1,160} of|TABLE LOCK) table `(?<schema>[^`]{1,64})`\.`(?<table>[^`]{1,64})`/;
const BLOCK_LINES = 12;

/**
 * InnoDB's monitor (`SHOW ENGINE INNODB STATUS`, or the error log): its last deadlock is history, who waits in TRANSACTIONS waits now.
 * Gives the faults that stand: those that were found before, without a deadlock of old, and what the monitor says itself.
 */
export function innodbStatus(lines: readonly string[], before: readonly Fault[]): readonly Fault[] {
  const sections = sectionsOf(lines);
  const deadlocked = before.some((fault) => fault.meaning === 'deadlock');
  const told = lines.flatMap((line, at): readonly Fault[] => {
    if (sections[at] === 'TRANSACTIONS') return [...waiting(lines, at), ...longOpen(lines, at)];
    const locked = deadlocked ? LOCKED.exec(line)?.groups : undefined;
    return locked?.table === undefined ? [] : [faultOf('deadlock', line, at, { table: locked.table })];
  });
  if (told.length === 0) return before;
  const now = told.some((fault) => fault.meaning === 'lock-wait');
  return [...before, ...told.slice(0, 50)].filter((fault) => !now || sections[fault.line] !== 'LATEST DETECTED DEADLOCK');
}

function sectionsOf(lines: readonly string[]): readonly string[] {
  let section = '';
  return lines.map((line) => {
    if (SECTION.test(line)) section = line;
    return section;
  });
}

function waiting(lines: readonly string[], at: number): readonly Fault[] {
  const seconds = /TRX HAS BEEN WAITING (?<seconds>\d{1,9}) SEC/.exec(lines[at] ?? '')?.groups?.seconds;
  if (seconds === undefined) return [];
  const lock = lines.slice(at + 1, at + 4).find((line) => LOCKED.test(line)) ?? '';
  const table = LOCKED.exec(lock)?.groups?.table;
  return [
    faultOf('lock-wait', lock === '' ? (lines[at] ?? '') : lock, at, { waited: `${seconds} s`, ...(table === undefined ? {} : { table }) }),
  ];
}

function longOpen(lines: readonly string[], at: number): readonly Fault[] {
  const open = /^---TRANSACTION (?<transaction>\d{1,20}), ACTIVE(?: \(PREPARED\))? (?<seconds>\d{1,9}) sec/.exec(lines[at] ?? '')?.groups;
  if (open?.seconds === undefined || Number(open.seconds) < LONG_SECONDS) return [];
  const next = lines.slice(at + 1, at + BLOCK_LINES).findIndex((line) => line.startsWith('---TRANSACTION'));
  const block = lines.slice(at + 1, next < 0 ? at + BLOCK_LINES : at + 1 + next);
  if (block.some((line) => line.startsWith('LOCK WAIT'))) return [];
  const thread = block.map((line) => /^MySQL thread id (?<thread>\d{1,20})/.exec(line)?.groups?.thread).find((id) => id !== undefined);
  const says = { seconds: open.seconds, transactionId: open.transaction ?? '', ...(thread === undefined ? {} : { thread }) };
  return [faultOf('long-open', lines[at] ?? '', at, says)];
}

function faultOf(meaning: Fault['meaning'], text: string, line: number, says: Readonly<Record<string, string>>): Fault {
  return { meaning, text: text.trim().slice(0, 400), line, by: 'mysql', says };
}
