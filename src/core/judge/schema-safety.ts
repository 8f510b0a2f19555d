import type { Safety } from '../diagnosis.ts';
import type { Facts } from '../rule.ts';
import { fileKind } from '../suspects/file-kind.ts';

export interface SchemaSafety {
  safety: Safety;
  /** A whole sentence. */
  why: string;
}

/** Whether the old code can live with the schema as it is, for the commits that would be taken back. */
export function schemaSafety(facts: Facts, range: readonly string[]): SchemaSafety {
  const inRange = facts
    .of('migration')
    .filter(({ finding }) => finding.inRelease === undefined || range.length === 0 || isIn(finding.inRelease, range));
  const worst = (['do-not', 'needs-care', 'unchecked'] as const).find((word) => inRange.some(({ finding }) => finding.oldCode === word));
  const told = inRange.find(({ finding }) => finding.oldCode === worst)?.finding;
  if (worst !== undefined) return { safety: worst, why: told?.why ?? `Migration ${told?.version ?? ''} says so.` };
  if (inRange.length === 0) return withoutFindings(facts, range);
  if (inRange.every(({ finding }) => finding.state === 'absent'))
    return { safety: 'safe', why: `Its ${plural(inRange.length)} left nothing in the database.` };
  const safe = inRange.every(({ finding }) => finding.oldCode === 'safe' || finding.state === 'absent');
  return safe
    ? { safety: 'safe', why: 'The old code can live with the schema as it is.' }
    : { safety: 'unchecked', why: 'Whether the old code can live with the schema was not checked.' };
}

/** Nobody speaks of a migration: safe when one looked and found none, or when the diffs show that none came along. */
function withoutFindings(facts: Facts, range: readonly string[]): SchemaSafety {
  const commits = facts.of('commit').flatMap(({ finding }) => (isIn(finding.sha, range) ? [finding] : []));
  const files = commits.flatMap((commit) => commit.files ?? []);
  const shipped = files.find((path) => fileKind(path) === 'migration');
  if (shipped !== undefined)
    return { safety: 'unchecked', why: `It ships ${shipped}; whether the old code can live with that was not checked.` };
  const looked = facts.bundle.evidence.some(({ check, outcome }) => /^migrations?\b/i.test(check) && outcome.status === 'quiet');
  const known = commits.length > 0 && commits.every((commit) => (commit.files ?? []).length > 0);
  if (looked || known) return { safety: 'safe', why: 'No migration came with it, so the old code can live with the schema.' };
  return { safety: 'unchecked', why: 'Whether a migration came with it could not be checked.' };
}

function plural(count: number): string {
  return count === 1 ? 'migration' : `${count} migrations`;
}

function isIn(sha: string, range: readonly string[]): boolean {
  return range.some((one) => one.startsWith(sha) || sha.startsWith(one));
}
