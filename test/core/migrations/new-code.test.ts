import { expect, test } from 'vitest';
import type { Migration } from '../../../src/core/evidence.ts';
import { newCodeSafety } from '../../../src/core/migrations/new-code.ts';

const migration = (version: string, state?: Migration['state']): Migration => ({
  kind: 'migration',
  version,
  name: 'add_post_foreign_key',
  file: `db/migrate/${version}_add_post_foreign_key.rb`,
  ...(state === undefined ? {} : { state }),
});
const stopped = { cause: 'the migration stopped', migration: '20261123151500_add_post_foreign_key.rb' };

test.each([
  ['no migration comes back', [], undefined, 'needs-care', 'must be mended before'],
  ['it has run', [migration('1', 'applied')], undefined, 'needs-care', 'its migration is in the database'],
  ['it has not run yet', [migration('1', 'absent')], undefined, 'needs-care', 'migration 1 is not in the database: it must run before'],
  ['it stopped in this incident', [migration('20261123151500', 'absent')], stopped, 'do-not', 'stopped in this incident'],
  ['another one stopped', [migration('20261123151600', 'absent')], { ...stopped, migration: '20261123151500' }, 'needs-care', 'must run'],
  ['it stopped, but has run since', [migration('20261123151500', 'applied')], stopped, 'needs-care', 'is in the database'],
  ['half of it is there', [migration('1', 'partial')], undefined, 'do-not', 'half in the database'],
  ['nobody could ask', [migration('1')], undefined, 'unchecked', 'could not be asked'],
  ['the worst of several counts', [migration('1', 'applied'), migration('2', 'partial')], undefined, 'do-not', 'migration 2 is half'],
] as const)('code that comes back: %s', (_what, migrations, before, safety, why) => {
  const judged = newCodeSafety(migrations, before);
  expect(judged.safety).toBe(safety);
  expect(judged.why).toMatch(/^this brings the new code back: /);
  expect(judged.why).toContain(why);
});
