import { liveRelease } from '../../judge/live-release.ts';
import type { Facts, Fit, Rule } from '../../rule.ts';
import { type TextRule, textRule } from '../text-rule.ts';
import { remedy } from '../write.ts';
import { withSchema } from './with-schema.ts';

/** A migration that failed: as a text rule, and with what the schema says; while its code is live, taking the code back comes first. */
export function migrationRule(rule: Omit<TextRule, 'strength' | 'byRelease'> & Partial<Pick<TextRule, 'strength'>>): Rule {
  const base = textRule({
    strength: ({ reading, seen }) => (reading.scene.migrating && seen.finding.kind === 'workload' ? 'mechanism' : 'strong'),
    byRelease: 'yes',
    explains: ['missing-index', 'migration-pending', 'code-exception', 'probe-failing'],
    ...rule,
  });
  return { ...base, fits: (facts) => base.fits(facts).map((fit) => withRelease(facts, withSchema(facts, fit))) };
}

function withRelease(facts: Facts, fit: Fit): Fit {
  const live = liveRelease(facts);
  if (live === undefined) return fit;
  const back = remedy(
    'revert',
    `release ${live.slice(0, 7)} is live without its migration; taking it back is faster than mending the migration`,
    {
      hazards: fit.remedy.hazards,
    },
  );
  return {
    ...fit,
    remedy: back,
    next: [
      ...fit.next,
      'ship the migration alone and wait for it',
      'bring the code by reverting the revert; merging the old branch again brings nothing back',
    ],
    chain: [`release ${live.slice(0, 7)} is live, its migration is not`, ...fit.chain],
  };
}
