import type { Evidence, Finding } from './evidence.ts';
import { plural } from './migrations/read-rails.ts';

/** Errors that a column's type, a key, a missing column or a missing table brings. */
const POINTERS =
  /out of range|rangeerror|integer with limit \d|data too long|unknown column|unknown attribute|unknownattribute|undefined column|undefinedcolumn|doesn'?t exist|does not exist|no such (?:table|column)|duplicate entry|duplicate key|foreign key|incorrectly formed|incompatible|cannot be null|field '\w+' doesn't have a default|invalid use of null|undefined method|has no attribute|statement ?invalid|overflow|auto.?increment|\b(?:1048|1054|1062|1146|1264|1364|1406|1452|3780)\b/i;

/** What other systems wrote in a finding, bounded. */
function textsOf(finding: Finding): readonly string[] {
  switch (finding.kind) {
    case 'error-group':
      return [finding.title, finding.message ?? '', finding.class ?? '', ...(finding.frames ?? []).slice(0, 10).map((frame) => frame.file)];
    case 'log-group':
      return [finding.message, finding.sample ?? ''];
    case 'workload':
      return [finding.message ?? '', ...(finding.log ?? []).slice(-60)];
    case 'note':
      return [finding.text];
    case 'migration':
      return [finding.name ?? '', ...(finding.statements ?? [])];
    default:
      return [];
  }
}

const TEXT_LIMIT = 2_000;

/** Texts that point to the schema. */
export function schemaTexts(known: readonly Evidence[]): readonly string[] {
  const findings = known.flatMap((evidence) => evidence.outcome.findings ?? []);
  return findings.flatMap((finding) => {
    const texts = textsOf(finding).map((text) => text.slice(0, TEXT_LIMIT));
    return texts.some((text) => POINTERS.test(text)) ? texts : [];
  });
}

/** Whether anything known asks for a look at the schema. */
export const pointsToSchema = (known: readonly Evidence[]): boolean => schemaTexts(known).length > 0;

const snake = (word: string): string => word.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase();

/** Words of the texts as tables may be called: `ConversationPart` means `conversation_parts`. */
export function namedIn(texts: readonly string[]): ReadonlySet<string> {
  const words = texts.flatMap((text) => text.match(/[A-Za-z_][\w$]{1,63}/g) ?? []);
  return new Set(words.flatMap((word) => [word.toLowerCase(), snake(word), plural(snake(word))]));
}
