import type { Look, Verification } from './check.ts';

/** A source could not be seen: why, and what to paste or do. Thrown inside a check, answered as its outcome. */
export class Blind extends Error {
  override name = 'Blind';
  readonly fix: string;
  constructor(why: string, fix: string, options?: ErrorOptions) {
    super(why, options);
    this.fix = fix;
  }
}

/** The look, or the blind answer that stands for what it threw. Other errors are faults of ours and go on. */
export async function orBlind(look: () => Promise<Look>): Promise<Look> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof Blind) return { outcome: { status: 'blind', why: error.message, fix: error.fix } };
    throw error;
  }
}

/** One line of doctor from a question that throws `Blind` when it cannot be answered, in the same words. */
export async function verified(what: string, ask: () => Promise<string>, required = true): Promise<Verification> {
  try {
    return { what, ok: true, required, says: await ask() };
  } catch (error) {
    if (error instanceof Blind) return { what, ok: false, required, says: error.message, fix: error.fix };
    throw error;
  }
}
