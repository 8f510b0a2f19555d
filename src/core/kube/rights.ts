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

/** The role that `doctor` and blind answers write. */
export const READ_ROLE = 'pulaski-read';

export function rightName(right: Needed): string {
  return `${right.verb} ${right.resource}${right.subresource ? `/${right.subresource}` : ''}`;
}

/** The right behind a list or log call, by the name that it has in a rule: `pods`, `pods/log`. */
export function rightFor(resource: string): Needed | undefined {
  return readRights.find((right) => rightName(right).endsWith(` ${resource}`));
}

/** One line under `rules:` of a Role. */
export function ruleLine({ verb, group, resource, subresource }: Needed): string {
  const name = subresource ? `${resource}/${subresource}` : resource;
  const verbs = verb === 'list' ? '"get", "list"' : `"${verb}"`;
  return `- { apiGroups: ["${group}"], resources: ["${name}"], verbs: [${verbs}] }`;
}

/** Who the bot is in the cluster, as far as a refusal says it. */
export interface Identity {
  kind: 'ServiceAccount' | 'User';
  name: string;
  namespace?: string;
}

/** From `User "system:serviceaccount:ops:pulaski" cannot list …`. */
export function identityIn(message: string): Identity | undefined {
  const user = message.match(/\bUser "([^"]+)"/)?.[1];
  const [, namespace, name] = user?.match(/^system:serviceaccount:([^:]+):([^:]+)$/) ?? [];
  if (namespace !== undefined && name !== undefined) return { kind: 'ServiceAccount', name, namespace };
  return user === undefined ? undefined : { kind: 'User', name: user };
}

/** A Role with its binding, as one command to paste. Roles add up: it takes nothing away from one that is there. */
export function grantCommand(name: string, namespace: string, rules: readonly string[], identity: Identity | undefined): string {
  const { kind, name: subject, namespace: home } = identity ?? { kind: 'ServiceAccount', name: 'pulaski', namespace };
  const who =
    kind === 'User'
      ? `kind: User, apiGroup: rbac.authorization.k8s.io, name: "${subject}"`
      : `kind: ServiceAccount, name: ${subject}, namespace: ${home}`;
  return [
    "kubectl apply -f - <<'EOF'",
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: Role',
    `metadata: { name: ${name}, namespace: ${namespace} }`,
    'rules:',
    ...rules.map((rule) => `  ${rule}`),
    '---',
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: RoleBinding',
    `metadata: { name: ${name}, namespace: ${namespace} }`,
    `roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: ${name} }`,
    `subjects: [{ ${who} }]`,
    'EOF',
  ].join('\n');
}

/** Lets the bot change these deployments and no others. */
export function patchRule(deployments: readonly string[]): string {
  const names = deployments.map((name) => `"${name}"`).join(', ');
  return `- { apiGroups: ["apps"], resources: ["deployments"], resourceNames: [${names}], verbs: ["patch"] }`;
}
