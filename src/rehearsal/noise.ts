/** A number in 0..1 that looks random and is the same for the same words: a story must play the same way twice. */
export function noise(...words: readonly (string | number)[]): number {
  let hash = 2166136261;
  for (const char of words.join('|')) hash = Math.imul(hash ^ char.charCodeAt(0), 16777619);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 2246822519);
  hash ^= hash >>> 13;
  return (hash >>> 0) / 4294967296;
}

/** `value`, a little up or down: by `spread` (0.1: ten percent) of it. */
export function around(value: number, spread: number, ...words: readonly (string | number)[]): number {
  return value * (1 + spread * (noise(...words) * 2 - 1));
}
