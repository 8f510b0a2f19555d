import type { Live } from './action.ts';
import type { Evidence, Finding, Table } from './evidence.ts';
import { sameSha } from './same-sha.ts';

/** A change that people made outside of the bot and that may be the fix. */
export interface Elsewhere {
  text: string;
  live: Live;
}

/** Compares the newest answers with the earlier ones: a column's type that changed, another commit in the pods. `ours`: commits our own actions put there. */
export function changedElsewhere(history: readonly Evidence[], ours: readonly string[]): readonly Elsewhere[] {
  return [...tablesChanged(history), ...rolledElsewhere(history, ours)];
}

function tablesChanged(history: readonly Evidence[]): readonly Elsewhere[] {
  const seen = new Map<string, { table: Table; at: string }>();
  const changes: Elsewhere[] = [];
  for (const evidence of history) {
    for (const table of of(evidence, 'table')) {
      const name = `${table.db ?? ''}.${table.table}`;
      const was = seen.get(name);
      for (const column of table.columns ?? []) {
        const before = was?.table.columns?.find((c) => c.name === column.name);
        if (!before || typeName(before) === typeName(column)) continue;
        const than = table.changedAt && was && table.changedAt > was.at ? table.changedAt : evidence.at;
        changes.push({
          text: `${table.table}.${column.name} is ${typeName(column)} now (was ${typeName(before)})`,
          live: { when: 'pods-newer', than },
        });
      }
      seen.set(name, { table, at: evidence.at });
    }
  }
  return changes;
}

function typeName(column: { type: string; unsigned?: boolean }): string {
  const type = column.type.replace(/\(\d+\)/, '').toUpperCase();
  return column.unsigned && !type.includes('UNSIGNED') ? `${type} UNSIGNED` : type;
}

function rolledElsewhere(history: readonly Evidence[], ours: readonly string[]): readonly Elsewhere[] {
  const first = new Map<string, string>();
  const changes: Elsewhere[] = [];
  for (const evidence of history) {
    for (const rollout of of(evidence, 'rollout')) {
      if (!rollout.sha) continue;
      const was = first.get(rollout.deployment);
      if (was && !sameSha(was, rollout.sha) && !ours.some((sha) => sameSha(sha, rollout.sha))) {
        changes.push({
          text: `${rollout.deployment} runs ${rollout.sha.slice(0, 7)} now (was ${was.slice(0, 7)})`,
          live: { when: 'sha', sha: rollout.sha },
        });
      }
      first.set(rollout.deployment, rollout.sha);
    }
  }
  return changes;
}

function of<K extends Finding['kind']>(evidence: Evidence, kind: K): readonly Extract<Finding, { kind: K }>[] {
  return (evidence.outcome.findings ?? []).filter((f): f is Extract<Finding, { kind: K }> => f.kind === kind);
}
