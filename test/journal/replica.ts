// One of several processes that share the turns. Each turn notes its beginning and its end; an incident is done after five.
import { openBoss } from '../../src/journal/boss-turns.ts';
import { openPostgres } from '../../src/journal/postgres.ts';
import { noted } from '../support/an-alert.ts';

const [, , url = '', name = ''] = process.argv;
const boss = await openBoss(url, () => undefined);
const journal = await openPostgres(url, boss.schedule, () => undefined);
const turns = boss.turns(journal, (id, error) => console.error(id, error));
await turns.start(async (id) => {
  await journal.append(id, 'any', [noted(`begin ${name}`)]);
  process.stdout.write(`begin ${id}\n`);
  await new Promise((resolve) => setTimeout(resolve, 200));
  await journal.append(id, 'any', [noted(`end ${name}`)]);
  const ends = (await journal.read(id)).filter((event) => event.type === 'noted' && event.text.startsWith('end')).length;
  return ends < 5 ? new Date(Date.now() + 100).toISOString() : null;
});
process.stdout.write('ready\n');
process.on('SIGTERM', () => void turns.shut().then(() => journal.shut()));
