import { textRule } from '../text-rule.ts';
import { named, on, remedy } from '../write.ts';

export const unschedulable = textRule({
  id: 'unschedulable',
  strength: 'strong',
  statusStrength: 'mechanism',
  about: (facts) => facts.workload ?? '',
  cause: (facts) => `No node takes ${facts.workload ?? 'the pod'}: ${facts.why ?? 'none fits'}`,
  remedy: () =>
    remedy('scale', 'the cluster has no room of the kind that the pod asks for', {
      commands: ['kubectl describe nodes | grep -A5 "Allocated resources"'],
      hazards: ['smaller requests may starve its neighbours'],
      safety: 'needs-care',
    }),
  next: () => ['did the release raise its requests, or is the cluster full?', 'raised: take it back; full: add nodes or free some'],
});

export const jobTimeout = textRule({
  id: 'job-timeout',
  explains: ['migration-pending'],
  strength: 'strong',
  statusStrength: 'mechanism',
  about: (facts) => facts.workload ?? '',
  cause: (facts) =>
    `The job was ended before it was done${on(facts.deadline, ': its time limit is ')}${on(facts.signal, ' by ')}${on(facts.migration, ' during ')}`,
  remedy: () =>
    remedy('rerun-migration', 'what it did until then may be half done', {
      commands: ['kubectl get job <name> -o jsonpath={.spec.activeDeadlineSeconds}'],
      hazards: [
        'a migration that was cut may have changed half: compare the schema before running it again',
        'the pod is deleted with its log: look in the log store',
      ],
      safety: 'needs-care',
    }),
  next: () => [
    'why did it take so long: a lock, a large table, or a short limit?',
    'compare the schema with the migration',
    'run it again with time enough',
  ],
  chain: (facts) => [`the job${on(facts.migration, ' with ')} took longer than it may`, 'it was ended in the middle'],
});

export const clusterPolicy = textRule({
  id: 'cluster-policy',
  strength: 'strong',
  statusStrength: 'mechanism',
  about: (facts) => named(facts, 'serviceaccount', 'quota', 'webhook', 'policy', 'pod') ?? '',
  cause: (facts) =>
    `The cluster refuses it: ${facts.serviceaccount !== undefined ? `service account ${facts.serviceaccount} does not exist` : facts.quota !== undefined ? `quota ${facts.quota} is used up` : facts.webhook !== undefined ? `${facts.webhook} says no: ${facts.why ?? facts.reason ?? ''}` : facts.pod !== undefined ? `a disruption budget protects ${facts.pod}` : (facts.why ?? facts.reason ?? 'a policy says no')}`,
  remedy: () =>
    remedy('configure', 'no pod is even made: a rule of the cluster stands in the way', {
      commands: ['kubectl get events --field-selector reason=FailedCreate'],
      safety: 'needs-care',
    }),
  next: () => ['did the release change what it asks for, or did the cluster change its rule?', 'give it what it misses, or roll back'],
});

export const nodeFailure = textRule({
  id: 'node-failure',
  explains: ['probe-failing', 'dependency-down', 'database-unreachable'],
  strength: 'strong',
  statusStrength: 'mechanism',
  byRelease: 'no',
  about: (facts) => named(facts, 'node') ?? 'node',
  cause: (facts) => `A node is in trouble: ${facts.reason ?? facts.message ?? facts.resource ?? 'it does not answer'}`,
  remedy: () =>
    remedy('wait-for-provider', 'the pods are well, their node is not: they are moved when it is given up', {
      commands: ['kubectl get nodes', 'kubectl cordon <node>', 'kubectl drain <node> --ignore-daemonsets --delete-emptydir-data'],
      hazards: ['draining moves load to the other nodes'],
      safety: 'needs-care',
    }),
  next: () => ['which pods ran there, and do they run elsewhere by now?', 'look at the node, or replace it'],
});
