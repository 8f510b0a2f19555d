import type { KubeRight } from '../kit/kubernetes.ts';

export type Needed = Pick<KubeRight, 'verb' | 'group' | 'resource' | 'subresource'>;

/** What the bot reads. Nodes are no part of a namespace: they need a ClusterRole, and are only a help. */
export const readRights: readonly Needed[] = [
  { verb: 'list', group: 'apps', resource: 'deployments' },
  { verb: 'list', group: 'apps', resource: 'replicasets' },
  { verb: 'list', group: 'batch', resource: 'jobs' },
  { verb: 'list', group: '', resource: 'pods' },
  { verb: 'list', group: '', resource: 'events' },
  { verb: 'get', group: '', resource: 'pods', subresource: 'log' },
];

export function rightName(right: Needed): string {
  return `${right.verb} ${right.resource}${right.subresource ? `/${right.subresource}` : ''}`;
}

/** The right behind a list or log call, by the name that it has in a rule: `pods`, `pods/log`. */
export function rightFor(resource: string): Needed | undefined {
  return readRights.find((right) => rightName(right).endsWith(` ${resource}`));
}

/** One rule line of a Role for each missing right, ready to paste under `rules:`. */
export function roleRules(missing: readonly Needed[]): string {
  return missing.map(ruleLine).join('\n');
}

function ruleLine({ verb, group, resource, subresource }: Needed): string {
  const name = subresource ? `${resource}/${subresource}` : resource;
  const verbs = verb === 'list' ? '"get", "list"' : `"${verb}"`;
  return `- { apiGroups: ["${group}"], resources: ["${name}"], verbs: [${verbs}] }`;
}

/** A whole Role with its binding, for `kubectl apply -f -`. */
export function roleYaml(name: string, namespace: string, missing: readonly Needed[], deployments: readonly string[] = []): string {
  const rules = missing
    .map((right) =>
      right.verb === 'patch'
        ? `- { apiGroups: ["apps"], resources: ["deployments"], resourceNames: [${deployments.map((d) => `"${d}"`).join(', ')}], verbs: ["patch"] }`
        : ruleLine(right),
    )
    .map((line) => `  ${line}`);
  return [
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: Role',
    `metadata: { name: ${name}, namespace: ${namespace} }`,
    'rules:',
    ...rules,
    '---',
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: RoleBinding',
    `metadata: { name: ${name}, namespace: ${namespace} }`,
    `roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: ${name} }`,
    `subjects: [{ kind: ServiceAccount, name: pulaski, namespace: ${namespace} }]`,
  ].join('\n');
}
