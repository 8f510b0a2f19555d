import type { Action } from '../core/action.ts';
import type { Kit } from '../core/kit/index.ts';
import type { Part } from '../core/part.ts';
import { flag } from './flag.ts';
import { killQueries } from './kill-queries.ts';
import { restart } from './restart.ts';
import { revert } from './revert.ts';
import { rollback } from './rollback.ts';

/** Every action, in the order of the buttons. */
export const actions: readonly Part<Action, Kit>[] = [revert, rollback, restart, killQueries, flag];
