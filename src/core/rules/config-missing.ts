import { shellWord } from '../paste.ts';
import type { Fault } from '../text/reading.ts';
import { textRule } from './text-rule.ts';
import { named, on, remedy } from './write.ts';

/** A variable, secret, or config map that the new process needs and does not get. */
export const configMissing = textRule({
  id: 'config-missing',
  explains: ['probe-failing'],
  adds: ({ reading, fault }) => fieldBelow(fault, reading.lines),
  strength: ({ fault }) => (fault.meaning === 'missing-setting' && fault.says.variable !== undefined ? 'mechanism' : 'strong'),
  statusStrength: 'mechanism',
  atMost: ({ fault }) => (fault.meaning === 'bad-setting' ? 'likely' : undefined),
  about: (facts) => named(facts, 'variable', 'secret', 'configmap', 'key', 'name') ?? 'setting',
  cause: (facts) => {
    const what = named(facts, 'variable', 'name', 'secret', 'configmap', 'key', 'exception');
    return facts.secret !== undefined || facts.configmap !== undefined
      ? `${facts.secret === undefined ? 'Config map' : 'Secret'} ${what} is missing, so the container does not start`
      : `The process stops at its start: setting ${what ?? 'it needs'} is missing or wrong${on(facts.place, ', needed at ')}`;
  },
  remedy: (facts) => {
    const variable = named(facts, 'variable', 'name');
    const commands =
      facts.secret !== undefined
        ? [
            `kubectl get secret ${shellWord(facts.secret, '<name>')}`,
            `kubectl create secret generic ${shellWord(facts.secret, '<name>')} --from-env-file=<file>`,
          ]
        : facts.configmap !== undefined
          ? [`kubectl get configmap ${shellWord(facts.configmap, '<name>')}`]
          : variable === undefined
            ? []
            : [`kubectl set env deployment/<name> ${shellWord(variable, '<variable>')}=<value>`];
    return remedy('configure', 'the code needs it and the environment does not give it', {
      commands,
      hazards: [
        'a value typed into a command line stays in the shell history: use a secret',
        'the old pods go on only as long as nobody restarts them',
      ],
      safety: 'safe',
    });
  },
  next: (facts) => [
    `give ${named(facts, 'variable', 'secret', 'configmap', 'name') ?? 'the setting'} to every process that runs this code: web, workers, deploy job`,
    'or take the release back until it is there',
  ],
  chain: (facts) => [
    `${named(facts, 'variable', 'secret', 'configmap', 'name') ?? 'a setting'} is missing`,
    'the new process stops at its start',
  ],
});

/** A headline, and the names below it: Pydantic's field, Spring's `Property:`, the list under "Missing environment variables:". */
const BELOW: readonly { headline: RegExp; name: RegExp }[] = [
  { headline: /validation errors? for/i, name: /^(?<name>\w{1,80})$/ },
  { headline: /^Binding to target|^Failed to bind properties/, name: /^\s*Property: (?<name>[\w.[\]-]{1,120})$/ },
  { headline: /environment variables?:?\s*$/i, name: /^[\s*•-]{0,12}(?<name>[A-Z][A-Z0-9_]{2,80})\b/ },
];
const BELOW_LINES = 5;

function fieldBelow(fault: Fault, lines: readonly string[]): Readonly<Record<string, string>> {
  if (fault.says.variable !== undefined) return {};
  const name = BELOW.find(({ headline }) => headline.test(fault.text))?.name;
  const variable = lines
    .slice(fault.line + 1, fault.line + 1 + BELOW_LINES)
    .map((line) => name?.exec(line)?.groups?.name)
    .find((found) => found !== undefined);
  return variable === undefined ? {} : { variable };
}
