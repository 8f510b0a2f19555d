/** Small helpers with which every rule is written. */
import type { Remedy, RemedyKind, Safety } from '../diagnosis.ts';
import type { Ground, Seen, Strength } from '../rule.ts';
import type { TextCase } from './cases.ts';

export function ground(text: string, seen: Pick<Seen, 'from'>, strength: Strength, signal: string): Ground {
  return { text, from: seen.from, strength, signal };
}

export function remedy(
  kind: RemedyKind,
  why: string,
  more: { commands?: readonly string[]; hazards?: readonly string[]; safety?: Safety } = {},
): Remedy {
  return { kind, why, commands: more.commands ?? [], hazards: more.hazards ?? [], safety: more.safety ?? 'unchecked', range: [] };
}

/** What a text says, as grounds: the deciding line, and where it happened. A note is never more than a sign. */
export function textGrounds(found: TextCase, strength: Strength, signal = `text of ${found.seen.from.check}`): readonly Ground[] {
  const { fault, facts, where, hint, seen } = found;
  const place = facts.place === undefined ? '' : `, at ${facts.place}`;
  const during = [
    facts.migration === undefined ? '' : `migration ${facts.migration}${facts.step === undefined ? '' : ` (${facts.step})`}`,
    facts.statement === undefined ? '' : `statement ${facts.statement}`,
  ];
  const doing = during.filter(Boolean).join(', ');
  const near = neighbours(found);
  return [
    ground(`${where} says: ${fault.text}${place}`, seen, hint ? 'sign' : strength, signal),
    ...(doing === '' ? [] : [ground(`it happened in ${doing}`, seen, 'sign', signal)]),
    ...near.map((line) => ground(line, seen, 'sign', signal)),
  ];
}

/** Lines of the same error that carry its details: DETAIL, HINT, a code, the exception that wraps it. */
function neighbours({ reading, fault }: TextCase): readonly string[] {
  const details = reading.lines
    .slice(fault.line + 1, fault.line + 30)
    .filter((line) =>
      /^\s*(?:DETAIL|HINT|CONTEXT): |^\s+version \d{4,20}: |^(?:db\/migrate\/|\s+\d{8,20} [A-Z])|^\s*(?:Migration|Location|Statement) +: |^RECORD LOCKS /.test(
        line,
      ),
    );
  const below = fault.text.endsWith(':') ? reading.lines.slice(fault.line + 1, fault.line + 9).filter((line) => line.trim() !== '') : [];
  const thrown = reading.chain
    .filter((t) => t.line <= fault.line + 3 || reading.chain.length < 4)
    .filter((t) => !/all later migrations canceled/.test(t.message) && (t.class === '' || !fault.text.includes(t.class)))
    .slice(0, 2);
  return [
    ...new Set([
      ...below.slice(0, 3).map((l) => l.trim().slice(0, 300)),
      ...(fault.also === undefined ? [] : [fault.also.slice(0, 300)]),
      ...details.slice(0, 4).map((l) => l.trim().slice(0, 300)),
      ...thrown.map((t) => `${t.class}: ${t.message}`.slice(0, 300)),
    ]),
  ].filter((line) => !fault.text.includes(line));
}

/** The first of these facts that is there. */
export function named(facts: Readonly<Record<string, string>>, ...names: readonly string[]): string | undefined {
  return names.map((name) => facts[name]).find((value) => value !== undefined && value !== '');
}

/** ` on orders`, or nothing. */
export function on(name: string | undefined, before = ' on '): string {
  return name === undefined ? '' : `${before}${name}`;
}
