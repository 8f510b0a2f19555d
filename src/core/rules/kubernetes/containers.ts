import { shellWord } from '../../paste.ts';
import { textRule } from '../text-rule.ts';
import { named, on, remedy } from '../write.ts';

type FactSheet = Readonly<Record<string, string>>;

export const imagePull = textRule({
  id: 'image-pull',
  explains: ['probe-failing'],
  strength: 'strong',
  statusStrength: 'mechanism',
  about: (facts) => facts.image ?? facts.workload ?? '',
  cause: (facts) => `The image ${facts.image ?? ''} cannot be pulled: ${whyPull(facts)}`.replace('  ', ' '),
  remedy: (facts) =>
    remedy('rollback', 'the pods of the last good image still run or can run at once', {
      commands: [
        'kubectl rollout undo deployment/<name>',
        ...(facts.image === undefined ? [] : [`docker manifest inspect ${shellWord(facts.image, '<image>')}`]),
      ],
      hazards: ['a rollback does not help when the registry itself refuses: the old image must be on the nodes'],
    }),
  next: (facts) => [
    whyPull(facts).startsWith('the registry')
      ? 'mend the pull secret or wait for the limit'
      : 'was the image built and pushed under this tag?',
    'roll back, or push the image',
  ],
  chain: (facts) => [`image ${facts.image ?? ''} is not to be had`, 'the new pods never start'],
});

function whyPull(facts: FactSheet): string {
  const why = `${facts.why ?? ''} ${facts.reason ?? ''} ${facts.state ?? ''}`;
  if (/429|toomanyrequests|rate limit/i.test(why)) return 'the registry limits us (429 Too Many Requests)';
  if (/401|403|unauthorized|denied|no basic auth|authorization failed/i.test(why))
    return 'the registry wants a login, or the image does not exist';
  if (/not found|manifest unknown|NotFound/i.test(why)) return 'there is no image under this tag';
  if (/NeverPull|Never/.test(why)) return 'it may not be pulled and is not on the node';
  if (/no such host|timeout|timed out|refused|certificate/i.test(why)) return 'the registry cannot be reached';
  return facts.why ?? 'the registry does not give it';
}

export const outOfMemory = textRule({
  id: 'out-of-memory',
  explains: ['probe-failing'],
  strength: ({ fault }) => (fault.says.exitCode === undefined ? 'strong' : 'sign'),
  statusStrength: 'mechanism',
  about: (facts) => facts.workload ?? 'memory',
  cause: (facts) => `${facts.workload ?? 'The process'} ran out of memory${on(facts.limit, ' at its limit of ')}`,
  remedy: () =>
    remedy('scale', 'it needs more memory than it may have: more room now, the reason afterwards', {
      commands: ['kubectl set resources deployment/<name> --limits=memory=<more>'],
      hazards: ['a leak fills any limit: compare the use before and after the release', 'changing the limit restarts the pods'],
      safety: 'needs-care',
    }),
  next: () => [
    'did its memory grow with the release, with the traffic, or since it started?',
    'with the release: take it back; with the traffic: more replicas; since the start: restart, then look for the leak',
  ],
  chain: (facts) => [`memory of ${facts.workload ?? 'the process'} reached its limit`, 'the kernel ended it'],
});

export const containerCannotStart = textRule({
  id: 'container-cannot-start',
  explains: ['probe-failing'],
  strength: 'strong',
  statusStrength: 'mechanism',
  about: (facts) => named(facts, 'module', 'gem', 'command', 'port', 'path', 'workload') ?? 'start',
  cause: (facts) => `The process cannot start: ${whyStart(facts)}`,
  remedy: () =>
    remedy('rollback', 'the last image started; this one does not', {
      commands: ['kubectl rollout undo deployment/<name>'],
      hazards: ['if the node or the cluster changed and not the image, the old one fails too'],
    }),
  next: (facts) => [
    `what changed: the image, its start command, or ${facts.port === undefined ? 'its dependencies' : 'what listens on that port'}?`,
    'roll back, then build an image that starts',
  ],
  chain: (facts) => [whyStart(facts), 'the container does not start'],
});

function whyStart(facts: FactSheet): string {
  const module = named(facts, 'module', 'gem', 'name');
  if (module !== undefined && facts.command === undefined) return `${module} is not in the image`;
  if (facts.port !== undefined) return `port ${facts.port} is taken or not allowed`;
  if (facts.command !== undefined) return `${facts.command} cannot be run${on(facts.why, ': ')}`;
  if (facts.path !== undefined) return `${facts.path} may not be read or written`;
  return facts.why ?? facts.reason ?? 'its start fails';
}

export const probeFailing = textRule({
  id: 'probe-failing',
  strength: 'strong',
  statusStrength: 'strong',
  about: (facts) => facts.workload ?? '',
  cause: (facts) =>
    `${facts.workload ?? 'The pod'} does not answer its probe: ${facts.probe ?? 'probe failed'}${on(facts.port, ', port ')}`,
  remedy: (facts) =>
    remedy('look-closer', 'the pod runs but does not answer: its log says why', {
      commands: ['', ' --previous'].map((more) => `kubectl logs ${shellWord(facts.workload ?? '', '<pod>')}${more}`),
      hazards: ['exit 137 here is the kubelet, not memory'],
      safety: 'safe',
    }),
  next: () => [
    'read the log: is it still starting, listening elsewhere, or stuck?',
    'a rollout that waits for it can be rolled back at once',
  ],
  chain: (facts) => [
    `${facts.probe ?? 'the probe'} ${facts.probe?.includes('fail') ? '' : 'failed'}`.trim(),
    'the pod gets no traffic or is restarted',
  ],
});
