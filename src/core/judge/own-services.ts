import { toneOf } from '../bundle.ts';
import type { Facts } from '../rule.ts';
import { identifier } from '../suspects/words.ts';
import type { Settled } from './settle.ts';

/** Says that the other side of a call is at fault. */
const blamesOthers: readonly string[] = ['dependency-down', 'dependency-rejecting-us', 'cache-down'];
/** A fault of a process of ours that makes everybody who calls it fail. */
const ownFaults: readonly string[] = [
  'code-exception',
  'out-of-memory',
  'config-missing',
  'container-cannot-start',
  'image-pull',
  'unschedulable',
  'probe-failing',
  'connections-exhausted',
  'missing-index',
  'disk-full',
];

/**
 * "Another system does not answer" is no cause when the other system is one of ours: then it is where to look. Nor when the callers only
 * say that a call broke off while a service of ours, another one, names its own fault.
 */
export function acrossServices(all: readonly Settled[], facts: Facts): readonly Settled[] {
  if (!all.some(({ hypothesis }) => blamesOthers.includes(hypothesis.rule))) return all;
  const own = ownServices(facts);
  const complaints = complaining(facts);
  const faulty = all.filter(({ hypothesis }) => ownFaults.includes(hypothesis.rule) && hypothesis.confidence !== 'possible');
  return all.map((one) => {
    if (!blamesOthers.includes(one.hypothesis.rule) || one.hypothesis.confidence === 'possible') return one;
    // It answered, and said what it lacks.
    if (one.hypothesis.facts.message !== undefined) return one;
    const callers = servicesOf(one, complaints);
    const ours = callee(one, own, callers);
    if (ours !== undefined) return lowered(one, `${ours} is a service of ours: what is wrong with it?`, [lookAt(ours)]);
    const root =
      hostOf(one.hypothesis.facts) === undefined ? faulty.find((other) => elsewhere(servicesOf(other, complaints), callers)) : undefined;
    return root === undefined ? one : lowered(one, `a service of ours names its own fault: ${root.hypothesis.cause}`, []);
  });
}

/** The service of ours that does not answer: by its host name, or named beside a bare address. */
function callee(one: Settled, own: ReadonlyMap<string, string>, callers: ReadonlySet<string>): string | undefined {
  const host = hostOf(one.hypothesis.facts);
  const byHost = host === undefined ? undefined : own.get(plainName(host.split('.')[0] ?? ''));
  if (byHost !== undefined) return byHost;
  if (host !== undefined && /[a-z]\.[a-z]/i.test(host)) return undefined;
  const text = one.hypothesis.because.map((reason) => reason.text).join(' ');
  const tokens = new Set((text.match(/[a-z][\w-]{2,60}/gi) ?? []).map(plainName));
  return [...own].find(([plain]) => plain !== '' && !callers.has(plain) && tokens.has(plain))?.[1];
}

function lookAt(name: string): string {
  return `look at ${name} itself: are its pods ready, what does its own log say, what went out to it?`;
}

function lowered(one: Settled, against: string, next: readonly string[]): Settled {
  const { hypothesis, byRelease: _, ...rest } = one;
  return {
    ...rest,
    byRelease: undefined,
    capped: true,
    hypothesis: {
      ...hypothesis,
      confidence: 'possible',
      against: [...hypothesis.against, against],
      next: [...next, ...hypothesis.next],
    },
  };
}

function hostOf(facts: Readonly<Record<string, string>>): string | undefined {
  const url = /^(?:[A-Z]{3,7} )?https?:\/\/(?<host>[\w.-]{1,255})/.exec(facts.url ?? '')?.groups?.host;
  const host = url ?? facts.host ?? facts.address?.split(':')[0];
  return host === undefined || host === '' ? undefined : host;
}

/** Names of what the evidence shows to be deployed, restarted or logging here, by their plain form. */
function ownServices(facts: Facts): ReadonlyMap<string, string> {
  const names = [
    ...facts.of('release').map(({ finding }) => finding.service),
    ...facts.of('rollout').map(({ finding }) => finding.deployment),
    ...facts.of('workload').map(({ finding }) => finding.owner ?? finding.name),
    ...facts.of('log-group').map(({ finding }) => finding.service),
    facts.bundle.service,
  ];
  return new Map(names.flatMap((name) => (name === undefined || plainName(name) === '' ? [] : [[plainName(name), name] as const])));
}

/** `cart`, `cartservice`, `cart-service-7d9f8-x2x1` are one. */
function plainName(name: string): string {
  const plain = name.replace(/(?:-(?=[a-z]*\d)[a-z\d]{5,10})?-[a-z\d]{5}$/, '').replace(/-\d+$/, '');
  return identifier(plain).name.replace(/_?(?:service|svc|server)$/, '');
}

/** The services that complain, by the finding that shows it. */
function complaining(facts: Facts): ReadonlyMap<string, readonly string[]> {
  const shown = [
    ...facts.of('log-group').map((seen) => ({ from: seen.from, name: seen.finding.service, finding: seen.finding })),
    ...facts.of('workload').map((seen) => ({ from: seen.from, name: seen.finding.owner ?? seen.finding.name, finding: seen.finding })),
  ];
  const names = new Map<string, string[]>();
  for (const { from, name, finding } of shown) {
    if (name === undefined || toneOf(finding) !== 'bad') continue;
    const key = keyOf(from);
    names.set(key, [...(names.get(key) ?? []), plainName(name)]);
  }
  return names;
}

const keyOf = (from: Settled['grounds'][number]['from']): string => `${from.check}\u0000${from.kind}\u0000${from.key}`;

function servicesOf(one: Settled, complaints: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  return new Set(one.grounds.flatMap((g) => complaints.get(keyOf(g.from)) ?? []));
}

function elsewhere(root: ReadonlySet<string>, callers: ReadonlySet<string>): boolean {
  return root.size > 0 && callers.size > 0 && [...root].every((name) => !callers.has(name));
}
