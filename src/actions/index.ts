import type { Action } from '../core/action.ts';
import type { Kit } from '../core/kit/index.ts';
import type { Part } from '../core/part.ts';

/** Every action, in the order of the buttons. */
export const actions: readonly Part<Action, Kit>[] = [];
