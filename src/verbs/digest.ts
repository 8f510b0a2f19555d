import { parseArgs } from 'node:util';
import { digest, readProcesslist } from '../core/digest.ts';
import { digestEvidence } from '../core/digest-findings.ts';
import { digestText } from '../core/digest-text.ts';
import { input, print, printJson, UsageError } from './io.ts';

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' }, limit: { type: 'string', default: '20' } },
  });
  const limit = Number(values.limit);
  if (!Number.isInteger(limit) || limit < 0)
    throw new UsageError(`--limit takes a whole number (0: every group), not "${values.limit.slice(0, 40)}"`);
  if (positionals.length > 1) throw new UsageError(`one file at most, not ${positionals.length}`);
  const rows = readProcesslist(await input(positionals[0]));
  if (!rows) {
    console.error(
      'This is no process list: JSON rows (an array or { "rows": [...] }), the output of mysql -B, or the client\'s table, with a column Info.',
    );
    return 1;
  }
  const started = performance.now();
  const digested = digest(rows, { limit });
  const evidence = digestEvidence(digested, new Date().toISOString(), Math.round(performance.now() - started));
  if (values.json) await printJson(evidence);
  else await print(digestText(evidence));
  return 0;
}
