import type { Message } from '../core/channels.ts';
import { escapeMrkdwn, oneLine } from '../core/escape.ts';
import { shortSha } from '../core/words.ts';
import { mayTell, tell, type WatchTools } from './tell.ts';

/** A deploy job that failed, as the watch sees it. */
export interface FailedJob {
  name: string;
  uid: string;
  sha?: string;
  failedAt?: string;
  why: string;
  /** The running image's commit is this job's commit all the same. */
  live: boolean;
}

type Answer = { jobs: readonly FailedJob[] } | { status: 'blind'; why: string; fix: string };

export interface DeployWatch {
  look: (now: string, signal: AbortSignal) => Promise<Answer>;
}

const EVERY_MS = 20_000;
const BUDGET_MS = 10_000;
const WHO = 'the deploy watch';

/** Lists the deploy jobs all the time: one that failed although its commit is live is told in one line, once per job. Ends with the signal. */
export async function watchDeploys(watch: DeployWatch, tools: WatchTools, signal: AbortSignal): Promise<void> {
  const untold: Message[] = [];
  const heard = new Map<string, 'settled' | 'in doubt'>();
  let blind = '';
  while (!signal.aborted) {
    const answer = await bounded(watch, tools, signal);
    if ('jobs' in answer) {
      blind = '';
      for (const job of answer.jobs) if (job.live && (await isNews(job, heard, tools))) untold.push(lineOf(job));
      await tell(untold, WHO, tools);
    } else {
      // Said once until it changes: a line every 20 s would hide everything else in the log.
      if (answer.why !== blind && !signal.aborted) tools.log.warn(`the deploy watch cannot see: ${answer.why}`, { fix: answer.fix });
      blind = answer.why;
    }
    await tools.clock.wakeAt(new Date(tools.clock.now().getTime() + EVERY_MS), signal);
  }
}

/** Who died between "this one is mine to tell" and telling it did so lately. */
const DOUBT_FOR_MS = 86_400_000;

/**
 * True once for each job, over all replicas and whatever crashes. A job that somebody took before is looked for in the announcement channel a
 * round later: its line may still be on its way from another replica, or lost in a crash.
 */
async function isNews(job: FailedJob, heard: Map<string, 'settled' | 'in doubt'>, tools: WatchTools): Promise<boolean> {
  const before = heard.get(job.uid);
  if (before === 'settled') return false;
  if (before === undefined && (await mayTell(keyOf(job), WHO, tools))) {
    heard.set(job.uid, 'settled');
    return true;
  }
  const recent = tools.clock.now().getTime() - Date.parse(job.failedAt ?? '') < DOUBT_FOR_MS;
  heard.set(job.uid, before === undefined && recent ? 'in doubt' : 'settled');
  if (before === undefined) return false;
  try {
    return (await tools.channels.findAnnounced(keyOf(job))) === 'not-there';
  } catch (error) {
    heard.set(job.uid, 'in doubt');
    tools.log.warn(`${WHO} could not read back what was told: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

function keyOf({ uid }: FailedJob): string {
  return `deploy-job:${uid}`;
}

async function bounded(watch: DeployWatch, tools: WatchTools, signal: AbortSignal): Promise<Answer> {
  try {
    return await watch.look(tools.clock.now().toISOString(), AbortSignal.any([signal, AbortSignal.timeout(BUDGET_MS)]));
  } catch (error) {
    return { status: 'blind', why: error instanceof Error ? error.message : String(error), fix: 'npm run -s pulaski -- doctor' };
  }
}

function lineOf(job: FailedJob): Message {
  const release = job.sha ? ` Its release ${shortSha(job.sha)} is live all the same.` : '';
  return {
    key: keyOf(job),
    text: `🔴 Deploy job ${escapeMrkdwn(oneLine(job.name))} failed: ${escapeMrkdwn(oneLine(job.why))}.${release}`,
    buttons: [{ action: 'open-incident', text: 'Open an incident', value: `Deploy job ${job.name} failed`, style: 'primary' }],
  };
}
