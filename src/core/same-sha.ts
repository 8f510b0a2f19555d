/** Tags often carry a short sha. */
export function sameSha(one: string | undefined, other: string | undefined): boolean {
  if (!one || !other) return false;
  return one.length < other.length ? one.length >= 7 && other.startsWith(one) : other.length >= 7 && one.startsWith(other);
}
