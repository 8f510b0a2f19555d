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

/** Who the bot is where nothing says otherwise: the account of deploy/kubernetes. */
const DEPLOYED: Identity = { kind: 'ServiceAccount', name: 'pulaski', namespace: 'pulaski' };

/** Grants everything that is read, under the name of deploy/kubernetes/rbac/read.yaml: applying it again takes nothing away. */
export function readGrant(namespace: string, identity: Identity = DEPLOYED): string {
  return grant('pulaski-read', namespace, readRights.map(ruleLine), identity);
}

/** Lets the bot change these deployments and no others; the whole list, for it replaces what deploy/kubernetes/rbac/act.yaml granted. */
export function actGrant(namespace: string, deployments: readonly string[], identity: Identity = DEPLOYED): string {
  const names = deployments.map((name) => `"${name}"`).join(', ');
  const rule = `- { apiGroups: ["apps"], resources: ["deployments"], resourceNames: [${names}], verbs: ["patch"] }`;
  return grant('pulaski-act', namespace, [rule], identity);
}

/** A Role with its binding, as one command to paste. */
function grant(name: string, namespace: string, rules: readonly string[], identity: Identity): string {
  const who =
    identity.kind === 'User'
      ? `kind: User, apiGroup: rbac.authorization.k8s.io, name: "${identity.name}"`
      : `kind: ServiceAccount, name: ${identity.name}, namespace: ${identity.namespace}`;
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
