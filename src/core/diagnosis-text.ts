import type { Confidence, Diagnosis, Hypothesis } from './diagnosis.ts';
import { stripControls } from './escape.ts';
import { redact, redactCommand } from './redact.ts';

const seenWords: Record<Confidence, string> = { confirmed: 'seen directly', likely: 'two signs', possible: 'one sign' };

/** A diagnosis for a terminal: redacted, without control characters. Commands keep the numbers that they cannot be pasted without. */
export function diagnosisText(diagnosis: Diagnosis): string {
  const [first, ...others] = diagnosis.hypotheses;
  const parts = [
    plain(headline(diagnosis)),
    ...(first ? [...hypothesis(first), ''] : []),
    plain(`Revert: ${diagnosis.revert}. ${diagnosis.why}`),
    ...diagnosis.suspects.map((s) => plain(`Suspect: ${s.sha.slice(0, 12)} (${s.because.join('; ')})`)),
    ...list(
      'Also possible',
      others.map((h) => `${h.cause} (${seenWords[h.confidence]}, ${h.rule})`),
    ),
    ...list('Seen', first ? [] : diagnosis.seen),
    ...list('Next', first ? [] : diagnosis.next),
    ...list(
      'Cannot see',
      diagnosis.blind.map((b) => `${b.check}: ${b.why}. Fix: ${b.fix}`),
    ),
  ];
  return parts.join('\n');
}

const plain = (text: string): string => redact(stripControls(text));

function headline(diagnosis: Diagnosis): string {
  const first = diagnosis.hypotheses[0];
  if (diagnosis.verdict === 'healthy') return first ? `Nothing is wrong. For your information: ${first.cause}` : 'Nothing is wrong here.';
  if (diagnosis.verdict === 'inconclusive') return 'I do not know the cause. This convicts no release and clears none.';
  return `Cause (${first ? seenWords[first.confidence] : ''}): ${first?.cause ?? ''}  [${first?.rule ?? ''}]`;
}

function hypothesis(one: Hypothesis): readonly string[] {
  const facts = Object.entries(one.facts).map(([name, value]) => `${name}: ${value}`);
  return [
    ...one.chain.map((link, at) => `  ${at + 1}. ${plain(link)}`),
    ...list(
      'Because',
      one.because.map((reason) => reason.text),
    ),
    ...list('Facts', facts),
    ...list('Would change my mind', one.against),
    ...list(`Do now (${one.remedy.kind}, ${one.remedy.safety})`, [one.remedy.why]),
    ...one.remedy.commands.map((command) => `    ${redactCommand(stripControls(command)).replaceAll('\n', '\n    ')}`),
    ...list('Hazards', one.remedy.hazards),
    ...list('Then', one.next),
  ];
}

function list(title: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [`${title}:`, ...items.map((item) => `  - ${plain(item)}`)];
}
