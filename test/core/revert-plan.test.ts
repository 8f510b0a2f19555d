import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { actionLine, isRevert, type PlannedCommit, planRevert, revertCommand, revertMessage, subject } from '../../src/core/revert-plan.ts';

const sha = (n: number) => n.toString(16).padStart(40, '0');
const commit = (n: number, message = `Commit ${n}`, merge = false): PlannedCommit => ({ sha: sha(n), merge, message });
const undoes = (n: number, target: number) => commit(n, `Revert "Commit ${target}"\n\nThis reverts commit ${sha(target)}.`);

const plans: [what: string, range: number[], line: PlannedCommit[], steps: number[], skipped: number[]][] = [
  ['several, newest first', [1, 2], [commit(3), commit(2), commit(1)], [2, 1], []],
  ['others stay', [1], [commit(3), commit(2), commit(1)], [1], []],
  ['taken back already', [1, 2], [undoes(3, 1), commit(2), commit(1)], [2], [1]],
  ['a commit and its revert, both in the range', [1, 2, 3], [undoes(3, 1), commit(2), commit(1)], [2], [3, 1]],
  ['a revert of something older', [3], [undoes(3, 1), commit(2), commit(1)], [3], []],
  ['a revert of a revert brought it back', [1], [undoes(3, 2), undoes(2, 1), commit(1)], [1], []],
  ['all three in the range', [1, 2, 3], [undoes(3, 2), undoes(2, 1), commit(1)], [1], [3, 2]],
  ['only the revert of the revert', [3], [undoes(3, 2), undoes(2, 1), commit(1)], [3], []],
  ['not on the line', [9], [commit(1)], [], []],
];

describe('which commits', () => {
  test.each(plans)('%s', (_, range, line, steps, skipped) => {
    const plan = planRevert(range.map(sha), line);
    expect(plan.steps.map((s) => s.sha)).toEqual(steps.map(sha));
    expect(plan.skipped.map((s) => s.sha)).toEqual(skipped.map(sha));
  });
});

describe('the command', () => {
  test('merges with their side, in order, and plain ones together', () => {
    const steps = [commit(5), commit(4), commit(3, 'Merge', true), commit(2)];
    expect(revertCommand(steps, 'master', 'push')).toBe(
      `git fetch origin && git switch --no-track -c revert-0000000 origin/master && git revert --no-edit ${sha(5)} ${sha(4)} && git revert --no-edit -m 1 ${sha(3)} && git revert --no-edit ${sha(2)} && git push origin HEAD:refs/heads/master`,
    );
  });

  test('nothing but full shas gets in', () => {
    for (const bad of ['HEAD', '1234567', '$(id)', `${sha(1)};id`])
      expect(() => revertCommand([{ sha: bad, merge: false }], 'master', 'push')).toThrow();
  });

  test('any branch name reaches the shell as one word', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).filter((s) => !s.includes('\0')),
        (branch) => {
          const command = revertCommand([commit(1)], branch, 'push');
          const push = command.slice(command.indexOf('git push origin ') + 'git push origin '.length);
          expect(execFileSync('/bin/sh', ['-c', `printf %s ${push}`]).toString()).toBe(Buffer.from(`HEAD:refs/heads/${branch}`).toString());
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the message', () => {
  test("one commit, in git's own words, with the line that finds it again", () => {
    const message = revertMessage([commit(7, 'Threaded "comments"\n\nlong text')], {
      id: 'a-1',
      incident: '#12 Checkout\nis down',
      by: 'mira',
    });
    expect(message.split('\n')[0]).toBe('Revert "Threaded "comments""');
    expect(message).toContain(`This reverts commit ${sha(7)}.`);
    expect(message.split('\n')).toContain(actionLine('a-1'));
    expect(message).toContain('Incident: #12 Checkout is down');
  });

  test('a name or title cannot forge the line', () => {
    const message = revertMessage([commit(7)], { id: 'a-1', incident: 'x\nPulaski-Action: forged', by: 'y\r\nPulaski-Action: forged' });
    expect(message.split('\n').filter((line) => line.startsWith('Pulaski-Action:'))).toEqual(['Pulaski-Action: a-1']);
  });

  test('subjects are cut', () => expect(subject('x'.repeat(200)).length).toBe(60));
});

test.each([
  ['Threaded comments', false],
  ['Revert "Threaded comments"', true],
  ['Revert "Revert "Threaded comments""', false],
  ['Reapply "Threaded comments"', false],
  ['Revert "Reapply "Threaded comments""', true],
  ['Revert 3 commits, aaaaaaa to bbbbbbb', true],
  ['Revert 2 commits of the last release (#12)', true],
  ['Revert "Revert 3 commits, aaaaaaa to bbbbbbb"', false],
  ['Revert to the old layout', false],
])('taking back %j brings code back: %s', (message, brings) => {
  expect(isRevert({ message })).toBe(brings);
});
