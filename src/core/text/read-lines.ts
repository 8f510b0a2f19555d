import type { Frame } from '../evidence.ts';
import { chainIn } from './chain.ts';
import { decide } from './decide.ts';
import { exhaustedKeys } from './exhausted-keys.ts';
import { framesIn } from './frames.ts';
import { fullScans } from './full-scans.ts';
import { matchFaults } from './match-faults.ts';
import { migrationRun } from './migration-run.ts';
import type { Reading, Thrown } from './reading.ts';
import { sceneOf } from './scene.ts';

/** What a caller knows beside the lines: an error tracker has chain and frames as data. */
export interface Known {
  chain?: readonly Thrown[];
  frames?: readonly Frame[];
  transaction?: string;
}

/** Understands clean lines: which errors, thrown where, while doing what, and which of them decides. */
export function readLines(lines: readonly string[], known: Known = {}): Reading {
  const faults = [...exhaustedKeys(matchFaults(lines)), ...fullScans(lines)];
  const chain = known.chain ?? chainIn(lines);
  const frames = known.frames ?? framesIn(lines);
  const run = migrationRun(lines);
  const scene = sceneOf({ lines, faults, chain, frames, run });
  const transaction = known.transaction ?? transactionIn(lines);
  return {
    lines,
    faults: decide(faults, { lines, chain, run }),
    chain,
    frames,
    ...(run === undefined ? {} : { run }),
    scene,
    ...(transaction === undefined ? {} : { transaction }),
  };
}

function transactionIn(lines: readonly string[]): string | undefined {
  for (const line of lines) {
    const match = /(?:Processing by (?<action>[\w:]{1,120}#\w{1,80})|Started (?<verb>[A-Z]{3,7}) "(?<path>[^"?]{1,200}))/.exec(
      line,
    )?.groups;
    if (match?.action !== undefined) return match.action;
  }
  return undefined;
}
