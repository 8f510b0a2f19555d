import type { Frame } from '../evidence.ts';
import { chainIn } from './chain.ts';
import { decide } from './decide.ts';
import { exhaustedKeys } from './exhausted-keys.ts';
import { framesIn } from './frames.ts';
import { fullScans } from './full-scans.ts';
import { innodbStatus } from './innodb-status.ts';
import { matchFaults } from './match-faults.ts';
import { migrationRun } from './migration-run.ts';
import type { Reading, Thrown } from './reading.ts';
import { sceneOf } from './scene.ts';
import { schemaIssues } from './schema-issues.ts';

/** What a caller knows beside the lines: an error tracker has chain and frames as data. */
export interface Known {
  chain?: readonly Thrown[];
  frames?: readonly Frame[];
  transaction?: string;
}

/** Understands clean lines: which errors, thrown where, while doing what, and which of them decides. */
export function readLines(lines: readonly string[], known: Known = {}): Reading {
  const faults = [...innodbStatus(lines, exhaustedKeys(matchFaults(lines))), ...fullScans(lines), ...schemaIssues(lines)];
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

/** What was being done: the controller, the job, the task, the request. The most telling first. */
const TRANSACTIONS: readonly RegExp[] = [
  /Processing by (?<name>[\w:]{1,120}#\w{1,80})/,
  /\bTask (?<name>[\w.]{1,160})\[[\w-]{1,60}\] (?:raised|failed)/,
  /\bclass=(?<name>[A-Z][\w:]{1,160}) jid=/,
  /^Internal Server Error: (?<name>\/\S{0,200})/,
];

function transactionIn(lines: readonly string[]): string | undefined {
  for (const pattern of TRANSACTIONS) {
    for (const line of lines) {
      const name = line.length > 3_100 ? undefined : pattern.exec(line)?.groups?.name;
      if (name !== undefined) return name;
    }
  }
  return undefined;
}
