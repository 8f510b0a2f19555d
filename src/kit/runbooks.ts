import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Runbooks } from '../core/kit/runbooks.ts';
import { runbookFile } from '../core/runbook.ts';

/** A larger file is no runbook entry. */
const MAX_BYTES = 256 * 1024;

/** The runbook in a folder of this machine, for example a checkout of the team's repository. */
export function runbooksIn(folder: string): Runbooks {
  const pathOf = (rule: string) => {
    const file = runbookFile(rule);
    if (file === undefined) throw new Error('there is no runbook for a cause of that name');
    return join(folder, file);
  };
  return {
    read: async (rule) => {
      const path = pathOf(rule);
      const size = await stat(path).then(
        (found) => found.size,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return undefined;
          throw error;
        },
      );
      if (size === undefined) return undefined;
      if (size > MAX_BYTES) throw new Error(`${path} is larger than ${MAX_BYTES / 1024} KiB`);
      return readFile(path, 'utf8');
    },
    save: async (rule, text) => {
      const path = pathOf(rule);
      await mkdir(folder, { recursive: true });
      await writeFile(`${path}.new`, text, { mode: 0o644 });
      await rename(`${path}.new`, path);
    },
  };
}
