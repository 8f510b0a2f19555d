export interface Sign {
  p: number;
  says: string;
  /** It ties the commit to this very trouble; the others only make it fit. */
  hard: boolean;
  /** Tells what the change does, not only where or what about it is. */
  nature?: true;
  /** The very line on the stack. */
  exact?: true;
  /** Turns on what lay behind a switch. */
  turnsOn?: true;
}

/** How rare an identifier is among the commits: 1 when only one has it, near 0 when all have. */
export type Rarity = (name: string) => number;
