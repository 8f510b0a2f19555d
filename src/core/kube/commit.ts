import type { Container, Template } from './shapes.ts';

const SHA = /^[0-9a-f]{7,40}$/;
/** `harbor@4f2c9d1`, `web-4f2c9d1`, `sha-4f2c9d1`, `v1.2_4f2c9d1`. */
const SHA_AT_END = /(?:^|[@_.+-])([0-9a-f]{7,40})$/;
const SAYS_COMMIT =
  /(?:^|[._/-])(?:git[._-]?(?:sha|commit|rev|revision)|commit(?:[._-]?(?:sha|id|hash))?|sha|revision|release|version|code[._-]?version)$/i;
/** Kubernetes and Helm use these words for numbers of their own. */
const OTHERS_REVISION = /^(?:deployment\.kubernetes\.io|helm\.sh|meta\.helm\.sh|controller-revision-hash)/;

/**
 * The commit that a pod template runs, in order of trust: a label or annotation of the pipeline, a variable of the container, the image's tag.
 * Undefined when none names one. Lower-case hex, 7 to 40 digits.
 */
export function commitOf(
  template: Pick<Template, 'labels' | 'annotations' | 'containers'>,
  container: Container | undefined,
): string | undefined {
  const written = Object.entries({ ...template.labels, ...template.annotations }).filter(([key]) => !OTHERS_REVISION.test(key));
  return named(written) ?? named(Object.entries(container?.env ?? {})) ?? ofImage(container?.image);
}

function named(entries: readonly (readonly [string, string])[]): string | undefined {
  for (const [key, value] of entries) {
    const sha = SAYS_COMMIT.test(key) ? shaIn(value) : undefined;
    if (sha !== undefined) return sha;
  }
  return undefined;
}

function ofImage(image: string | undefined): string | undefined {
  const tag = image?.split('@', 1)[0]?.match(/:([\w][\w.-]*)$/)?.[1];
  return tag === undefined ? undefined : shaIn(tag);
}

function shaIn(value: string): string | undefined {
  const low = value.trim().toLowerCase();
  const sha = SHA.test(low) ? low : low.match(SHA_AT_END)?.[1];
  return sha === undefined || isDate(sha) ? undefined : sha;
}

/** `20261121` and `20261121201700` are hex digits, too; so are build numbers longer than a short sha. */
function isDate(sha: string): boolean {
  return /^\d+$/.test(sha) && sha.length !== 7 && sha.length !== 40;
}
