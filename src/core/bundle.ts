/** Reads evidence bundles of any maker: unknown fields are ignored, unknown kinds carried along, what is wrong is dropped and named. */

import type { Alert } from './alert.ts';
import type { Bundle, Evidence, Finding, Tone } from './evidence.ts';
import { type FieldShape, type FieldType, kindShapes } from './finding-fields.ts';
import { isRecord } from './is-record.ts';
import { lookup } from './lookup.ts';
import { isUsual } from './usual.ts';

/** Key of a citation: long enough for a title, short enough for a line. */
const KEY_LIMIT = 200;
/** A bundle is a look, not an archive; what is beyond is named as dropped. */
const EVIDENCE_LIMIT = 1_000;
const FINDING_LIMIT = 20_000;
const DROPPED_NAMED = 20;

const tones: readonly string[] = ['bad', 'changed', 'normal'];

/** `dropped` names what was left out and why, one line each; at most 20 lines, the last one counts the rest. */
export type ReadBundle = { bundle: Bundle; dropped: readonly string[] } | { error: string };

export function readBundle(json: unknown): ReadBundle {
  if (!isRecord(json)) return { error: 'an evidence bundle is a JSON object: { "version": 1, "openedAt": …, "evidence": […] }' };
  if (json.version !== 1) return { error: `bundle version ${printable(json.version)} is not known here: "version": 1 is` };
  if (!Array.isArray(json.evidence)) return { error: '"evidence" is missing: it must be a list of what each check saw' };
  const dropped: string[] = [];
  const budget = { findings: FINDING_LIMIT };
  const evidence = json.evidence.slice(0, EVIDENCE_LIMIT).flatMap((item, i) => readEvidence(item, `evidence[${i}]`, dropped, budget));
  if (json.evidence.length > EVIDENCE_LIMIT) dropped.push(`evidence beyond the first ${EVIDENCE_LIMIT}`);
  const openedAt = typeof json.openedAt === 'string' ? json.openedAt : newest(evidence);
  const alert = readAlert(json.alert);
  return {
    bundle: {
      version: 1,
      ...(typeof json.service === 'string' ? { service: json.service } : {}),
      ...(typeof json.onset === 'string' ? { onset: json.onset } : {}),
      openedAt,
      ...(alert === undefined ? {} : { alert }),
      evidence,
    },
    dropped: dropped.length > DROPPED_NAMED ? [...dropped.slice(0, DROPPED_NAMED), `and ${dropped.length - DROPPED_NAMED} more`] : dropped,
  };
}

/** The required fields joined by a space: what a citation calls this finding. */
export function keyOf(finding: { kind: string }): string {
  const fields: Readonly<Record<string, unknown>> = { ...finding };
  const shape = lookup(kindShapes, finding.kind);
  const names = shape === undefined ? [] : Object.keys(shape.required);
  const key = names.map((name) => (typeof fields[name] === 'object' ? '' : String(fields[name] ?? ''))).join(' ');
  return key.trim().slice(0, KEY_LIMIT);
}

/** The finding's tone; when it names none, that of its kind: changes are `changed`, context is `normal`, the rest is `bad`. */
export function toneOf(finding: { kind: string; tone?: Tone }): Tone {
  return finding.tone ?? lookup(kindShapes, finding.kind)?.tone ?? 'normal';
}

function readEvidence(item: unknown, where: string, dropped: string[], budget: { findings: number }): readonly Evidence[] {
  if (!isRecord(item) || typeof item.check !== 'string' || !isRecord(item.outcome)) {
    dropped.push(`${where}: needs "check" and "outcome"`);
    return [];
  }
  const { outcome } = item;
  const findings = (Array.isArray(outcome.findings) ? outcome.findings : []).flatMap((finding, i) => {
    if (budget.findings <= 0) return [];
    budget.findings -= 1;
    const read = readFinding(finding);
    if (read.finding !== undefined) return [read.finding];
    dropped.push(`${item.check} findings[${i}]: ${read.why}`);
    return [];
  });
  const base = {
    check: item.check,
    at: typeof item.at === 'string' ? item.at : '',
    ...(typeof item.asOf === 'string' ? { asOf: item.asOf } : {}),
    ...(typeof item.scope === 'string' ? { scope: item.scope } : {}),
    tookMs: typeof item.tookMs === 'number' ? item.tookMs : 0,
  };
  if (outcome.status === 'blind') {
    const why = typeof outcome.why === 'string' ? outcome.why : 'no reason given';
    const fix = typeof outcome.fix === 'string' ? outcome.fix : '';
    return [{ ...base, outcome: { status: 'blind', why, fix, ...(findings.length > 0 ? { findings } : {}) } }];
  }
  if (outcome.status === 'quiet') return [{ ...base, outcome: { status: 'quiet', findings } }];
  if (outcome.status === 'found') return [{ ...base, outcome: { status: 'found', findings } }];
  dropped.push(`${where}: outcome.status ${printable(outcome.status)} is none of found, quiet, blind`);
  return [];
}

/** What a finding of an unknown kind may be is not known, so it is carried as it came: the one place where the type is taken on trust. */
function readFinding(json: unknown): { finding: Finding; why?: undefined } | { finding?: undefined; why: string } {
  if (!isRecord(json) || typeof json.kind !== 'string') return { why: '"kind" is missing' };
  const shape = lookup(kindShapes, json.kind);
  if (shape === undefined) return { finding: json as unknown as Finding };
  const read: Record<string, unknown> = { kind: json.kind };
  for (const [name, type] of Object.entries(shape.required)) {
    const value = readField(json[name], type);
    if (value === undefined) return { why: `${json.kind} without a readable "${name}"` };
    read[name] = value;
  }
  for (const [name, type] of Object.entries(shape.optional)) {
    const value = readField(json[name], type);
    if (value !== undefined) read[name] = value;
  }
  if (typeof json.tone === 'string' && tones.includes(json.tone)) read.tone = json.tone;
  if (typeof json.recovers === 'boolean') read.recovers = json.recovers;
  const finding = read as unknown as Finding;
  return { finding: isHarmless(finding) ? { ...finding, tone: 'normal' } : finding };
}

/** Makers that hand over everything they have name no tone: what says of itself that it is well is context. */
function isHarmless(finding: Finding): boolean {
  if (finding.tone !== undefined) return false;
  if (finding.kind === 'metric') return isUsual(finding);
  return finding.kind === 'log-group' && /^(?:info|debug|trace|notice)$/i.test(finding.level ?? '');
}

function readField(value: unknown, type: FieldType): unknown {
  if (type === 'string') return typeof value === 'string' ? value : undefined;
  if (type === 'number') return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  if (type === 'boolean') return typeof value === 'boolean' ? value : undefined;
  if (type === 'text-or-number') return typeof value === 'string' || typeof value === 'number' ? value : undefined;
  if (type === 'string-or-null') return typeof value === 'string' || value === null ? value : undefined;
  return readShape(value, type);
}

function readShape(value: unknown, shape: FieldShape): unknown {
  if ('one' in shape) return typeof value === 'string' && shape.one.includes(value) ? value : undefined;
  if ('list' in shape) {
    if (!Array.isArray(value)) return undefined;
    return value.map((item) => readField(item, shape.list)).filter((item) => item !== undefined);
  }
  if (!isRecord(value)) return undefined;
  if ('record' in shape) return Object.fromEntries(Object.entries(value).filter(([, v]) => typeof v === 'number' && Number.isFinite(v)));
  const read = Object.entries(shape.object).flatMap(([name, type]) => {
    const field = readField(value[name], type);
    return field === undefined ? [] : [[name, field] as const];
  });
  const names = read.map(([name]) => name);
  return (shape.required ?? []).every((name) => names.includes(name)) ? Object.fromEntries(read) : undefined;
}

function readAlert(json: unknown): Alert | undefined {
  if (!isRecord(json) || typeof json.title !== 'string') return undefined;
  const text = (name: string): string => (typeof json[name] === 'string' ? json[name] : '');
  const labels = isRecord(json.labels)
    ? Object.entries(json.labels).filter((pair): pair is [string, string] => typeof pair[1] === 'string')
    : [];
  const severities = ['critical', 'high', 'medium', 'low'] as const;
  return {
    source: text('source'),
    key: text('key'),
    title: json.title,
    service: text('service'),
    environment: text('environment'),
    severity: severities.find((s) => s === json.severity) ?? 'unknown',
    status: json.status === 'resolved' ? 'resolved' : 'firing',
    startedAt: text('startedAt'),
    url: text('url'),
    labels: Object.fromEntries(labels),
    description: text('description'),
  };
}

function newest(evidence: readonly Evidence[]): string {
  return (
    evidence
      .map((e) => e.at)
      .toSorted()
      .at(-1) ?? ''
  );
}

function printable(value: unknown): string {
  return value === undefined ? '(missing)' : (JSON.stringify(value)?.slice(0, 40) ?? typeof value);
}
