import type { Evidence, Metric, Note, Outcome } from './evidence.ts';

/** An RDS instance as the metrics show it. */
interface Instance {
  id: string;
  hosts: readonly string[];
  /** One of its metrics is bad. */
  hot: boolean;
}

/**
 * What an answer of the databases at these hosts (`host:port`) is worth beside the metrics: a calm database clears nobody when another instance
 * is the hot one. Undefined: the answer stands as it is.
 */
export function besideMetrics(outcome: Outcome, hosts: readonly string[], known: readonly Evidence[]): Outcome | undefined {
  const instances = instancesOf(known);
  if (instances.length === 0 || outcome.status === 'blind') return undefined;
  const unmapped = hosts.filter((host) => !instances.some((one) => has(one, host)));
  // A proxy or a name of one's own may lead to any of them.
  if (unmapped.length > 0) return noted(outcome, unmappedNote(unmapped, instances), 'normal');
  const unseen = instances.filter((one) => one.hot && !hosts.some((host) => has(one, host)));
  if (unseen.length === 0) return undefined;
  const seen = instances.filter((one) => hosts.some((host) => has(one, host)));
  const why = `looked at ${names(seen)}; the hot one is ${names(unseen)}`;
  const fix = `Add to MYSQL_URL: ${unseen.map((one) => `mysql://USER:PASSWORD@${one.hosts[0]}/DATABASE`).join(',')}`;
  if (outcome.status === 'found') return noted(outcome, `cannot see: ${why}. ${fix}`, 'changed');
  return { status: 'blind', why: `MySQL: ${why}`, fix, ...(outcome.findings === undefined ? {} : { findings: outcome.findings }) };
}

function instancesOf(known: readonly Evidence[]): readonly Instance[] {
  const metrics = known.flatMap((e) => e.outcome.findings ?? []).filter((f): f is Metric => f.kind === 'metric');
  const hosts = new Map(metrics.flatMap((m) => (m.source === undefined || !m.hosts?.length ? [] : [[m.source, m.hosts] as const])));
  return [...hosts].map(([id, all]) => ({ id, hosts: all, hot: metrics.some((m) => m.source === id && m.tone === 'bad') }));
}

const has = ({ hosts }: Instance, host: string) => hosts.some((one) => one.toLowerCase() === host.toLowerCase());

const names = (instances: readonly Instance[]) => instances.map((one) => one.id).join(', ');

function unmappedNote(unmapped: readonly string[], instances: readonly Instance[]): string {
  return `${unmapped.join(', ')} is no endpoint of ${names(instances)}: whether it leads to the instance that RDS shows is not known`;
}

function noted(outcome: Exclude<Outcome, { status: 'blind' }>, text: string, tone: Note['tone']): Outcome | undefined {
  const findings = outcome.findings ?? [];
  if (findings.some((f) => f.kind === 'note' && f.text === text)) return undefined;
  return { ...outcome, findings: [...findings, { kind: 'note', text, ...(tone === undefined ? {} : { tone }) }] };
}
