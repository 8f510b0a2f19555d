import { parseArgs } from 'node:util';
import { environment } from '../environment.ts';
import { playHeadless, servePage, storyNames } from '../rehearse.ts';
import { print, printJson, UsageError } from './io.ts';
import { needGit } from './start.ts';

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { headless: { type: 'boolean' }, json: { type: 'boolean' } },
  });
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0 || !storyNames.includes(name)) {
    const what = name === undefined || more.length > 0 ? 'Name one story' : `There is no story "${name.slice(0, 40)}"`;
    throw new UsageError(`${what}: ${storyNames.join(', ')}`);
  }
  needGit();
  // JSON is what a played story gives: asked for it, nobody wants a page.
  if (!values.headless && !values.json) return servePage(environment(), name);
  const { result, text, missed } = await playHeadless(name, environment());
  if (values.json) await printJson(result);
  else await print(text);
  if (missed !== undefined) console.error(`The story missed its end: ${missed}`);
  return missed === undefined ? 0 : 1;
}
