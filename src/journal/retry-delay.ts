/** How long a turn that failed this many times before waits: 1 s, doubled up to a minute. */
export function retryDelayMs(failuresBefore: number): number {
  return Math.min(1000 * 2 ** failuresBefore, 60_000);
}
