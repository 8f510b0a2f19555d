import type { Thrown } from './reading.ts';

const CHAIN_LIMIT = 24;

/** A class of an error: the last word says so, or it is qualified as only classes are. */
const CLASS = String.raw`(?:[A-Za-z_][\w]{0,80}(?:(?:::|\.|\\{1,2}|\$)[A-Za-z_][\w$]{0,80}){0,10})`;
const NAMED =
  /(?:Error|Exception|Timeout|Failure|Invalid\w*|NotFound|Interrupt|Deadlocked|Violation|Exhausted|Unavailable|Expired|Abort|Exit|Panic|Irreversible\w*|Locked|RecordNotUnique|RangeError|Canceled|Cancelled|ConnectionFailed|StatementInvalid|QueryAborted|ArgumentError|ReadOnly\w*|Missing\w*)$/;

const starts: readonly RegExp[] = [
  new RegExp(
    String.raw`^\s*(?:\S{1,60}: )?(?:Caused by: |Causes: |\[cause\]: |Exception in thread "[^"]{0,80}" |PHP |Uncaught |Unhandled \w{1,20}:? |unhandled error )?(?:Fatal error: +Uncaught )?(?<class>${CLASS})(?: Error)?(?: \[\w{1,60}\])?: (?<message>.{0,1500})$`,
  ),
  new RegExp(String.raw`^\s*(?<class>${CLASS}) \((?<message>.{0,1500})\):?$`),
  new RegExp(String.raw`^.{0,300}:in [\`'][^']{1,160}'\s*: (?<message>.{0,600}?) ?\((?<class>${CLASS})\)$`),
  new RegExp(String.raw`^\s*(?:\*\* )?\((?<class>${CLASS})\) (?<message>.{0,1500})$`),
  new RegExp(String.raw`\[object\] \((?<class>${CLASS})\(code: [\w.-]{1,20}\): (?<message>.{0,1500})$`),
  new RegExp(`(?:err|error)="(?<class>${CLASS}): (?<message>[^"]{0,600})"`),
  new RegExp(String.raw`^.{1,160}?[:\]] (?:Error: |[Uu]nhandled \w{1,20} )?(?<class>${CLASS}): (?<message>.{0,1500})$`),
  new RegExp(String.raw`^(?<message>undefined (?:local variable or )?method .{1,300}?) \((?<class>${CLASS})\)$`),
  new RegExp(String.raw`^\S{1,300}:\d{1,7}: (?<message>.{1,600}?) \((?<class>${CLASS})\)$`),
];
const BARE = new RegExp(`^(?:Caused by: |Exception in thread "[^"]{0,80}" )?(?<class>${CLASS})$`);
const PANIC = /(?:^|http: )panic(?: serving \S{1,100})?: (?<message>.{0,600})$/;

/** The exceptions of a text in the order in which it prints them. Languages chain outermost first, save Python, where the last one was raised last. */
export function chainIn(lines: readonly string[]): readonly Thrown[] {
  const found: Thrown[] = [];
  let traced = false;
  for (const [line, text] of lines.entries()) {
    if (found.length >= CHAIN_LIMIT) break;
    const thrown = thrownIn(text) ?? (traced ? endOfTrace(text) : undefined) ?? boxedAt(lines, line);
    if (thrown !== undefined) found.push({ ...thrown, line });
    if (text.endsWith('Traceback (most recent call last):')) traced = true;
    else if (!/^\s/.test(text) && text !== '') traced = false;
  }
  return found;
}

const TRACED = new RegExp(`^(?<class>${CLASS})(?:: (?<message>.{0,1500}))?$`);

/** The first line that is not indented after Python's trace is the exception, whatever its class is called. */
function endOfTrace(text: string): { class: string; message: string } | undefined {
  const groups = text.length > 4_100 ? undefined : TRACED.exec(text)?.groups;
  return groups?.class === undefined ? undefined : { class: groups.class, message: groups.message ?? '' };
}

export function thrownIn(text: string): { class: string; message: string } | undefined {
  if (text.length > 4_100) return undefined;
  const panic = PANIC.exec(text)?.groups;
  if (panic?.message !== undefined) return { class: 'panic', message: panic.message };
  for (const start of starts) {
    const groups = start.exec(text)?.groups;
    if (groups?.class === undefined || !NAMED.test(groups.class)) continue;
    return { class: groups.class, message: (groups.message ?? '').replace(new RegExp(` \\(${escaped(groups.class)}\\)$`), '') };
  }
  const bare = BARE.exec(text)?.groups?.class;
  return bare !== undefined && NAMED.test(bare) && /::|\.|\\/.test(bare) ? { class: bare, message: '' } : undefined;
}

/** Laravel's console: the class alone, a blank line, the message, a blank line, `at file:line`. */
function boxedAt(lines: readonly string[], at: number): { class: string; message: string } | undefined {
  const text = lines[at] ?? '';
  if (text.length > 200 || !/^\s{2,4}[A-Z][\w\\]{2,160}\s*$/.test(text) || (lines[at + 1] ?? '').trim() !== '') return undefined;
  const message = (lines[at + 2] ?? '').trim();
  const placed = lines.slice(at + 3, at + 8).some((line) => /^\s*at \S{1,300}:\d{1,7}\s*$/.test(line));
  return placed && message !== '' && NAMED.test(text.trim()) ? { class: text.trim(), message: message.slice(0, 1_500) } : undefined;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
