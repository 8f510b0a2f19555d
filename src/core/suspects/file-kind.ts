/** What a changed file can do to a running system. Generated files, docs, tests and looks convict nobody. */
export type FileKind =
  | 'code'
  | 'config'
  | 'dependency'
  | 'migration'
  | 'schema'
  | 'generated'
  | 'docs'
  | 'test'
  | 'looks'
  | 'copy'
  | 'tooling';

const kinds: readonly (readonly [FileKind, RegExp])[] = [
  [
    'test',
    /(?:^|\/)(?:tests?|specs?|__tests__|__mocks__|e2e|cypress|fixtures|testdata|factories|features)\/|[._-](?:test|spec|stories)\.\w+$|(?:^|\/)(?:test_\w+|\w+_test)\.\w+$|(?:Test|Tests|Spec|IT)\.(?:java|kt|php|cs|scala)$/,
  ],
  [
    'dependency',
    /(?:^|\/)(?:package-lock\.json|yarn\.lock|pnpm-lock\.yaml|Gemfile(?:\.lock)?|composer\.(?:json|lock)|poetry\.lock|Pipfile(?:\.lock)?|uv\.lock|go\.(?:mod|sum)|Cargo\.(?:toml|lock)|requirements[\w.-]*\.txt|pyproject\.toml|setup\.(?:py|cfg)|pom\.xml|build\.gradle(?:\.kts)?|mix\.(?:exs|lock)|[\w.-]+\.(?:cs|fs|vb)proj|Directory\.Packages\.props|packages\.(?:config|lock\.json)|build\.sbt|rebar\.(?:config|lock)|bun\.lockb?|\.ruby-version|\.nvmrc|\.node-version|\.tool-versions|\.python-version)$/,
  ],
  ['dependency', /(?:^|\/)package\.json$/],
  [
    'docs',
    /\.(?:md|mdx|rst|adoc|txt)$|(?:^|\/)(?:docs?|documentation)\/|(?:^|\/)(?:README|CHANGELOG|LICENSE|CODEOWNERS|CONTRIBUTING|AUTHORS|NOTICE)[^/]*$/i,
  ],
  ['schema', /(?:^|\/)db\/(?:schema\.rb|structure\.sql)$|(?:^|\/)schema\.prisma$/],
  ['migration', /(?:^|\/)(?:db\/(?:\w+_)?migrate|(?:\w+\/)?migrations?|alembic\/versions)\/.+\.(?:rb|py|php|[cm]?[jt]s|sql|go|java)$/],
  [
    'generated',
    /(?:^|\/)(?:dist|build|vendor|node_modules|generated|__generated__|__snapshots__|coverage)\/|\.(?:min\.(?:js|css)|map|snap|pb\.go|lock|g\.dart)$|_pb2(?:_grpc)?\.py$|(?:^|\/)[^/]*\.generated\.\w+$/,
  ],
  ['looks', /\.(?:css|scss|sass|less|styl|svg|png|jpe?g|gif|webp|ico|woff2?|ttf|eot|mp4)$/i],
  [
    'copy',
    /(?:^|\/)(?:locales?|i18n|lang|translations?|l10n)\/.*\.(?:ya?ml|json|po|pot|php|properties)$|\.(?:po|pot)$|(?:^|\/)messages[\w-]*\.properties$/,
  ],
  [
    'tooling',
    /(?:^|\/)(?:\.github|\.gitlab|\.circleci|\.vscode|\.idea|\.husky)\/|(?:^|\/)(?:\.gitignore|\.editorconfig|\.prettierrc[^/]*|\.eslintrc[^/]*|\.rubocop\.yml|biome\.json|tsconfig[^/]*\.json|\.gitlab-ci\.yml|Jenkinsfile|Makefile|\.dockerignore|renovate\.json|\.pre-commit-config\.yaml)$/,
  ],
  [
    'config',
    /\.(?:ya?ml|toml|ini|cfg|conf|properties|env|tf|tfvars|hcl|json5?|cnf|nginx)$|(?:^|\/)(?:config|settings|initializers|environments|helm|charts|k8s|kubernetes|deploy|manifests|kustomize|terraform)\/|(?:^|\/)(?:\.env[^/]*|Procfile|Dockerfile[^/]*|docker-compose[^/]*|settings[^/]*\.py|nginx[^/]*)$/,
  ],
];

/** Folders further up say nothing more. */
const LONGEST_PATH = 1_024;

export function fileKind(path: string): FileKind {
  const end = path.slice(-LONGEST_PATH);
  return kinds.find(([, pattern]) => pattern.test(end))?.[0] ?? 'code';
}

const harmless: ReadonlySet<FileKind> = new Set(['generated', 'docs', 'test', 'looks', 'copy', 'tooling']);

export function isHarmless(path: string): boolean {
  return harmless.has(fileKind(path));
}

/** Names what matters by itself; its diff is thousands of lines that nobody reads. */
export function isBulky(path: string): boolean {
  return (
    /(?:^|\/)(?:package-lock\.json|yarn\.lock|pnpm-lock\.yaml|composer\.lock|poetry\.lock|uv\.lock|go\.sum|Cargo\.lock|mix\.lock|bun\.lock)$/.test(
      path,
    ) || fileKind(path) === 'generated'
  );
}
