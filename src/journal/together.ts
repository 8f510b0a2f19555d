/**
 * Runs what waits at the same time as one batch: those who come while a batch runs make the next. A batch that fails is tried one by one,
 * so that nobody fails for another's fault; where `everyones` says that the fault is nobody's own (the store is away), all hear of it at once.
 */
export function together<In, Out>(
  run: (batch: readonly In[]) => Promise<readonly Out[]>,
  everyones: (error: unknown) => boolean = () => false,
): (one: In) => Promise<Out> {
  const most = 50;
  let waiting: { one: In; resolve: (out: Out) => void; reject: (error: unknown) => void }[] = [];
  let running = false;

  async function settle(batch: typeof waiting): Promise<void> {
    try {
      const outs = await run(batch.map((entry) => entry.one));
      for (const [index, out] of outs.entries()) batch[index]?.resolve(out);
    } catch (error) {
      if (batch.length === 1 || everyones(error)) for (const entry of batch) entry.reject(error);
      else for (const entry of batch) await settle([entry]);
    }
  }

  async function drain(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, most);
      waiting = waiting.slice(most);
      await settle(batch);
    }
    running = false;
  }

  return (one) =>
    new Promise((resolve, reject) => {
      waiting.push({ one, resolve, reject });
      if (!running) void drain();
    });
}
