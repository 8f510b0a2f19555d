import type { MysqlServer } from '../core/kit/mysql.ts';
import { type Headroom, headroom } from '../core/schema-keys.ts';
import { asker } from './mysql-ask.ts';
import { type Blindness, blindness } from './mysql-blind.ts';
import { readConstraints, readIntegerColumns, readSizes } from './schema-catalog.ts';

/** From here a key is worth a line a week: at this pace there is still time. */
const WORTH_PERCENT = 85;

/** Keys, and columns that hold keys, of one server that have used more than 85 % of their range, the fullest first. Never throws for a faulty neighbour. */
export async function integerHeadroom(
  server: MysqlServer,
  signal: AbortSignal,
): Promise<{ keys: readonly Headroom[] } | { blind: Blindness }> {
  const ask = asker(server, signal);
  const columns = await readIntegerColumns(ask, server.db);
  const sizes = await readSizes(ask, server.db);
  const refused = columns.refused ?? sizes.refused;
  if (refused !== undefined) return { blind: blindness(refused) };
  const constraints = await readConstraints(ask, server.db);
  const next = new Map(sizes.rows.flatMap((size) => (size.next === undefined ? [] : [[size.name, size.next] as const])));
  return { keys: headroom({ columns: columns.rows, constraints: constraints.rows, declared: [], next }, WORTH_PERCENT) };
}
