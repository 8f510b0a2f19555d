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
  let blind = '';
  while (!signal.aborted) {
    const answer = await bounded(watch, tools, signal);
    if ('jobs' in answer) {
      blind = '';
      for (const job of answer.jobs) if (job.live && (await mayTell(`deploy-job:${job.uid}`, WHO, tools))) untold.push(lineOf(job));
      await tell(untold, WHO, tools);
    } else {
      // Said once until it changes: a line every 20 s would hide everything else in the log.
      if (answer.why !== blind && !signal.aborted) tools.log.warn(`the deploy watch cannot see: ${answer.why}`, { fix: answer.fix });
      blind = answer.why;
    }
    await tools.clock.wakeAt(new Date(tools.clock.now().getTime() + EVERY_MS), signal);
  }
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
    key: `deploy-job:${job.uid}`,
    text: `🔴 Deploy job ${escapeMrkdwn(oneLine(job.name))} failed: ${escapeMrkdwn(oneLine(job.why))}.${release}`,
    buttons: [{ action: 'open-incident', text: 'Open an incident', value: `Deploy job ${job.name} failed`, style: 'primary' }],
  };
}
