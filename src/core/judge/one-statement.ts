/** `183 of 197 queries are one statement that needs it, oldest 94 s`. */
export function oneStatement(
  group: { threads: number; longestSeconds?: number },
  all: readonly { threads: number }[],
  needs = ' that needs it',
): string {
  const total = all.reduce((sum, one) => sum + one.threads, 0);
  const oldest = group.longestSeconds === undefined ? '' : `, oldest ${group.longestSeconds} s`;
  const of = total > group.threads ? `${group.threads} of ${total} queries` : `All ${group.threads} queries`;
  return `${of} are one statement${needs}${oldest}`;
}
