import { isRecord } from '../is-record.ts';
import type { KubeObject } from '../kit/kubernetes.ts';

/** Reading plain JSON of unknown shape: what is not as expected is absent, never an exception. */
export function object(value: unknown): KubeObject {
  return isRecord(value) ? value : {};
}

export function objects(value: unknown): readonly KubeObject[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Absent counts are zero in every Kubernetes status. */
export function count(value: unknown): number {
  return number(value) ?? 0;
}

export function texts(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(object(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** UTC ISO with milliseconds: Kubernetes writes seconds here and microseconds there, which do not sort as text. */
export function time(value: unknown): string | undefined {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** An object of those fields that are there. */
export function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

/** Latest of some UTC ISO times. */
export function latest(times: readonly (string | undefined)[]): string | undefined {
  return times
    .filter((at) => at !== undefined)
    .toSorted()
    .at(-1);
}

export function earliest(times: readonly (string | undefined)[]): string | undefined {
  return times.filter((at) => at !== undefined).toSorted()[0];
}
