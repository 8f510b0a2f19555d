import type { Frame } from '../evidence.ts';

const FRAMES_LIMIT = 60;

interface Grammar {
  /** A piece every such line has. */
  hint: string;
  pattern: RegExp;
  /** Python prints the raise point last. */
  reversed?: boolean;
}

const grammars: readonly Grammar[] = [
  { hint: 'File "', pattern: /^\s*File "(?<file>[^"]{1,300})", line (?<line>\d{1,7})(?:, in (?<function>\S{1,120}))?/, reversed: true },
  {
    hint: 'at ',
    pattern:
      /^\s*at (?:async )?(?:(?<function>[^()]{1,200}?) \()?(?:file:\/\/)?(?<file>(?:\/|[A-Za-z]:\\|node:|webpack:|\.{0,2}\/?[\w@.-]+\/)[^():]{1,300}):(?<line>\d{1,7}):\d{1,7}\)?/,
  },
  { hint: 'at ', pattern: /^\s*at (?<function>[\w.$<>/]{1,300})\((?<file>[\w$-]{1,120}\.(?:java|kt|scala|groovy|clj)):(?<line>\d{1,7})\)/ },
  { hint: ':in ', pattern: /^\s*(?:from |\d+: from )?(?<file>[^\s:`'()]{1,300}):(?<line>\d{1,7}):in [`'](?<function>[^']{1,160})'/ },
  { hint: 'panicked at', pattern: /panicked at (?:'.{0,300}', )?(?<file>[\w./-]{1,200}\.rs):(?<line>\d{1,7})/ },
  { hint: ':line ', pattern: /^\s*at (?<function>.{1,200}?) in (?<file>\S{1,300}):line (?<line>\d{1,7})/ },
  { hint: '.php line', pattern: /^\s*In (?<file>[\w.-]{1,200}\.php) line (?<line>\d{1,7}):/ },
  { hint: '.php:', pattern: /\bat (?<file>\/?[\w./-]{1,300}\.php):(?<line>\d{1,7})/ },
  { hint: '.php', pattern: /^\s*#\d{1,4} (?<file>\/[^\s(]{1,300}\.php)\((?<line>\d{1,7})\): (?<function>\S{1,160}?)\(/ },
  { hint: '.go:', pattern: /^\s+(?<file>\/[^\s:]{1,300}\.go):(?<line>\d{1,7})(?: \+0x[0-9a-f]{1,8})?/ },
  { hint: '.ex', pattern: /^\s+(?:\([^)]{1,80}\) )?(?<file>[\w./-]{1,200}\.exs?):(?<line>\d{1,7}): (?<function>\S{1,160})/ },
  {
    hint: '.',
    pattern:
      /^\s*(?:\d{1,3} {1,4})?(?<file>\/?(?:[\w.@-]{1,80}\/){1,20}[\w.@-]{1,120}\.(?:rb|erb|haml|slim|js|ts|mjs|cjs|py|php|go|java)):(?<line>\d{1,7})(?::\d{1,7})?\s*$/,
  },
];

/** Code that the team does not own: by the folders that package managers and runtimes use. */
const FOREIGN =
  /(?:^node:|\/node_modules\/|\/(?:gems|rubygems-integration|bundler|vendor_ruby|vendor\/bundle)\/|\/site-packages\/|\/dist-packages\/|\/lib\/python\d|^<frozen|\/vendor\/|\/usr\/(?:local\/)?(?:lib|share|go)\/|\/go\/pkg\/mod\/|\/deps\/|^internal\/|^(?:socket|net\/|openssl|json|set|erb|monitor|timeout|psych|active_record|active_support|active_model|action_|rails\/|rack\/|mysql2\/|redis|faraday|puma|sidekiq)|bin\/(?:rails|rake|bundle|puma)$|^Connection\.php$)/;
const FOREIGN_CLASS =
  /^(?:java|javax|jakarta|sun|jdk|com\.sun|org\.(?:springframework|apache|hibernate|flywaydb|postgresql|mariadb|eclipse|jboss)|com\.(?:mysql|zaxxer|fasterxml)|liquibase|io\.netty|reactor|kotlin|scala)\./;

export function isForeign(file: string): boolean {
  return FOREIGN.test(file);
}

/** The stack frames of a text, raise point first, those of the team marked. */
export function framesIn(lines: readonly string[]): readonly Frame[] {
  const found: Frame[] = [];
  let reversed = false;
  for (const line of lines) {
    if (found.length >= FRAMES_LIMIT) break;
    for (const { hint, pattern, reversed: backward } of grammars) {
      if (!line.includes(hint)) continue;
      const groups = pattern.exec(line)?.groups;
      if (groups?.file === undefined) continue;
      reversed ||= backward ?? false;
      const inApp = !isForeign(groups.file) && !FOREIGN_CLASS.test(groups.function ?? '');
      found.push({
        file: groups.file,
        ...(groups.line === undefined ? {} : { line: Number(groups.line) }),
        ...(groups.function === undefined ? {} : { function: groups.function }),
        inApp,
      });
      break;
    }
  }
  return reversed ? found.toReversed() : found;
}

/** `app/models/invoice.rb:5`, as it stood. */
export function placeOf(frame: Frame): string {
  return frame.line === undefined ? frame.file : `${frame.file}:${frame.line}`;
}
