/** The runbook: one Markdown file per cause, in a folder of the team's. */
export interface Runbooks {
  /** The file of a cause; undefined when there is none. Throws when the folder cannot be read. */
  read: (rule: string) => Promise<string | undefined>;
  /** Replaces the file whole or not at all. Throws when it cannot be written. */
  save: (rule: string, text: string) => Promise<void>;
}
