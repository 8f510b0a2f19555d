import type { GitMirror } from '../core/kit/git.ts';

export type GitCost = { 'questions to the remote': number; 'git commands': number };

/** The mirror, counting what a look asks of the remote and of the copy on this machine. */
export function counted(mirror: GitMirror): { mirror: GitMirror; cost: GitCost } {
  const cost: GitCost = { 'questions to the remote': 0, 'git commands': 0 };
  const counting =
    <Args extends readonly unknown[], Answer>(what: keyof GitCost, ask: (...args: Args) => Answer) =>
    (...args: Args): Answer => {
      cost[what]++;
      return ask(...args);
    };
  const { update, head, resolve, contains, log, diff, file, tree, grep, findLine } = mirror;
  return {
    cost,
    mirror: {
      ...mirror,
      update: counting('questions to the remote', update),
      head: counting('questions to the remote', head),
      resolve: counting('git commands', resolve),
      contains: counting('git commands', contains),
      log: counting('git commands', log),
      diff: counting('git commands', diff),
      file: counting('git commands', file),
      tree: counting('git commands', tree),
      grep: counting('git commands', grep),
      findLine: counting('git commands', findLine),
    },
  };
}
