import type { Rule } from '../rule.ts';

/** Every rule. The order decides only between equals: what stands first is nearer to the root. */
export const rules: readonly Rule[] = [];
