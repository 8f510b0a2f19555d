import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** In a process of its own: what was loaded once stays loaded. */
function modulesOf(...imports: readonly string[]): readonly string[] {
  const script = `
    import { registerHooks } from 'node:module';
    const seen = [];
    registerHooks({ load: (url, context, next) => (seen.push(url), next(url, context)) });
    ${imports.map((name) => `const { ...all${name.replaceAll('-', '')} } = await import(${JSON.stringify(new URL(`../../src/kit/${name}.ts`, import.meta.url).href)});`).join('\n')}
    console.log(JSON.stringify({ seen, kit: typeof allkubernetes.kubernetesKit }));
  `;
  const said: { seen: readonly string[]; kit: string } = JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }),
  );
  expect(said.kit).toBe('function');
  return said.seen;
}

test('the cluster’s client comes without the 900 models that nothing here uses', () => {
  const models = (urls: readonly string[]) => urls.filter((url) => url.includes('/gen/models/')).length;
  expect(models(modulesOf('kubernetes'))).toBeGreaterThan(500);
  expect(models(modulesOf('kubernetes-lean', 'kubernetes'))).toBe(0);
});
