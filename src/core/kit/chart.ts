/** A picture that is ready to be drawn: options of Apache ECharts as plain data, its size in pixels, and what it says in words. */
export interface Chart {
  option: Readonly<Record<string, unknown>>;
  width: number;
  height: number;
  alt: string;
}

/** Draws outside of the main thread. Throws `ChartTrouble`; a card must never wait for a picture. */
export interface ChartKit {
  png: (chart: Chart, signal: AbortSignal) => Promise<Uint8Array>;
}

export class ChartTrouble extends Error {
  override name = 'ChartTrouble';
}
