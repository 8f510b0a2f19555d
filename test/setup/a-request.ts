import type { ActionRequest } from '../../src/core/action.ts';
import type { RemedyKind } from '../../src/core/diagnosis.ts';
import type { Finding } from '../../src/core/evidence.ts';

/** What a person asked for, with what was seen. */
export function aRequest(kind: RemedyKind, findings: readonly Finding[] = [], more: Partial<ActionRequest> = {}): ActionRequest {
  const at = '2026-11-21T21:30:00.000Z';
  return {
    id: 'action-1',
    kind,
    incident: { number: 12, title: 'Checkout is down', openedAt: at },
    by: { id: 'U1' },
    now: at,
    evidence: [{ check: 'releases', at, tookMs: 1, outcome: { status: 'found', findings } }],
    ...more,
  };
}
