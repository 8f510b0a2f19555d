import { toneOf } from '../bundle.ts';
import type { Finding, Flag } from '../evidence.ts';
import type { Facts, Fit, Ground, Rule, Seen } from '../rule.ts';
import { identifier, identifiers, isSmall } from '../suspects/words.ts';
import { ground, on, remedy } from './write.ts';

/** A switch acts at once; a slow roll-out or a filling cache may take a quarter of an hour. */
const SOON_MS = 15 * 60_000;
const LONGEST_MS = 60 * 60_000;
/** Clocks differ, and a symptom is dated by the minute. */
const SLACK_MS = 3 * 60_000;
const TEXT_CHARS = 4_000;

/** Words that many switches bear and that say nothing of what they switch. */
const usual = new Set([
  'enable',
  'enabled',
  'disable',
  'disabled',
  'flag',
  'feature',
  'toggle',
  'rollout',
  'experiment',
  'beta',
  'release',
  'version',
  'variant',
  'show',
]);

/** A feature flag was switched right before the trouble, and what fails bears its name. */
export const flagChange: Rule = {
  id: 'flag-change',
  explains: ['code-exception', 'missing-index', 'connections-exhausted', 'dependency-rejecting-us'],
  fits: (facts) => facts.of('flag').flatMap((seen) => fitOf(seen, facts)),
};

function fitOf(seen: Seen<Flag>, facts: Facts): readonly Fit[] {
  const { name, at, from, to } = seen.finding;
  const { onset } = facts.bundle;
  const before = at === undefined || onset === undefined ? Number.NaN : Date.parse(onset) - Date.parse(at);
  if (seen.finding.tone === 'normal' || Number.isNaN(before) || before < -SLACK_MS || before > LONGEST_MS || from === to) return [];
  const words = identifier(name).words.filter((word) => !isSmall(word) && !usual.has(word));
  const alike = failing(facts).flatMap((other): readonly Ground[] => {
    const shared = words.filter((word) => other.words.has(word));
    const enough = shared.length >= Math.min(2, words.length) && shared.length > 0;
    return enough ? [ground(`what fails is about ${shared.join(', ')}: ${other.text}`, other.seen, 'sign', 'name')] : [];
  });
  if (alike.length === 0) return [];
  const minutes = Math.max(0, Math.round(before / 60_000));
  const change = `${name}${on(from, ' from ')}${on(to, ' to ')}`;
  const text = `${change}, ${minutes === 0 ? 'in the minute of the onset' : `${minutes} min before the onset`}`;
  const soon = before <= SOON_MS;
  return [
    {
      cause: `The feature flag ${change} was switched ${minutes === 0 ? 'as it began' : `${minutes} min before it began`}`,
      about: name,
      byRelease: 'no',
      grounds: [ground(text, seen, 'sign', 'switch'), ...alike.slice(0, 2)],
      facts: { flag: name, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { value: to }) },
      ...(soon ? {} : { atMost: 'possible' }),
      remedy: remedy('flag', `switching ${name} back takes seconds, and takes no release back`, {
        hazards: ['what was written while it was on stays written'],
        safety: 'safe',
      }),
      next: [`switch ${name} back${on(from, ' to ')}`, 'then look whether the errors stop within a minute or two'],
      chain: [`flag ${change}`, 'the code behind it fails'],
      against: ['the same errors before the switch'],
    },
  ];
}

interface Failing {
  seen: Seen;
  words: ReadonlySet<string>;
  text: string;
}

const read = new WeakMap<Facts, readonly Failing[]>();

function failing(facts: Facts): readonly Failing[] {
  const known = read.get(facts);
  if (known !== undefined) return known;
  const kinds = ['error-group', 'log-group', 'metric', 'query-group', 'workload'] as const;
  const all = kinds
    .flatMap((kind): readonly Seen[] => facts.of(kind))
    .filter(({ finding }) => toneOf(finding) === 'bad')
    .map((seen): Failing => {
      const text = textOf(seen.finding).slice(0, TEXT_CHARS);
      return { seen, text: seen.from.key.slice(0, 120), words: new Set(identifiers(text).flatMap(({ words }) => words)) };
    });
  read.set(facts, all);
  return all;
}

function textOf(finding: Finding): string {
  switch (finding.kind) {
    case 'error-group':
      return [
        finding.title,
        finding.message,
        finding.transaction,
        ...(finding.frames ?? []).map((f) => `${f.file} ${f.function ?? ''}`),
      ].join(' ');
    case 'log-group':
      return `${finding.message} ${finding.sample ?? ''} ${finding.service ?? ''}`;
    case 'metric':
      return finding.name;
    case 'query-group':
      return (finding.tables ?? []).join(' ');
    case 'workload':
      return `${finding.name} ${(finding.log ?? []).join(' ')}`;
    default:
      return '';
  }
}
