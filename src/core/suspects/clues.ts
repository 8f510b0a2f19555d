/** What the failing part says about itself: places in the code, identifiers, and families of symptoms. */
import type { Hypothesis } from '../diagnosis.ts';
import type { ErrorGroup, Finding, Frame, Workload } from '../evidence.ts';
import { redact } from '../redact.ts';
import type { Facts } from '../rule.ts';
import { literalsOf } from './literals.ts';
import { originOf } from './origin.ts';
import { type Family, symptoms } from './symptoms.ts';
import { identifier, identifiers, isSmall, isTelling } from './words.ts';

export interface Clue {
  /** 0..1: how surely this identifier belongs to what fails. */
  weight: number;
  /** `the failing statement`, `the error`, `the log`. */
  from: string;
}

export interface Placed {
  frame: Frame;
  depth: number;
  /** On the stack of trouble that came from outside. */
  victim?: true;
  /** It called the library that raised the error. */
  called?: true;
  /** The frame of our own code that it called. */
  above?: Frame;
}

export interface Clues {
  /** By the last part of their file's path, raise point first. */
  frames: ReadonlyMap<string, readonly Placed[]>;
  identifiers: ReadonlyMap<string, Clue>;
  words: ReadonlyMap<string, Clue>;
  /** Pieces of the errors that may stand in the code as they are. */
  literals: ReadonlyMap<string, Clue>;
  /** Libraries whose own frames are on the failing stack. */
  libraries: ReadonlySet<string>;
  families: ReadonlySet<Family>;
  /** Services, deployments and pods that are in trouble. */
  services: ReadonlySet<string>;
  /** Shas that the evidence itself ties to the trouble: a failed deploy job's, an unapplied migration's. */
  shas: readonly { sha: string; says: string }[];
  /** All that was told of errors came from outside: then only what a change does can convict it. */
  outside: boolean;
  /** Nothing bad was seen at all. */
  none: boolean;
}

const TEXT_CHARS = 6_000;
/** Who waits for what came from outside tells this much less. */
export const VICTIM = 0.3;
/** Lines below an error that explain it. */
const BELOW = 4;
/** Each is looked for in every diff. */
const LITERALS = 64;
const WRONG =
  /error|exception|fail|fatal|cannot|can't|could not|unable|undefined|null|nil|None|time[d-]? ?out|refused|denied|panic|abort|exceed|exhaust|invalid|missing|not found|unknown|warn|\b[45]\d\d\b/i;

/** Facts of a hypothesis that name something of the code or schema. */
const named = [
  'table',
  'column',
  'columns',
  'childTable',
  'parentTable',
  'constraint',
  'index',
  'migration',
  'variable',
  'host',
  'function',
  'class',
  'key',
  'image',
  'setting',
  'queue',
  'method',
];

interface Building {
  frames: Placed[];
  identifiers: Map<string, Clue>;
  words: Map<string, Clue>;
  literals: Map<string, Clue>;
  libraries: Set<string>;
  families: Set<Family>;
  services: Set<string>;
  shas: { sha: string; says: string }[];
  bad: number;
  /** Errors and log lines: all of them, and those from outside. */
  told: { all: number; outside: number };
}

export function cluesOf(facts: Facts, hypotheses: readonly Hypothesis[]): Clues {
  const to: Building = {
    frames: [],
    identifiers: new Map(),
    words: new Map(),
    literals: new Map(),
    libraries: new Set(),
    families: new Set(),
    services: new Set(),
    shas: [],
    bad: 0,
    told: { all: 0, outside: 0 },
  };
  for (const evidence of facts.bundle.evidence) for (const finding of evidence.outcome.findings ?? []) read(to, finding);
  const { alert, service } = facts.bundle;
  if (alert) {
    tell(to, `${alert.title} ${alert.description}`, 0.5, 'the alert');
    for (const name of ['route', 'endpoint', 'path', 'job', 'queue', 'table', 'handler', 'operation'])
      tell(to, alert.labels[name] ?? '', 0.6, 'the alert');
    serve(to, alert.service);
    serve(to, alert.labels.service);
  }
  serve(to, service);
  serveNamed(to, facts);
  for (const h of hypotheses.slice(0, 3)) if (h.confidence !== 'possible') suppose(to, h);
  const none = to.bad === 0 && !hypotheses.some((h) => h.confidence !== 'possible');
  const outside = to.told.all > 0 && to.told.outside === to.told.all;
  return { ...to, outside, frames: Map.groupBy(to.frames, ({ frame }) => baseName(frame.file)), none };
}

function read(to: Building, f: Finding): void {
  if (f.kind === 'note') tell(to, f.text, 0.6, 'a note');
  if (f.kind === 'migration' && f.tone === 'bad' && f.inRelease) {
    to.shas.push({
      sha: f.inRelease,
      says: `ships migration ${f.version}, which is ${f.state === 'partial' ? 'only half' : 'not'} in the database`,
    });
  }
  if (!isBad(f) || (f.kind === 'error-group' && f.trend === 'as-always')) return;
  to.bad += 1;
  switch (f.kind) {
    case 'error-group':
      readError(to, f);
      break;
    case 'log-group':
      count(to, isOutside(`${f.message} ${f.sample ?? ''}`));
      tell(to, `${f.message} ${f.sample ?? ''}`, 0.9, 'the log');
      quote(to, `${f.message} ${f.sample ?? ''}`, 'the log');
      serve(to, f.service);
      stack(to, `${f.message}\n${f.sample ?? ''}`);
      break;
    case 'workload':
      readWorkload(to, f);
      break;
    case 'query-group':
      tell(to, (f.tables ?? []).join(' '), 1, 'the failing statement', 'schema');
      tell(to, `${f.fingerprint} query`, 0.9, 'the failing statement', 'schema');
      break;
    case 'lock-wait':
      tell(to, `${f.table ?? ''} ${f.blockerStatement ?? ''} lock wait`, 0.9, 'the lock');
      quote(to, f.blockerStatement ?? '', 'the lock');
      break;
    case 'metric':
      serve(to, f.source);
      tell(to, f.name, 0.6, 'the metric');
      labelled(to, f.name);
      break;
    case 'connections':
      tell(to, f.refused ? 'too many connections' : 'connection pool exhausted', 0.5, 'the connections');
      break;
    case 'db-event':
      tell(to, f.message, 0.5, 'the database');
      break;
    default:
      break;
  }
}

function isOutside(text: string): boolean {
  return originOf(text.slice(0, TEXT_CHARS)) !== undefined;
}

function count(to: Building, outside: boolean): void {
  to.told.all += 1;
  if (outside) to.told.outside += 1;
}

/** Labels of a metric that say where it was taken, not of what. */
const whereabouts = /^(?:quantile|instance|status|code|pod|node|le|service|app|job|host|region|zone|env|namespace|cluster|container)$/;

/** `{queue="certificates"}`: what the number is about, as the code or the settings name it. */
function labelled(to: Building, name: string): void {
  for (const [, key = '', value = ''] of name.matchAll(/[{,]\s*(\w{1,40})\s*[=:]\s*"?([\w./-]{4,60})/g))
    if (!whereabouts.test(key) && !isSmall(value.toLowerCase()) && to.literals.size < LITERALS) keep(to.literals, value, 0.4, 'the metric');
}

/** What a client library reports of the other side. */
const AWAY: ReadonlySet<number> = new Set([429, 502, 503, 504]);

function readError(to: Building, f: ErrorGroup): void {
  const inLibrary = f.frames?.[0]?.inApp === false;
  const turnedAway = inLibrary && AWAY.has(f.httpStatus ?? 0);
  const outside = turnedAway || isOutside([f.title, f.message, ...(f.causes ?? []).map((cause) => cause.message)].join('\n'));
  count(to, outside);
  const frames = own(f.frames ?? []);
  for (const [depth, frame] of frames.entries()) {
    const above = frames[depth - 1];
    to.frames.push({
      frame,
      depth,
      ...(outside ? { victim: true } : {}),
      ...(inLibrary && depth === 0 ? { called: true } : {}),
      ...(above === undefined ? {} : { above }),
    });
    if (frame.function) tell(to, frame.function, (depth === 0 ? 0.9 : 0.6) * (outside ? VICTIM : 1), 'the stack', 'name');
  }
  tell(to, `${f.title} ${f.message ?? ''}`, 1, 'the error');
  quote(to, `${f.title} ${f.message ?? ''}`, 'the error');
  if (!outside) for (const frame of (f.frames ?? []).filter((one) => one.inApp === false).slice(0, 12)) library(to, frame.file);
  tell(to, f.class ?? '', 0.7, 'the error');
  tell(to, f.transaction ?? '', 0.8, 'the failing route', 'name');
  tell(to, String(f.httpStatus ?? ''), 0.5, 'the error');
  for (const cause of f.causes ?? []) quote(to, cause.message, 'the error');
  for (const cause of f.causes ?? []) tell(to, `${cause.class ?? ''} ${cause.message}`, 0.9, 'the error');
}

function readWorkload(to: Building, f: Workload): void {
  const lines = aroundWrong(f.log ?? []);
  tell(to, [f.reason, f.message, f.exitCode === 137 ? 'exit 137' : '', ...lines].join('\n'), 0.9, 'the log');
  quote(to, [f.message, ...(f.events ?? []).map((e) => e.message), ...lines].join('\n'), 'the log');
  const tag = /:([\w.-]*\d[\w.-]*)$/.exec(f.image ?? '')?.[1];
  if (tag !== undefined) keep(to.literals, tag, 0.65, 'the image that failed');
  serve(to, f.owner ?? f.name);
  if (f.sha) to.shas.push({ sha: f.sha, says: `is what ${f.name} runs, which failed` });
  stack(to, (f.log ?? []).join('\n'));
}

/** Lines that tell of something wrong, and the few below each that say what. */
function aroundWrong(log: readonly string[]): readonly string[] {
  let left = 0;
  return log.filter((line) => {
    left = WRONG.test(line) ? BELOW + 1 : left;
    left -= 1;
    return left >= 0;
  });
}

function suppose(to: Building, h: Hypothesis): void {
  for (const name of named) tell(to, h.facts[name] ?? '', 1, 'the cause', 'schema');
  if (to.told.all === 0 || to.told.outside < to.told.all) tell(to, h.rule, 0.1, 'the cause');
  const { file, line } = h.facts;
  if (!file) return;
  const at = { file, ...(Number(line) > 0 ? { line: Number(line) } : {}) };
  const victim = to.frames.some((f) => f.victim && f.frame.file === file && f.frame.line === at.line);
  to.frames.unshift({ frame: at, depth: 0, ...(victim ? { victim: true } : {}) });
}

/** `name`: of a route or function. `schema`: tables and columns tell also where their words alone would be small talk, like `line_items`. */
function tell(to: Building, text: string, weight: number, from: string, as: 'text' | 'name' | 'schema' = 'text'): void {
  if (text === '') return;
  const short = safe(text.slice(0, TEXT_CHARS));
  // Metric names join their words by signs that are letters to a pattern.
  const apart = short.replace(/[_.]/g, ' ');
  // What a route or function is called is no symptom.
  if (as !== 'name') {
    const origin = originOf(short);
    for (const [family, words] of symptoms)
      if ((origin?.has(family) ?? true) && !to.families.has(family) && (words.test(short) || words.test(apart))) to.families.add(family);
  }
  for (const id of identifiers(short)) {
    if (id.words.length > 1 && (as === 'schema' || isTelling(id)))
      keep(to.identifiers, id.name, common.has(id.name) ? weight * 0.4 : weight, from);
    for (const word of id.words) if (!isSmall(word)) keep(to.words, word, weight, from);
  }
  if (as === 'text') for (const name of pairsOf(short)) keep(to.identifiers, name, weight * IN_WORDS, from);
}

/** `CSRF cookie not set` may speak of `csrf_cookie`. */
const IN_WORDS = 0.6;
const PAIRS = 60;

function pairsOf(text: string): readonly string[] {
  const found: string[] = [];
  let before = '';
  for (const token of text.slice(0, PAIR_CHARS).split(/(?<=[A-Za-z]) (?=[A-Za-z])|[^A-Za-z]+/)) {
    const word = /^[A-Za-z]{3,24}$/.test(token) ? identifier(token).name : '';
    const whole = word !== '' && !word.includes('_');
    // `seat class 7 does not exist`: of the two one may be small talk.
    if (whole && before !== '' && !(isSmall(before) && isSmall(word))) found.push(`${before}_${word}`);
    before = whole ? word : '';
    if (found.length >= PAIRS) break;
  }
  return found;
}

const PAIR_CHARS = 600;

const MARKS = /\[(?:redacted|e-mail|phone|card)\]/g;

/** What a commit shares with a failure is named beside it: it must be no secret, and no one's name. */
function safe(text: string): string {
  if (text !== last.text) last = { text, safe: redact(text).replace(MARKS, ' ') };
  return last.safe;
}

/** The same text is read for its words and for its literals, one after the other. A memo of a pure function. */
let last = { text: '', safe: '' };

function quote(to: Building, text: string, from: string): void {
  for (const literal of to.literals.size < LITERALS ? literalsOf(safe(text)) : []) keep(to.literals, literal.text, literal.weight, from);
}

/** `redis` of `redis/connection.py`, `site-packages/redis/…`, `gems/redis-5.0`, `node_modules/@scope/redis`. */
function library(to: Building, file: string): void {
  const inside = /(?:site-packages|dist-packages|node_modules|vendor|gems)\/((?:@[\w.-]+\/)?[\w.-]+)/.exec(file)?.[1];
  const name =
    inside ??
    file
      .replace(/^\.?\//, '')
      .split('/')
      .slice(0, -1)
      .slice(0, 4)
      .join('/');
  for (const id of identifiers(name.replace(/-\d[\d.]*$/, ''))) for (const word of id.words) if (!isSmall(word)) to.libraries.add(word);
}

/** Columns that every table has. */
const common = new Set(['created_at', 'updated_at', 'deleted_at', 'user_id', 'account_id', 'order_by', 'group_by']);

function keep(all: Map<string, Clue>, name: string, weight: number, from: string): void {
  const was = all.get(name);
  if (was === undefined || was.weight < weight) all.set(name, { weight, from });
}

/** A service of ours that a failing call names is in trouble as well. */
function serveNamed(to: Building, facts: Facts): void {
  const texts = facts
    .of('log-group')
    .filter(({ finding }) => isBad(finding))
    .map(({ finding }) => finding.message.slice(0, TEXT_CHARS));
  if (texts.length === 0) return;
  const tokens = new Set(texts.slice(0, 200).flatMap((text) => text.match(/[A-Za-z][\w-]{2,60}/g) ?? []));
  const own = [
    ...facts.of('release').map(({ finding }) => finding.service),
    ...facts.of('rollout').map(({ finding }) => finding.deployment),
    ...facts
      .of('workload')
      .map(({ finding }) => (finding.owner ?? finding.name).replace(/(?:-(?=[a-z]*\d)[a-z\d]{5,10})?-[a-z\d]{5}$/, '')),
  ];
  for (const name of new Set(own)) if (name !== undefined && tokens.has(name)) serve(to, name);
}

/** `cart`, `cart-service` and `cartservice-7d9f8-x2x1` are one. */
function serve(to: Building, name: string | undefined): void {
  if (!name) return;
  const plain = name.replace(/(?:-(?=[a-z]*\d)[a-z\d]{5,10})?-[a-z\d]{5}$/, '');
  const short = identifier(plain).name.replace(/_?(?:service|svc|server|api|app|deployment|pod)$/, '');
  if (short.length > 2) to.services.add(short);
}

/** Frames as logs print them: `app/models/x.rb:12`, `File "x.py", line 3`, `at f (src/x.ts:3:1)`, `Foo.java:12`. */
function stack(to: Building, text: string): void {
  const short = safe(text.slice(0, TEXT_CHARS));
  const outside = isOutside(short);
  let depth = 0;
  for (const m of short.matchAll(
    /(?:File "([^"]+)", line (\d+)|([\w./@-]+\.(?:rb|py|php|[cm]?[jt]sx?|go|java|kt|cs|scala|ex|rs)):(\d+))/g,
  )) {
    const file = m[1] ?? m[3] ?? '';
    if (/node_modules|site-packages|\/gems\/|vendor\//.test(file)) continue;
    to.frames.push({ frame: { file, line: Number(m[2] ?? m[4]) }, depth: depth++, ...(outside ? { victim: true } : {}) });
    if (depth > 8) return;
  }
}

export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** Our own code; everything where the source does not say. */
function own(frames: readonly Frame[]): readonly Frame[] {
  const inApp = frames.filter((f) => f.inApp !== false && !/node_modules|site-packages|\/gems\/|(?:^|\/)vendor\//.test(f.file));
  return inApp.slice(0, 12);
}

const calm = /^(?:info|debug|trace|notice)$/i;

function isBad(f: Finding): boolean {
  if (f.tone !== undefined) return f.tone === 'bad';
  if (f.kind === 'log-group') return !calm.test(f.level ?? '');
  if (f.kind === 'metric') return f.baseline === undefined || (f.points.at(-1)?.value ?? 0) > f.baseline.max;
  return ['error-group', 'workload', 'query-group', 'lock-wait'].includes(f.kind);
}
