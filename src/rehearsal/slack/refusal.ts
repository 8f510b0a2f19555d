/** An answer with `ok: false`. `more` goes into the answer beside the error's word. */
export class SlackRefusal extends Error {
  override name = 'SlackRefusal';
  readonly more: Readonly<Record<string, unknown>>;
  constructor(word: string, more: Readonly<Record<string, unknown>> = {}) {
    super(word);
    this.more = more;
  }
}
