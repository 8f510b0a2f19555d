import { brief } from '../core/brief/brief.ts';
import { ChannelTrouble } from '../core/channels.ts';
import type { Incident } from '../core/incident.ts';
import { pictures } from '../core/pictures.ts';
import { plan, type Step } from '../core/plan.ts';
import { pushes } from '../core/push.ts';
import { threads } from '../core/threads.ts';
import { act } from './act.ts';
import { closeIncident, review } from './close.ts';
import { judge, recover } from './judge.ts';
import { recall, runbookKey, showRunbook } from './learn.ts';
import { lookStep } from './look-step.ts';
import { blank, type Memory, noteFailure } from './memory.ts';
import { showPicture } from './picture.ts';
import { card, invite, place } from './place.ts';
import { announce, post } from './post.ts';
import type { Records } from './record.ts';
import type { Tools } from './tools.ts';

/** While steps run, the journal is read again this often: another process may have appended. */
const REREAD_MS = 1_000;

/** Slack: about one message a second in a channel; an edit more often tells nobody more. */
const EDIT_EVERY_MS = 1_500;

/** A picture is no reason to ask for ever. */
const PICTURE_TRIES = 3;

export interface Walker {
  /** One turn of an incident: carries out all that is due, until nothing is; answers when it is due again. */
  turn: (id: string, signal: AbortSignal) => Promise<string | null>;
  /** Something was appended: a running turn looks at it at once, else a turn is asked for. */
  poke: (id: string) => Promise<void>;
  /** The same where the append itself planned a turn: a turn that runs here looks at it at once, and nothing else is asked. */
  wake: (id: string) => void;
}

/** A piece of work under its key; work of one key runs once at a time. */
interface Work {
  key: string;
  run: () => Promise<void>;
}

export function walker(tools: Tools, records: Records): Walker {
  const memories = new Map<string, Memory>();
  return {
    poke: async (id) => {
      const wake = memories.get(id)?.wake;
      if (wake) wake();
      else await tools.turns.nudge(id);
    },
    wake: (id) => memories.get(id)?.wake?.(),
    turn: async (id, signal) => {
      const memory = memories.get(id) ?? blank();
      memories.set(id, memory);
      const running = new Map<string, Promise<void>>();
      try {
        for (;;) {
          const incident = await settled(await records.load(id), memory, tools, records);
          const now = tools.clock.now().toISOString();
          const planned = plan(incident, now, tools.policy);
          const edits = show(incident, now, memory, tools);
          const due = [
            ...planned.steps.map((step) => stepWork(step, incident, tools, records, signal)),
            ...talk(incident, tools, records),
            ...learning(incident, memory, tools, records),
            ...drawing(incident, memory, tools, records, signal),
            ...edits.filter((edit) => edit.at <= now),
          ];
          for (const work of due)
            if (!running.has(work.key) && mayTry(memory, work.key, now)) start(work, incident, running, memory, tools);
          if (signal.aborted || running.size === 0) {
            const next = earliest([planned.next, ...waits(memory, due), ...edits.map((edit) => edit.at).filter((at) => at > now)]);
            if (incident.closed) memories.delete(id);
            // Until its last words are said a closed incident stays due: a crash before them would leave the announcement as it was.
            if (incident.closed && next === null && !signal.aborted) await tools.journal.append(id, 'any', [], { due: null });
            return next;
          }
          await something(running, memory, tools, signal);
        }
      } finally {
        memory.wake = undefined;
        await Promise.allSettled(running.values());
      }
    },
  };
}

/** Judging is pure and instant: it happens before anything is planned. */
async function settled(incident: Incident, memory: Memory, tools: Tools, records: Records): Promise<Incident> {
  let now = incident;
  const evidence = `${incident.history.length} ${incident.evidence.length} ${incident.refusedCauses.length} ${incident.recovery?.word ?? ''}`;
  if (memory.judged !== evidence) {
    now = (await records.append(incident.id, judge)).incident;
    memory.judged = evidence;
  }
  const look = now.looks.findLast((l) => l.endedAt)?.look;
  if (look !== undefined && look !== memory.recovered) {
    now = (await records.append(incident.id, (newest) => recover(newest, tools.clock.now().toISOString()))).incident;
    memory.recovered = look;
  }
  return now;
}

function stepWork(step: Step, incident: Incident, tools: Tools, records: Records, signal: AbortSignal): Work {
  const run = () => {
    switch (true) {
      case step.key === 'place':
        return place(incident, tools, records);
      case step.key === 'invite':
        return invite(incident, tools, records);
      case step.key === 'card':
        return card(incident, tools, records);
      case step.key === 'review':
        return review(incident, tools, records);
      case 'why' in step:
        return closeIncident(incident, step.why, tools, records);
      case 'look' in step:
        return lookStep(incident, step, tools, records, signal);
      case 'action' in step:
        return act(incident, step.action, step.again, tools, records);
      default:
        return announce(incident, step.key, step.text, tools, records);
    }
  };
  return { key: step.key, run };
}

/** What the channel should show and does not yet: push lines, details in the thread. */
function talk(incident: Incident, tools: Tools, records: Records): readonly Work[] {
  if (!incident.place || !incident.card) return [];
  const lines = pushes(incident, tools.clock.now().toISOString(), tools.setup);
  const details = threads(incident).filter((m) => !incident.posted[m.key]);
  return [
    ...lines.map((push) => ({ key: push.key, run: () => post(incident, push.kind, push, tools, records) })),
    ...details.map((m) => ({ key: m.key, run: () => post(incident, 'thread', m, tools, records) })),
  ];
}

/** What was learned of the named cause: its runbook, and the ended incident that looks the same. */
function learning(incident: Incident, memory: Memory, tools: Tools, records: Records): readonly Work[] {
  const first = incident.diagnosis?.verdict === 'cause' ? incident.diagnosis.hypotheses[0] : undefined;
  if (!first || !incident.card) return [];
  const remembered = async () => {
    await recall(incident, first, tools, records);
    memory.recalled = first.rule;
  };
  return [
    ...(tools.runbooks && !incident.posted[runbookKey(first.rule)]
      ? [{ key: runbookKey(first.rule), run: () => showRunbook(incident, first.rule, tools, records) }]
      : []),
    ...(incident.recalled || memory.recalled === first.rule ? [] : [{ key: 'recall', run: remembered }]),
  ];
}

/** A picture is welcome and never needed: after a few failures, each in the log, the incident goes on without it. */
function drawing(incident: Incident, memory: Memory, tools: Tools, records: Records, signal: AbortSignal): readonly Work[] {
  if (!incident.place || !incident.card) return [];
  return pictures(incident)
    .filter(({ key }) => (memory.failed.get(key)?.times ?? 0) < PICTURE_TRIES)
    .map((picture) => ({ key: picture.key, run: () => showPicture(incident, picture, tools, records, signal) }));
}

/**
 * The card as it should be now, when it shows something else. Its pace is part of the plan: nobody waits inside a step for it. `now` is the plan's own:
 * a later one would put the edit behind it each time, and a busy machine would never show anything.
 */
function show(incident: Incident, now: string, memory: Memory, tools: Tools): readonly (Work & { at: string })[] {
  const { place: where, card: ts } = incident;
  if (!where || !ts) return [];
  const wanted = brief(incident, now, tools.setup);
  const content = JSON.stringify(wanted);
  if (content === memory.shown) return [];
  const run = async () => {
    memory.nextEdit = new Date(tools.clock.now().getTime() + EDIT_EVERY_MS).toISOString();
    await tools.channels.editCard(where, ts, incident.id, wanted);
    memory.shown = content;
  };
  return [{ key: 'show', run, at: memory.nextEdit ?? now }];
}

function start(work: Work, incident: Incident, running: Map<string, Promise<void>>, memory: Memory, tools: Tools): void {
  const started = performance.now();
  const measure = (result: string) =>
    tools.measure('step', work.key.split(':')[0] ?? work.key, (performance.now() - started) / 1000, result);
  const run = work
    .run()
    .then(() => {
      memory.failed.delete(work.key);
      measure('done');
    })
    .catch((error: unknown) => {
      measure('failed');
      noteFailure(memory, work.key, tools.clock.now());
      const text = error instanceof Error ? error.message : String(error);
      const fix = error instanceof ChannelTrouble ? error.fix : undefined;
      tools.log.error(`incident ${incident.number}: ${work.key} failed: ${text}`, {
        incident: incident.number,
        ...(fix === undefined ? {} : { fix }),
      });
      // The incident proceeds without Slack: what the card would say stands in the terminal.
      if (error instanceof ChannelTrouble && ['place', 'card', 'show'].includes(work.key))
        tools.print(brief(incident, tools.clock.now().toISOString(), tools.setup));
    })
    .finally(() => running.delete(work.key));
  running.set(work.key, run);
}

async function something(running: Map<string, Promise<void>>, memory: Memory, tools: Tools, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const { promise: poked, resolve } = Promise.withResolvers<void>();
  memory.wake = resolve;
  const reread = tools.clock.wakeAt(new Date(tools.clock.now().getTime() + REREAD_MS), AbortSignal.any([over.signal, signal]));
  await Promise.race([...running.values(), poked, reread]);
  over.abort();
}

function mayTry(memory: Memory, key: string, now: string): boolean {
  const failure = memory.failed.get(key);
  return !failure || failure.again <= now;
}

function waits(memory: Memory, due: readonly Work[]): readonly string[] {
  return due.flatMap((work) => memory.failed.get(work.key)?.again ?? []);
}

function earliest(times: readonly (string | null)[]): string | null {
  return times.filter((t) => t !== null).toSorted()[0] ?? null;
}
