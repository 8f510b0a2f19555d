import { parseArgs } from 'node:util';
import { examine } from '../doctor.ts';
import { environment } from '../environment.ts';
import { print, printJson } from './io.ts';

export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } });
  const lines = await examine(environment());
  const missing = lines.filter((line) => !line.ok && line.required);
  if (values.json) await printJson({ ok: missing.length === 0, checks: lines });
  else {
    for (const { ok, required, what, says, fix } of lines) {
      await print(
        `${ok ? 'ok      ' : required ? 'MISSING ' : 'optional'} ${what}: ${says}${ok || !fix ? '' : `\n         ${fix.replaceAll('\n', '\n         ')}`}`,
      );
    }
    await print(
      missing.length === 0 ? 'Everything that is set up works.' : `${missing.length} missing; each line above says what to paste.`,
    );
  }
  return missing.length === 0 ? 0 : 1;
}
