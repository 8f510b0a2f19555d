/** Stands where a secret stood. Its brackets keep what is left and right of it apart, so a second pass finds nothing new. */
export const MARK = '[redacted]';

/** Hides one kind of secret. Linear in the length of the text, whatever is in it. */
export type Hide = (text: string) => string;

/** Hides what a pattern finds. The pattern's repeats must be bounded. */
export function hide(pattern: RegExp, by: (...match: string[]) => string = () => MARK): Hide {
  return (text) => text.replace(pattern, by);
}
