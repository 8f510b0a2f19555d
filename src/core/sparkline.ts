const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/**
 * The newest values as a row of bars, at most `width`, each bar the highest of its share so that a spike is never lost. The scale starts at
 * zero; a minute without data is a blank, which is not zero.
 */
export function sparkline(values: readonly (number | undefined)[], width = 24): string {
  const shares = shared(values, width);
  const top = shares.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  return shares.map((value) => (value === undefined ? ' ' : bar(value, top))).join('');
}

function bar(value: number, top: number): string {
  const step = top <= 0 ? 0 : Math.ceil((Math.max(0, value) / top) * BARS.length) - 1;
  return BARS[Math.max(0, step)] ?? ' ';
}

function shared(values: readonly (number | undefined)[], width: number): readonly (number | undefined)[] {
  const per = Math.ceil(values.length / Math.max(1, width));
  if (per <= 1) return values;
  const first = values.length - Math.floor(values.length / per) * per;
  const shares: (number | undefined)[] = first === 0 ? [] : [highest(values.slice(0, first))];
  for (let i = first; i < values.length; i += per) shares.push(highest(values.slice(i, i + per)));
  return shares;
}

function highest(values: readonly (number | undefined)[]): number | undefined {
  const there = values.filter((value) => value !== undefined);
  return there.length === 0 ? undefined : there.reduce((a, b) => Math.max(a, b));
}
