import type { Commit, ErrorGroup } from '../evidence.ts';
import { shellWord } from '../paste.ts';
import type { Facts, Fit, Ground, Rule, Seen, Strength } from '../rule.ts';
import { type TextCase, textsFor } from './cases.ts';
import { ground, on, remedy, textGrounds } from './write.ts';

/** Mistakes in a program, by the words of Ruby, Python, JavaScript, Java, PHP, Go, Elixir. */
const MISTAKE =
  /(?:panicked at|called `|TypeError|NoMethodError|NameError|SyntaxError|ReferenceError|AttributeError|IndexError|KeyError|ZeroDivisionError|ArgumentError|UnboundLocalError|ImportError|NullPointerException|ClassCastException|IllegalArgumentException|IllegalStateException|IndexOutOfBounds\w*|ArrayIndexOutOfBounds\w*|NumberFormatException|UnsupportedOperationException|FunctionClauseError|MatchError|UndefinedFunctionError|BadMapError|CaseClauseError|ArithmeticError|ErrorException|ParseError|DivisionByZeroError|BadMethodCallException|Template::Error|TemplateDoesNotExist|TemplateSyntaxError|NoReverseMatch|FrozenError|RangeError|AssertionError|uninitialized constant|undefined method|nil pointer dereference|index out of range|Call to (?:a member function|undefined)|Undefined (?:variable|array key|property)|syntax error|^panic|Unclosed '|NoSuchMethodError|BeanCreationException|UnsatisfiedDependencyException|NotImplementedError|RuntimeError)/;

/** An exception of the program itself. A suspect is found by file and line of its frames. */
export const codeException: Rule = {
  id: 'code-exception',
  fits: (facts) => {
    const live = byFileName(facts.of('commit').filter(({ finding }) => finding.live === true));
    return textsFor(facts, 'code-exception').flatMap((found) => fitOf(found, facts, live));
  },
};

function fitOf(found: TextCase, facts: Facts, live: ByFileName): readonly Fit[] {
  const { fault, reading, seen } = found;
  if (reading.scene.client !== undefined && fault.meaning === 'thrown' && !MISTAKE.test(fault.text) && isAboutOthers(fault.text)) return [];
  const own = reading.frames.find((frame) => frame.inApp === true);
  const sheet = { ...found.facts, ...captured(fault.text), ...rootPlace(found) };
  const mistake = MISTAKE.test(fault.text) && fault.meaning === 'thrown';
  const always = seen.finding.kind === 'error-group' && isOld(seen.finding, facts.bundle.onset);
  const strength: Strength = mistake && !always ? 'strong' : 'sign';
  const touching = own === undefined ? [] : touched(live, own.file, own.line);
  const fresh = seen.finding.kind === 'error-group' ? novelty({ finding: seen.finding, from: seen.from }) : [];
  return [
    {
      cause: `The code fails${on(sheet.place, ' at ')}: ${fault.text}`,
      about: `${sheet.exception ?? ''} ${sheet.place ?? fault.text}`,
      grounds: [...textGrounds(found, strength), ...fresh, ...touching],
      facts: sheet,
      ...(!always && (mistake || touching.length > 0) ? {} : { atMost: 'possible' }),
      remedy:
        touching.length > 0
          ? remedy('revert', `a live commit changed ${own?.file ?? 'the file'} that fails`, {
              hazards: ['if the change came with a migration, the old code must be able to live with the schema'],
            })
          : remedy('look-closer', `the error names the place${on(sheet.place, ': ')}; find what changed there`, {
              commands: own === undefined ? [] : [`git log -n 5 --oneline -- ${shellWord(own.file, '<file>')}`],
            }),
      next: [
        ...(own === undefined ? [] : [`look at ${sheet.place ?? own.file} and what changed it last`]),
        touching.length > 0
          ? 'revert the commit that changed it, or mend it'
          : 'which line of ours raises it, and since which release? The full trace says so',
      ],
      chain: [
        `${sheet.exception ?? 'an exception'}${on(sheet.place, ' at ')}`,
        ...(reading.transaction === undefined ? [] : [`${reading.transaction} fails`]),
      ],
      against: ['the same error before the release: then it only got louder'],
    },
  ];
}

/** It was there well before the trouble: at most it got louder. */
function isOld(group: ErrorGroup, onset: string | undefined): boolean {
  if (group.trend !== undefined) return group.trend !== 'new' && group.isNew !== true;
  if (group.isNew !== undefined || group.firstSeen === undefined || onset === undefined) return group.isNew === false;
  return Date.parse(group.firstSeen) < Date.parse(onset) - 30 * 60_000;
}

/** An error that speaks of another system and not of the program. */
function isAboutOthers(text: string): boolean {
  return /(?:certificate|SSL|TLS|x509|handshake)/i.test(text);
}

function captured(text: string): Readonly<Record<string, string>> {
  const constant = /uninitialized constant (?<constant>[\w:]{1,160})/.exec(text)?.groups?.constant;
  const method = /undefined (?:local variable or )?method [`'](?<method>[^'`]{1,80})['`]/.exec(text)?.groups?.method;
  const property = /(?:reading|setting) '(?<property>[^']{1,80})'|has no attribute '(?<attribute>[^']{1,80})'/.exec(text)?.groups;
  const wanted = property?.property ?? property?.attribute;
  return {
    ...(constant === undefined ? {} : { constant }),
    ...(method === undefined ? {} : { method }),
    ...(wanted === undefined ? {} : { property: wanted }),
  };
}

/** Where the program itself says that it is: of a syntax error the file is in the message. */
function rootPlace({ fault, facts }: TextCase): Readonly<Record<string, string>> {
  const place = /(?<file>\/?(?:[\w.@-]{1,80}\/){1,12}[\w.@-]{1,80}\.(?:rb|js|ts|py|php|ex)):(?<line>\d{1,6}): syntax error/.exec(
    fault.text,
  )?.groups;
  if (place?.file === undefined || place.line === undefined) return facts.place === undefined ? {} : { place: facts.place };
  return { file: place.file, line: place.line, place: `${place.file}:${place.line}` };
}

function novelty({ finding, from }: Pick<Seen<ErrorGroup>, 'finding' | 'from'>): readonly Ground[] {
  return finding.isNew === true || finding.trend === 'new'
    ? [ground(`new since ${finding.firstSeen ?? 'the onset'}`, { from }, 'sign', 'novelty')]
    : [];
}

/** Live commits whose diff touches the failing file: one sign more, by the frame's own file. */
function touched(live: ByFileName, file: string, line: number | undefined): readonly Ground[] {
  const changed = [...new Set((live.get(fileName(file)) ?? []).flatMap(({ seen, path }) => (sameFile(path, file) ? [seen] : [])))];
  return changed.map((seen) =>
    ground(`${seen.finding.sha.slice(0, 7)} changed ${file}${line === undefined ? '' : ` (line ${line} fails)`}`, seen, 'sign', 'diff'),
  );
}

type ByFileName = ReadonlyMap<string, readonly { seen: Seen<Commit>; path: string }[]>;

/** Hundreds of errors ask hundreds of commits: the last part of the path sorts them. */
function byFileName(commits: readonly Seen<Commit>[]): ByFileName {
  const all = commits.flatMap((seen) => (seen.finding.files ?? []).map((path) => ({ seen, path })));
  return Map.groupBy(all, ({ path }) => fileName(path));
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Frames carry the container's path, diffs the repository's. */
function sameFile(path: string, file: string): boolean {
  return file === path || file.endsWith(`/${path}`);
}
