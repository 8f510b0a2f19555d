import type { Verification } from '../core/check.ts';
import type { Outcome } from '../core/evidence.ts';
import { type GitMirror, GitTrouble } from '../core/kit/git.ts';

/** The blind answer for git's own trouble; anything else is a fault of the bot and is thrown on. */
export function blindBy(error: unknown): Outcome {
  if (error instanceof GitTrouble) return { status: 'blind', why: error.message, fix: error.fix };
  throw error;
}

/** Can the branch be read? The same words as the blind answer. At the start this makes the first copy, so that no incident waits for it. */
export async function verifyBranch(mirror: GitMirror, branch: string, signal: AbortSignal): Promise<Verification> {
  try {
    const head = await mirror.update(branch, signal);
    return { what: 'git', ok: true, required: true, says: `${branch} of ${mirror.name} is at ${head.slice(0, 7)}` };
  } catch (error) {
    if (!(error instanceof GitTrouble)) throw error;
    return { what: 'git', ok: false, required: true, says: error.message, fix: error.fix };
  }
}
