import type { Change } from './change.ts';
import type { Clues } from './clues.ts';
import type { Sign } from './sign.ts';
import { identifier, isSmall } from './words.ts';

/** How it is counted among the commits: in a repository of one service it tells nothing. */
export const SERVICE = '\u0001service';

/** The commit changes the very service that is in trouble: in a repository of several, that clears the others. */
export function service(change: Change, clues: Clues): Sign | undefined {
  for (const name of clues.services) {
    const path = change.files.find((f) => placesOf(f).some((part) => sameService(part, name)))?.path;
    if (path) return { p: 0.3, says: `changes ${path} of ${name}, which is in trouble`, hard: false };
  }
  const about = /^\w+\(([\w-]+)\)!?:|^\[?([\w-]+)\]?:\s/.exec(change.commit.message ?? '');
  const scope = about?.[1] ?? about?.[2];
  const name = scope && [...clues.services].find((s) => sameService(scope, s));
  return name ? { p: 0.2, says: `is about ${name}, which is in trouble`, hard: false } : undefined;
}

/** Its folders; of a manifest its own name as well. */
function placesOf(file: Change['files'][number]): readonly string[] {
  const parts = file.path.split('/');
  return file.kind === 'config' ? [...parts.slice(0, -1), (parts.at(-1) ?? '').replace(/\..*$/, '')] : parts.slice(0, -1);
}

function sameService(part: string, name: string): boolean {
  const word = identifier(part).name.replace(/_?(?:service|svc|server|api|app)$/, '');
  return word.length > 2 && !isSmall(word) && word === name;
}
