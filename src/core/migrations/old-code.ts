/** Whether the code from before a migration can live with the schema as it is now. */
import type { Safety } from '../diagnosis.ts';
import { bytesOf, type MigrationState } from './compare.ts';
import { type MigrationStatement, words } from './statement.ts';

export interface OldCode {
  safety: Safety;
  why: string;
}

const order: readonly Safety[] = ['safe', 'needs-care', 'unchecked', 'do-not'];

/**
 * `done`: the statements whose effect is in the schema. `state` undefined: the database could not be asked; then only what would be harmless
 * if it were applied is called safe.
 */
export function oldCodeSafety(done: readonly MigrationStatement[], state: MigrationState | undefined): OldCode {
  if (state === 'absent') return { safety: 'safe', why: 'it left nothing in the database' };
  const judged = done.map(judge);
  const worst = worstOf(judged);
  if (worst === undefined) return state === undefined ? unasked : { safety: 'safe', why: 'it changes nothing that the old code can see' };
  return state === undefined && worst.safety !== 'safe' ? { safety: 'unchecked', why: `${unasked.why}; ${worst.why}` } : worst;
}

const unasked: OldCode = { safety: 'unchecked', why: 'whether it is in the database could not be asked' };

export function worstOf(all: readonly OldCode[]): OldCode | undefined {
  return all.toSorted((a, b) => order.indexOf(b.safety) - order.indexOf(a.safety))[0];
}

function judge(s: MigrationStatement): OldCode {
  const say = (safety: Safety, because: string): OldCode => ({ safety, why: `${words(s)}: ${because}` });
  switch (s.op) {
    case 'create-table':
      return say('safe', 'the old code does not know the table');
    case 'drop-table':
    case 'rename-table':
      return say('do-not', 'the old code still uses the table');
    case 'drop-column':
    case 'rename-column':
      return say('do-not', 'the old code still reads and writes the column');
    case 'add-column':
      if (s.nullable === false && !s.hasDefault) return say('do-not', 'the old code does not fill it, so its inserts are refused');
      return s.nullable === undefined && !s.hasDefault
        ? say('needs-care', 'its inserts are refused if the column has neither NULL nor a default')
        : say('safe', 'the old code leaves it empty');
    case 'change-column':
      return changed(s, say);
    case 'add-index':
      return s.unique ? say('needs-care', 'rows that the old code may write twice are refused') : say('safe', 'an index harms no query');
    case 'drop-index':
      return say('needs-care', 'queries of the old code may need it');
    case 'add-foreign-key':
      return say('needs-care', 'rows without a parent, and deleting a parent, are refused now');
    case 'drop-foreign-key':
      return say('safe', 'it refused more before');
    case 'data':
      return say('unchecked', 'it changed rows; whether the old code understands them only a person can say');
  }
}

function changed(
  s: Extract<MigrationStatement, { op: 'add-column' | 'change-column' }>,
  say: (safety: Safety, because: string) => OldCode,
): OldCode {
  if (s.nullable === false && !s.hasDefault) return say('do-not', 'what the old code leaves empty is refused now');
  const bytes = s.type === undefined ? undefined : bytesOf(s.type);
  if (bytes === 8)
    return say('needs-care', 'wider is fine for the database, but processes from before still believe the old size: restart them');
  if (s.nullable === true && s.type === undefined) return say('needs-care', 'the old code may not expect it to be empty');
  return say('needs-care', 'if the type became narrower or another one, values of the old code are refused');
}
