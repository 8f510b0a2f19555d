import { parseArgs } from 'node:util';
import { readBundle } from '../core/bundle.ts';
import { diagnose } from '../core/diagnose.ts';
import type { Diagnosis } from '../core/diagnosis.ts';
import { diagnosisText } from '../core/diagnosis-text.ts';
import { redactValue } from '../core/redact-value.ts';
import { textKinds } from '../core/text/guess-kind.ts';
import { judgeText, judgeTextLine } from '../core/text/judge-text.ts';
import { input, print, printJson, UsageError } from './io.ts';

type Judged = Diagnosis | { error: string };

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' }, text: { type: 'boolean' }, texts: { type: 'string' }, as: { type: 'string' } },
  });
  if (positionals.length > 1) throw new UsageError(`one file at most, not ${positionals.length}`);
  if (values.texts !== undefined) return many(await input(values.texts), judgeTextLine, values.json ?? false);
  if (values.text) {
    const kind = textKinds.find((k) => k === values.as);
    if (values.as !== undefined && !kind) throw new UsageError(`--as takes ${textKinds.join(', ')}, not "${values.as.slice(0, 40)}"`);
    return show([judgeText(kind, await input(positionals[0]))], values.json ?? false);
  }
  if (values.as !== undefined) throw new UsageError('--as goes with --text');
  return bundles(await input(positionals[0]), values.json ?? false);
}

/** One bundle, also over many lines; or one a line. */
function bundles(text: string, json: boolean): Promise<number> {
  const whole = parsed(text);
  if (!('error' in whole)) return show([judgeBundle(whole.value)], json);
  return many(text, judgeBundle, json);
}

function judgeBundle(value: unknown): Judged {
  const read = readBundle(value);
  return 'error' in read ? read : diagnose(read.bundle);
}

/** A line that cannot be read gives an error in its place; the rest goes on. */
function many(text: string, judge: (value: unknown) => Judged, json: boolean): Promise<number> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) throw new UsageError('the input is empty');
  return show(
    lines.map((line) => {
      const one = parsed(line);
      return 'error' in one ? one : judge(one.value);
    }),
    json,
  );
}

function parsed(text: string): { value: unknown } | { error: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    // The parser's own message quotes the input: it may hold what must not be shown.
    return { error: `not JSON${error instanceof SyntaxError ? '' : ': it could not be read'}` };
  }
}

async function show(all: readonly Judged[], json: boolean): Promise<number> {
  for (const one of all) {
    if (json) await printJson(redactValue(one));
    else if ('error' in one) console.error(`cannot be read: ${one.error}`);
    else await print(diagnosisText(one));
  }
  return all.some((one) => 'error' in one) ? 1 : 0;
}
