import { stripControls } from './core/escape.ts';
import { redact } from './core/redact.ts';
import { SetupError } from './settings.ts';
import { bearClosedOutput, UsageError } from './verbs/io.ts';

/** What one verb offers. Its module is loaded only when it is called: `--help` needs no SDK. */
interface Verb {
  usage: string;
  about: string;
  load: () => Promise<{ run: (args: string[]) => Promise<number> }>;
}

const verbs: Readonly<Record<string, Verb>> = {
  start: { usage: 'start', about: 'the bot; with no source set up: the rehearsal page', load: () => import('./verbs/start.ts') },
  rehearse: {
    usage: 'rehearse <story> [--headless] [--json]',
    about: 'plays a story on the page; headless with its scripted responder',
    load: () => import('./verbs/rehearse.ts'),
  },
  triage: {
    usage: 'triage [--service S] [--verbose] [--json]',
    about: 'looks at every source and judges, in this terminal',
    load: () => import('./verbs/triage.ts'),
  },
  diagnose: {
    usage: 'diagnose [file|-] [--json] | diagnose --text [--as kind] [file|-] | diagnose --texts file --json',
    about: 'judges an evidence bundle, or a pasted log, status, exception or process list',
    load: () => import('./verbs/diagnose.ts'),
  },
  digest: {
    usage: 'digest [file|-] [--limit 20] [--json]',
    about: 'summarises a MySQL process list',
    load: () => import('./verbs/digest.ts'),
  },
  journal: {
    usage: 'journal export [file] | journal import [file]',
    about: 'the journal as lines of JSON: backup, also while the bot runs; restore or move into an empty store',
    load: () => import('./verbs/journal.ts'),
  },
  doctor: {
    usage: 'doctor [--json]',
    about: 'checks every credential, permission and grant; prints what to paste',
    load: () => import('./verbs/doctor.ts'),
  },
};

const help = `Pulaski tells you whether a revert will help.

Usage: npm run -s pulaski -- <verb>

${Object.values(verbs)
  .map((v) => `  ${v.usage}\n      ${v.about}`)
  .join('\n')}

Every verb knows --help. With --json standard output is JSON alone. Settings come from the environment or .env; docs/settings.md lists them.`;

/** Runs a verb. Exit code 0: done, 1: it failed, 2: used wrongly. */
export async function run(argv: readonly string[]): Promise<number> {
  bearClosedOutput();
  const [name, ...args] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    console.log(help);
    return name === undefined ? 2 : 0;
  }
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (!verb) {
    console.error(`There is no verb "${stripControls(name.slice(0, 60))}".\n\n${help}`);
    return 2;
  }
  if (args.includes('--help') || args.includes('-h')) {
    console.log(`Usage: npm run -s pulaski -- ${verb.usage}\n\n${verb.about}`);
    return 0;
  }
  try {
    const { run: verbRun } = await verb.load();
    return await verbRun(args);
  } catch (error) {
    return await explain(error, verb);
  }
}

async function explain(error: unknown, verb: Verb): Promise<number> {
  const { secretsOf } = await import('./all-settings.ts');
  const secrets = secretsOf(process.env);
  const safe = (text: string) => redact(stripControls(text), secrets);
  const message = safe(error instanceof Error ? error.message : String(error));
  // parseArgs throws TypeErrors with codes of its own for options it does not know.
  const usage =
    error instanceof UsageError ||
    (error instanceof TypeError && String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS'));
  if (usage) {
    console.error(`${message}\nUsage: npm run -s pulaski -- ${verb.usage}`);
    return 2;
  }
  console.error(message);
  if (!(error instanceof SetupError) && process.env.PULASKI_DEBUG && error instanceof Error) console.error(safe(error.stack ?? ''));
  return 1;
}
