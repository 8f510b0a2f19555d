/** Whether an action helped, per symptom, judged from the minute it is live. */
export type RecoveryWord = 'not-live-yet' | 'recovered' | 'better' | 'unchanged' | 'worse' | 'cannot-tell';

export interface Symptom {
  /** Stable over looks: kind and required fields. */
  key: string;
  /** As the card names it: `5xx / min`, `RDS CPU`, an error's title. */
  name: string;
  unit?: string;
  before?: number;
  worst: number;
  now?: number;
  state: 'quiet' | 'halved' | 'same' | 'worse' | 'unseen';
}

export interface Recovery {
  word: RecoveryWord;
  /** When the fix was live, UTC ISO. */
  liveAt?: string;
  /** Since when all symptoms are quiet. */
  quietSince?: string;
  symptoms: readonly Symptom[];
  /** What still fires, what is left over, what it rules out: one fact a line. */
  says: readonly string[];
}
