import type { Action, ActionResult, Preview } from '../../src/core/action.ts';
import type { Check } from '../../src/core/check.ts';
import type { Finding } from '../../src/core/evidence.ts';
import type { SqliteJournal } from '../../src/journal/sqlite.ts';
import { desk } from '../../src/walk/desk/index.ts';
import { records } from '../../src/walk/record.ts';
import type { Tools } from '../../src/walk/tools.ts';
import { walker } from '../../src/walk/turn.ts';
import { stoppedClock } from './stopped-clock.ts';
import { workspace } from './workspace.ts';

const stuck: Finding = {
  kind: 'query-group',
  fingerprint: 'select * from comments where post_id = ?',
  threads: 183,
  longestSeconds: 94,
  tone: 'bad',
};
const never = new AbortController().signal;

export const preview: Preview = {
  possible: true,
  title: 'Revert 4f1c2ab',
  lines: ['One commit'],
  command: 'git revert',
  safety: 'safe',
  unchecked: [],
  state: 'head-1',
};

/** A revert that counts its runs. */
export function revert(result: ActionResult = { status: 'done', text: 'pushed', links: [], live: { when: 'now' } }) {
  const ran = { runs: 0, settled: undefined as ActionResult | undefined };
  const action: Action = {
    kind: 'revert',
    preview: async () => preview,
    run: async () => {
      ran.runs++;
      return result;
    },
    settle: async () => ran.settled,
    verify: async () => [],
  };
  return { ran, action };
}

/** A bot's walk on a real journal, a workspace in memory and a clock that stands. */
export function walkingBot(journal: SqliteJournal, change: Partial<Tools> = {}, from = '2026-11-21T03:04:00.000Z') {
  const clock = stoppedClock(from);
  const slack = workspace();
  const printed: string[] = [];
  const cases: unknown[] = [];
  const mysql: Check = {
    name: 'mysql',
    question: '?',
    budgetMs: 5_000,
    look: async () => ({ outcome: { status: 'found', findings: [stuck] } }),
    verify: async () => [],
  };
  const nudged: string[] = [];
  const failures: string[] = [];
  const tools: Tools = {
    journal,
    turns: { nudge: async (id) => void nudged.push(id) },
    channels: slack.channels,
    checks: [mysql],
    actions: [],
    clock,
    setup: {
      checks: [{ name: 'mysql', question: '?', on: true }],
      actors: 'some',
      dryRun: false,
      deadlineMinutes: 15,
      actions: ['revert'],
    },
    print: (brief) => void printed.push(brief.title),
    draw: async () => new Uint8Array([1]),
    keep: async (recorded) => void cases.push(recorded),
    runbooks: undefined,
    doctor: async () => [],
    log: { info: () => {}, warn: () => {}, error: (text) => void failures.push(text) },
    policy: { environment: 'production', services: ['checkout'], deadlineMinutes: 15, invite: ['U9'], actors: ['U1', 'S1'], dryRun: false },
    measure: () => {},
    ...change,
  };
  const kept = records(journal, clock);
  const walk = walker(tools, kept);
  const people = desk({ tools, records: kept, walker: walk });
  let said = 0;
  const say = (text: string, channel = 'C0') => people.command({ text, user: 'U1', channel, trigger: `t${++said}` });
  const turn = async () => {
    const [one] = await journal.list('open', 1);
    return one ? walk.turn(one.id, never) : null;
  };
  const incident = async () => kept.load((await journal.list('all', 1))[0]?.id ?? '');
  return { clock, slack, printed, cases, nudged, failures, people, say, turn, incident, tools };
}
