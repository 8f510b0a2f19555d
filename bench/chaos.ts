// Kills the bot with SIGKILL at random instants of stories that play, starts it again, and counts what was lost or doubled.
// `npm run chaos` plays 200 stories; `-- --postgres` on PostgreSQL, `-- --replicas` with two processes there, of which one stays,
// `-- --seed S --count N` the same again. Exit 1 on any violation.
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { instantOf, said } from '../test/chaos/instant.ts';
import { type Outcome, playWithCrashes } from '../test/chaos/play.ts';
import { startPostgres } from '../test/setup/postgres.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '200' },
    seed: { type: 'string', default: randomBytes(4).toString('hex') },
    'at-once': { type: 'string', default: '4' },
    stories: { type: 'string', default: 'iris,lock-pileup,iris,lock-pileup,bad-code,intercom' },
    postgres: { type: 'boolean', default: false },
    replicas: { type: 'boolean', default: false },
    /** Prints the bot's own words of a story that went wrong. */
    verbose: { type: 'boolean', default: false },
  },
});
const count = Number(values.count);
const names = values.stories.split(',');
/** How soon another process must go on. */
const TAKEOVER_MS = 15_000;
const postgres = values.postgres || values.replicas ? await startPostgres() : undefined;
const results: { n: number; outcome: Outcome }[] = [];
let next = 0;

console.log(`seed ${values.seed}, ${count} stories, ${postgres ? 'PostgreSQL' : 'embedded store'}, ${values['at-once']} at once`);
await Promise.all(Array.from({ length: Number(values['at-once']) }, worker));
table();
await postgres?.gone();
process.exit(results.some(({ outcome }) => outcome.wrong.length > 0) || results.length < count ? 1 : 0);

async function worker(): Promise<void> {
  while (next < count) {
    const n = ++next;
    const story = names[n % names.length] ?? 'iris';
    const instant = instantOf(story, values.seed, n);
    try {
      const outcome = await playWithCrashes(story, [instant], postgres && { url: postgres.database(), replicas: values.replicas ? 2 : 1 });
      const late = outcome.takeovers.filter((ms) => ms > TAKEOVER_MS).map((ms) => `taken over after ${Math.round(ms)} ms`);
      const wrong = [...outcome.wrong, ...late];
      results.push({ n, outcome: { ...outcome, wrong } });
      const [crash] = outcome.crashes;
      const when = crash ? `second ${crash.second}, after ${crash.during}` : 'never';
      console.log(`${wrong.length === 0 ? 'ok   ' : 'WRONG'} ${n} ${story}: ${said(instant)} (${when}) ${wrong.join('; ')}`);
      if (values.verbose && wrong.length > 0) console.log(outcome.log);
    } catch (error) {
      console.log(`WRONG ${n} ${story}: ${said(instant)}: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }
}

function table(): void {
  const rows = [...new Set(names)].map((name) => {
    const own = results.filter(({ outcome }) => outcome.story === name).map(({ outcome }) => outcome);
    const wrong = own.filter((outcome) => outcome.wrong.length > 0).length;
    const crashes = own.reduce((sum, outcome) => sum + outcome.crashes.length, 0);
    const slowest = Math.max(0, ...own.flatMap((outcome) => outcome.takeovers));
    return {
      story: name,
      played: own.length,
      killed: crashes,
      wrong,
      ...(values.replicas ? { slowestTakeoverMs: Math.round(slowest) } : {}),
    };
  });
  console.table(rows);
  console.log(JSON.stringify({ seed: values.seed, store: postgres ? 'postgres' : 'sqlite', played: results.length, rows }));
}
