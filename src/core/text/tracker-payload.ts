import type { Frame } from '../evidence.ts';
import { isForeign } from './frames.ts';
import { type Scalar, scanJson } from './scan-json.ts';

/** An event as Sentry and Rollbar SDKs send it (also cut short): exceptions outermost first, frames raise point first. */
export interface TrackerPayload {
  exceptions: readonly { class: string; message: string }[];
  frames: readonly Frame[];
  release?: string;
  transaction?: string;
  level?: string;
}

/** Undefined when the text is no payload of an error tracker. */
export function trackerPayload(text: string): TrackerPayload | undefined {
  if (!/"(?:exception|trace|trace_chain|stacktrace|frames)"\s*:/.test(text)) return undefined;
  const scalars = scanJson(text);
  const sentry = scalars.some((s) => s.key === 'type' && s.path.includes('exception'));
  const exceptions = sentry ? exceptionsOf(scalars, 'type', 'value').toReversed() : exceptionsOf(scalars, 'class', 'message');
  if (exceptions.length === 0) return undefined;
  const text1 = (name: string): string | undefined => {
    const value = scalars.find((s) => s.key === name && !s.path.includes('exception') && !s.path.includes('frames'))?.value;
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const release = text1('release') ?? text1('code_version');
  const transaction = text1('transaction') ?? text1('context');
  const level = text1('level');
  return {
    exceptions,
    frames: framesOf(scalars, sentry),
    ...(release === undefined ? {} : { release }),
    ...(transaction === undefined ? {} : { transaction }),
    ...(level === undefined ? {} : { level }),
  };
}

function exceptionsOf(scalars: readonly Scalar[], className: string, messageName: string): readonly { class: string; message: string }[] {
  const objects = new Map<number, { class?: string; message?: string }>();
  for (const { key, value, path, object } of scalars) {
    if (typeof value !== 'string' || !path.includes('exception') || path.at(-1) === 'mechanism') continue;
    const one = objects.get(object) ?? {};
    if (key === className) objects.set(object, { ...one, class: value });
    if (key === messageName) objects.set(object, { ...one, message: value });
  }
  return [...objects.values()].flatMap((one) => (one.class === undefined ? [] : [{ class: one.class, message: one.message ?? '' }]));
}

function framesOf(scalars: readonly Scalar[], sentry: boolean): readonly Frame[] {
  const objects = new Map<number, Record<string, string | number | boolean>>();
  for (const { key, value, path, object } of scalars) {
    if (path.at(-1) !== 'frames') continue;
    const one = objects.get(object) ?? {};
    one[key] = value;
    objects.set(object, one);
  }
  const frames = [...objects.values()].flatMap((one): readonly Frame[] => {
    const file = one.filename ?? one.abs_path ?? one.module;
    const name = one.function ?? one.method;
    if (typeof file !== 'string') return [];
    return [
      {
        file,
        ...(typeof one.lineno === 'number' ? { line: one.lineno } : {}),
        ...(typeof name === 'string' ? { function: name } : {}),
        inApp: sentry && typeof one.in_app === 'boolean' ? one.in_app : !isForeign(file),
      },
    ];
  });
  return frames.toReversed();
}
