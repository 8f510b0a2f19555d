import { type Assembled, actParts, sourceParts } from './assemble.ts';
import type { Setup } from './core/brief.ts';

/** What the card says of the set-up: which sources are asked, who may act. */
export function setupOf({ general, checks, actions }: Assembled): Setup {
  const ready = new Map(checks.ready.map((c) => [c.name, c.question]));
  return {
    checks: sourceParts.map((part) => ({ name: part.name, question: ready.get(part.name) ?? '', on: ready.has(part.name) })),
    actors: general.actors.length === 0 ? 'none' : 'some',
    dryRun: general.dryRun,
    deadlineMinutes: general.deadlineMinutes,
    actions: actParts.flatMap((part) => actions.ready.filter((a) => a.kind === part.name).map((a) => a.kind)),
  };
}
