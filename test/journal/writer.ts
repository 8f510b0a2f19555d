// A child of the crash test: opens incidents and appends to them as fast as it can, and says on stdout what it was promised.
import { openSqlite } from '../../src/journal/sqlite.ts';
import { noted, openedEvent } from '../support/an-alert.ts';

const journal = await openSqlite(process.argv[2] ?? '');
const round = process.argv[3] ?? '';
const due = '2026-11-21T20:30:00.000Z';
for (let i = 0; ; i++) {
  const id = `${round}-${i}`;
  await Promise.all([
    journal
      .open({ id, key: id, due, once: `once-${id}` }, (number) => [openedEvent(number), noted('first')])
      .then(() => say(`opened ${id}`)),
    journal.append(id, 'any', [noted('x'.repeat(2000)), noted('y')], { due: null, once: `more-${id}` }).then(() => say(`more ${id}`)),
  ]);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
