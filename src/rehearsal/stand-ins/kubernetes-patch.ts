import { isRecord } from '../../core/is-record.ts';
import type { Thing } from './kubernetes.ts';

/** 422: a test did not hold, or a path is not there. 400: no patch at all. */
export class PatchRefused extends Error {
  override name = 'PatchRefused';
  readonly code: 400 | 422;
  constructor(code: 400 | 422, message: string) {
    super(message);
    this.code = code;
  }
}

/** RFC 6902, the operations that the bot sends: test, add, replace, remove. */
export function applyJsonPatch(thing: Thing, sent: unknown): Thing {
  if (!Array.isArray(sent)) throw new PatchRefused(400, 'json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  return sent.reduce<Thing>(operate, structuredClone(thing));
}

function operate(thing: Thing, operation: Readonly<Record<string, unknown>>): Thing {
  const { op, path, value } = operation;
  const keys = String(path)
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = keys.pop() ?? '';
  const parent = keys.reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), thing);
  if (!isRecord(parent)) throw new PatchRefused(422, 'the server rejected our request due to an error in our request');
  if (op === 'test' && JSON.stringify(parent[last]) !== JSON.stringify(value)) {
    throw new PatchRefused(422, 'the server rejected our request due to an error in our request');
  }
  if ((op === 'replace' || op === 'remove') && !(last in parent))
    throw new PatchRefused(422, `${op} operation does not apply: doc is missing path: ${path}`);
  if (op === 'replace' || op === 'add') parent[last] = structuredClone(value);
  if (op === 'remove') delete parent[last];
  return thing;
}

/** Maps are merged, null removes. Lists would need their merge keys; the bot never patches one. */
export function mergeStrategic(thing: Thing, sent: unknown): Thing {
  if (!isRecord(sent)) throw new PatchRefused(400, 'the request body is no object');
  return merge(structuredClone(thing), sent);
}

function merge(was: Readonly<Record<string, unknown>>, change: Readonly<Record<string, unknown>>): Thing {
  const next: Record<string, unknown> = { ...was };
  for (const [key, value] of Object.entries(change)) {
    const old = next[key];
    if (value === null) delete next[key];
    else if (Array.isArray(value)) throw new PatchRefused(400, `a list at ${key}: this server merges maps only`);
    else next[key] = isRecord(value) ? merge(isRecord(old) ? old : {}, value) : value;
  }
  return next;
}
