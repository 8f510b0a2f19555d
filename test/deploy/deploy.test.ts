import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { alertSources } from '../../src/alerts/index.ts';
import { readRights } from '../../src/core/kube/rights.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('the IAM policy allows what the bot calls and only reads', () => {
  const policy: { Statement: { Action: string[] }[] } = JSON.parse(read('deploy/aws/policy.json'));
  const allowed = policy.Statement.flatMap((statement) => statement.Action).toSorted();
  expect(allowed.filter((action) => !/:(Describe|Get)[A-Z]/.test(action))).toEqual([]);
  const called = [...read('src/kit/rds.ts').matchAll(/'((?:rds|cloudwatch):[A-Za-z]+)'/g)].map((match) => match[1] ?? '');
  expect([...new Set(called)].toSorted()).toEqual(allowed);
});

test('the reading role has every right that the doctor asks for, and none to change or to see secrets', () => {
  const role = read('deploy/kubernetes/rbac/read.yaml');
  const rules = [...role.matchAll(/apiGroups: \["([^"]*)"\], resources: \[([^\]]+)\], verbs: \[([^\]]+)\]/g)];
  for (const { verb, group, resource, subresource } of readRights) {
    const name = `"${subresource ? `${resource}/${subresource}` : resource}"`;
    const fits = rules.some(([, g, resources = '', verbs = '']) => g === group && resources.includes(name) && verbs.includes(`"${verb}"`));
    expect(fits, `${verb} ${name}`).toBe(true);
  }
  expect(role).not.toMatch(/secrets|configmaps|exec|create|update|patch|delete|"\*"/);
});

test('acting is limited to named deployments', () => {
  const [rule = ''] = /rules:\n.*/.exec(read('deploy/kubernetes/rbac/act.yaml')) ?? [];
  expect(rule).toContain('resourceNames');
  expect(rule).toContain('verbs: ["patch"]');
});

test('the grants that a look needs are not commented out, and those beyond it are', () => {
  for (const file of ['mysql', 'mariadb']) {
    const granted = read(`deploy/mysql/${file}.sql`)
      .split('\n')
      .filter((line) => line.startsWith('GRANT'))
      .join('\n');
    expect(granted).toMatch(/GRANT PROCESS, (REPLICATION CLIENT|SLAVE MONITOR) ON \*\.\*/);
    expect(granted).toContain('REFERENCES ON app.*');
    expect(granted).not.toMatch(/SELECT ON app|CONNECTION|SUPER|ALL|INSERT|UPDATE|DELETE|DROP/);
  }
});

test('the container is no root and its file system is read-only', () => {
  expect(read('deploy/Dockerfile')).toMatch(/^USER 10001:10001$/m);
  const pod = read('deploy/kubernetes/base/deployment.yaml');
  for (const line of [
    'runAsNonRoot: true',
    'readOnlyRootFilesystem: true',
    'allowPrivilegeEscalation: false',
    'drop: [ALL]',
    '/readyz',
    '/healthz',
  ]) {
    expect(pod).toContain(line);
  }
});

test('no file to apply carries a secret', () => {
  for (const path of globSync('deploy/**/*', { withFileTypes: true }).filter((entry) => entry.isFile())) {
    expect(readFileSync(`${path.parentPath}/${path.name}`, 'utf8')).not.toMatch(/xox[bap]-|AKIA[0-9A-Z]{16}|-----BEGIN/);
  }
});

test('the page about alerts names every source, and the threat model its proof', () => {
  for (const { name, env } of alertSources) {
    expect(read('docs/alerts.md')).toContain(`\`${name}\``);
    for (const secret of Object.keys(env).filter((key) => !key.startsWith('ALERT_TOKEN_')))
      expect(read('docs/security.md')).toContain(secret);
  }
});
