/** Which routes one error group shows on, and how often it came lately. */
export interface OnRoutes {
  /** Share of the group's own occurrences by route, 0..1. */
  routes: ReadonlyMap<string, number>;
  /** Occurrences of the last minutes. */
  recent: number;
}

/** A smaller share says nothing: the errors of which no route is known may all be on that one. */
const LEAST = 0.2;

/**
 * The route that each group shows on most, and the least share of that route's errors that is the group's. For trackers that count errors and no
 * requests. `all` are the occurrences of all groups in the same minutes; those of groups that were not read count against the share.
 */
export function routeShares<K>(
  groups: ReadonlyMap<K, OnRoutes>,
  all: number,
): ReadonlyMap<K, { transaction: string; transactionErrorShare?: number }> {
  const read = [...groups.values()];
  const unread = Math.max(0, all - read.reduce((sum, group) => sum + group.recent, 0));
  const told = new Map<K, { transaction: string; transactionErrorShare?: number }>();
  for (const [key, group] of groups) {
    const [transaction, own] = [...group.routes].reduce((most, route) => (route[1] > most[1] ? route : most), ['', 0]);
    if (transaction === '') continue;
    const onIt = read.reduce((sum, { routes, recent }) => sum + recent * (routes.get(transaction) ?? 0), 0);
    const share = group.recent === 0 ? 0 : (group.recent * own) / (onIt + unread);
    told.set(key, { transaction, ...(share < LEAST ? {} : { transactionErrorShare: Math.floor(share * 100) / 100 }) });
  }
  return told;
}
