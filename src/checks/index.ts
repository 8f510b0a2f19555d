import type { Check } from '../core/check.ts';
import type { Kit } from '../core/kit/index.ts';
import type { Part } from '../core/part.ts';
import { deploy } from './deploy.ts';
import { migrations } from './migrations.ts';
import { mysql } from './mysql.ts';
import { rds } from './rds.ts';
import { releases } from './releases.ts';
import { rollbar } from './rollbar.ts';
import { schema } from './schema.ts';
import { sentry } from './sentry.ts';

/** Every check, in the order of the card. */
export const checks: readonly Part<Check, Kit>[] = [rollbar, sentry, rds, mysql, deploy, releases, migrations, schema];
