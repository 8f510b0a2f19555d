import type { Change } from './change.ts';
import { baseName, type Clues } from './clues.ts';
import type { Sign } from './sign.ts';

/** Shorter names stand in many others. */
const LEAST = 5;
const OFF = /^["']?(?:false|off|no|0|disabled|)["']?$/i;

/** A switch in a file, turned on, and the code that fails bears its name: that code slept until then. */
export function turnedOn(change: Change, clues: Clues): Sign | undefined {
  const thrown = change.values.filter(({ key, from, to }) => /\bflag\b/.test(key) && OFF.test(from) && !OFF.test(to));
  if (thrown.length === 0) return undefined;
  const failing = [...clues.frames.values()]
    .flat()
    .flatMap(({ frame: f }) => [plain(baseName(f.file).replace(/\..*$/, '')), plain(f.function ?? '')]);
  const value = thrown.find(({ key }) => {
    const name = plain(key.replace(/\b(?:flag|enabled?|active|on)\b/g, ''));
    return name.length >= LEAST && failing.some((place) => place.includes(name));
  });
  if (value === undefined) return undefined;
  const name = value.key.replace(/\b(?:flag|enabled?)\b/g, '').trim();
  return {
    p: 0.85,
    says: `turns ${name} on in ${value.path}, and the code that fails is called so`,
    hard: true,
    nature: true,
    turnsOn: true,
  };
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z\d]/g, '');
}
