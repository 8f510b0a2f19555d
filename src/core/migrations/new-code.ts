/** Whether code that comes back can live with the schema as it is now: undoing a revert releases it again, with its migrations. */
import type { Safety } from '../diagnosis.ts';
import type { Migration } from '../evidence.ts';
import { firstFew } from '../words.ts';
import { type OldCode, worstOf } from './old-code.ts';

/** What named the release as the cause when it was taken back. `migration`: the file that had stopped. */
export interface TakenBackFor {
  cause: string;
  migration?: string;
}

/** `migrations` come back with the code, each with its state in the database; a state that is missing could not be asked. */
export function newCodeSafety(migrations: readonly Migration[], before: TakenBackFor | undefined): { safety: Safety; why: string } {
  const judged = migrations.map((m) => judge(m, before));
  const worst = worstOf(judged);
  const comes = 'this brings the new code back';
  if (worst === undefined || worst.safety === 'safe') {
    const ran = migrations.length === 0 ? 'what was wrong with it must be mended before' : `${which(migrations)} in the database`;
    return { safety: 'needs-care', why: `${comes}: ${ran}` };
  }
  const reasons = judged.filter((one) => one.safety === worst.safety).map((one) => one.why);
  return { safety: worst.safety, why: `${comes}: ${firstFew(reasons, 2)}` };
}

function which(migrations: readonly Migration[]): string {
  return migrations.length === 1 ? 'its migration is' : `its ${migrations.length} migrations are`;
}

function judge(migration: Migration, before: TakenBackFor | undefined): OldCode {
  const name = `migration ${migration.version}`;
  switch (migration.state) {
    case 'applied':
      return { safety: 'safe', why: `${name} is in the database` };
    case 'partial':
      return { safety: 'do-not', why: `${name} is half in the database: it stops at what exists already, or is never run again` };
    case 'absent':
      return stoppedBefore(migration, before)
        ? {
            safety: 'do-not',
            why: `${name} stopped in this incident and is not in the database: unless its reason is mended, it stops again`,
          }
        : { safety: 'needs-care', why: `${name} is not in the database: it must run before the code is live` };
    default:
      return { safety: 'unchecked', why: `whether ${name} is in the database could not be asked` };
  }
}

/** A fact names the file, the version or the name, as it stood in the log. */
function stoppedBefore({ version, name, file }: Migration, before: TakenBackFor | undefined): boolean {
  const stopped = before?.migration?.toLowerCase();
  if (stopped === undefined) return false;
  const own = file?.split('/').at(-1)?.toLowerCase();
  return [own, version.toLowerCase(), name?.toLowerCase()].some((word) => word !== undefined && word !== '' && stopped.includes(word));
}
