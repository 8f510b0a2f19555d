import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { actGrant, identityIn, readGrant, readRights } from '../../../src/core/kube/rights.ts';

/** `apps deployments get,list` for each resource of the rules in a manifest. */
function granted(manifest: string): readonly string[] {
  const rules = [...manifest.matchAll(/apiGroups: \["([^"]*)"\], resources: \[([^\]]*)\].*?verbs: \[([^\]]*)\]/g)];
  const words = (list = '') => list.split(',').map((word) => word.trim().replaceAll('"', ''));
  return rules
    .flatMap(([, group, resources, verbs]) => words(resources).map((name) => `${group} ${name} ${words(verbs).join()}`))
    .toSorted();
}

test('what doctor writes is what deploy/ grants: applying one after the other takes nothing away', () => {
  const manifest = readFileSync('deploy/kubernetes/rbac/read.yaml', 'utf8');
  expect(granted(readGrant('prod'))).toEqual(granted(manifest));
  expect(granted(manifest)).toHaveLength(readRights.length);
  for (const line of ['name: pulaski-read', 'subjects: [{ kind: ServiceAccount, name: pulaski, namespace: pulaski }]']) {
    expect(manifest).toContain(line);
    expect(readGrant('prod')).toContain(line);
  }
});

test('acting is limited to the named deployments', () => {
  expect(granted(actGrant('prod', ['web', 'worker']))).toEqual(granted(readFileSync('deploy/kubernetes/rbac/act.yaml', 'utf8')));
  expect(actGrant('prod', ['web', 'worker'])).toContain('resourceNames: ["web", "worker"]');
});

test.each([
  [
    'pods is forbidden: User "system:serviceaccount:ops:bot" cannot list resource "pods"',
    { kind: 'ServiceAccount', name: 'bot', namespace: 'ops' },
  ],
  ['pods is forbidden: User "jane@example.com" cannot list resource "pods"', { kind: 'User', name: 'jane@example.com' }],
  ['Forbidden', undefined],
])('%s', (message, identity) => expect(identityIn(message)).toEqual(identity));
