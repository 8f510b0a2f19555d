import type { Hunk } from './diff.ts';

/** How far below its head a line still counts as inside a loop. */
const BODY_LINES = 6;
const head =
  /^\s*(?:for\b|foreach\b|while\b|async for\b|loop\b)|\.(?:each|each_with_index|map|flat_map|forEach|flatMap|filter|collect|stream\(\)\.\w+)\b\s*(?:do\b|\{|\()|\bfor \w+(?:, \w+)? in\b/;
const call =
  /[\w)\]](?:\.|->|::)(?:get|find|fetch|query|load|list|select|request|call|exec|execute|post|send|read|lookup|retrieve|first|where|count|resolve)\w*\s*\(/i;

export interface Loops {
  /** An added line calls or asks something inside a loop. */
  calls: boolean;
  /** A loop inside a loop, one of the two new. */
  nested: boolean;
}

/** What the new version of a hunk does inside its loops. */
export function loopsIn(hunk: Hunk): Loops {
  let calls = false;
  let nested = false;
  for (const [at, line] of hunk.now.entries()) {
    if (!head.test(line.text)) continue;
    const indent = indentOf(line.text);
    for (const below of hunk.now.slice(at + 1, at + 1 + BODY_LINES)) {
      if (below.text.trim() !== '' && indentOf(below.text) <= indent) break;
      calls ||= below.added && call.test(below.text);
      nested ||= (below.added || line.added) && head.test(below.text);
    }
  }
  return { calls, nested };
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}
