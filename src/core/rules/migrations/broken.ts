import { named, on, remedy } from '../write.ts';
import { migrationRule } from './migration-rule.ts';

/** The migration itself is wrong: syntax, a table, column or index that is not there, something the server cannot do. */
export const migrationBroken = migrationRule({
  id: 'migration-broken',
  adds: ({ fault }) => missing(fault.text),
  about: (facts) => facts.migration ?? '',
  cause: (facts) => `The migration${on(facts.migration, ' ')} is wrong: ${what(facts)}`,
  remedy: (facts) =>
    remedy('roll-forward', `the migration must be corrected${on(facts.place, ' at ')}; running it again changes nothing`, {
      commands: [],
      hazards: [
        'MySQL does not roll DDL back: statements before the failing one stay, so the corrected migration must bear what is there already',
      ],
      safety: 'needs-care',
    }),
  next: (facts) => [
    `correct the migration${on(facts.place, ' at ')}`,
    'compare the schema with what it did before it failed',
    'run it on a copy of production, then here',
  ],
  chain: (facts) => [`the migration${on(facts.migration, ' ')} cannot run: ${what(facts)}`],
});

function missing(text: string): Readonly<Record<string, string>> {
  const constant = /(?:uninitialized constant|undefined (?:local variable or )?method) [`'"]?(?:[\w]{1,80}::)?(?<constant>\w{1,80})/.exec(
    text,
  )?.groups?.constant;
  return constant === undefined ? {} : { constant };
}

function what(facts: Readonly<Record<string, string>>): string {
  if (facts.near !== undefined) return `syntax error near ${facts.near}`;
  if (facts.constant !== undefined) return `${facts.constant} does not exist in this code`;
  const object = named(facts, 'index', 'column', 'table', 'constraint');
  if (object !== undefined) return `it needs ${object}, and the server refuses it`;
  return 'its code fails';
}
