/** What was done to the world, by the bot or by a person: together with the time it is all the state that a story has. Times are story milliseconds. */
export type Happening = { at: number } & (
  | {
      type: 'pushed';
      sha: string;
      subject: string /** Keys of the story's commits whose code is in this tree. */;
      carries: readonly string[];
    }
  /** A Deployment's template was changed through the API: another image (rollback) or only a new annotation (restart). */
  | { type: 'patched'; deployment: string; image: string; restartedAt: string }
  | { type: 'killed'; thread: number }
  | { type: 'flag'; name: string; on: boolean }
);
