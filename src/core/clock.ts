/** Time and ids, handed in: nothing in core or walk reads them from the machine. */
export interface Clock {
  now: () => Date;
  newId: () => string;
  /** Resolves when the clock has reached `time`, or at once when the signal aborts. Never rejects. */
  wakeAt: (time: Date, signal: AbortSignal) => Promise<void>;
}
