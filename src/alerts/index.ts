import type { AlertSource } from '../core/alert.ts';
import type { Part } from '../core/part.ts';
import { alertmanager } from './alertmanager.ts';
import { generic } from './generic.ts';

/** Every alert source. They need no kit: what arrives is all they read. */
export const alertSources: readonly Part<AlertSource, object>[] = [alertmanager, generic];
