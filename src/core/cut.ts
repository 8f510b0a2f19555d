import { clip, oneLine, stripControls } from './escape.ts';
import { redact } from './redact.ts';

/** Text from outside as one line of at most `max`. Redacted before it is cut: half a secret is one, and no pattern knows it any more. */
export function cut(text: string, max: number): string {
  return clip(redact(oneLine(stripControls(text))), max);
}
