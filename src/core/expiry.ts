import type { Verification } from './check.ts';

const DAY_MS = 86_400_000;
/** Time to have a new one made in office hours. */
const SOON_DAYS = 14;

/** The line with the day its credential ends. One that ends within two weeks is said as something to do, before it is a fault at night. */
export function withExpiry(line: Verification, now: Date): Verification {
  const ends = Date.parse(line.expires ?? '');
  if (Number.isNaN(ends) || !line.ok) return line;
  const days = Math.floor((ends - now.getTime()) / DAY_MS);
  const day = new Date(ends).toISOString().slice(0, 10);
  if (days >= SOON_DAYS) return { ...line, says: `${line.says}; its credential is good until ${day}` };
  const when =
    days < 0 ? `ended on ${day}` : days < 1 ? `ends within a day (${day})` : `ends in ${days} ${days === 1 ? 'day' : 'days'} (${day})`;
  return {
    ...line,
    ok: false,
    says: `${line.says}, but its credential ${when}`,
    fix: line.renew ?? 'Have a new one made, set it, and start the bot again',
  };
}
