import type { ErrorGroup, Finding } from '../evidence.ts';
import { cleanLines } from './clean.ts';
import { readLines } from './read-lines.ts';
import type { Reading, Thrown } from './reading.ts';

/** What the text in a finding says. Undefined where it has none. */
export function readingOf(finding: Finding): Reading | undefined {
  switch (finding.kind) {
    case 'workload':
      return finding.log === undefined || finding.log.length === 0 ? undefined : readLines(texts(finding.log.join('\n')));
    case 'error-group':
      return errorReading(finding);
    case 'log-group':
      return readLines(texts(`${finding.message}\n${finding.sample ?? ''}`));
    case 'db-event':
      return readLines(texts(finding.message));
    case 'note':
      return readLines(texts(finding.text));
    default:
      return undefined;
  }
}

function errorReading(group: ErrorGroup): Reading {
  const head = group.class !== undefined && group.message !== undefined ? `${group.class}: ${group.message}` : group.title;
  const causes = (group.causes ?? []).map((cause) => (cause.class === undefined ? cause.message : `${cause.class}: ${cause.message}`));
  const lines = group.log === undefined ? texts([head, ...causes].join('\n')) : texts(group.log.join('\n'));
  const chain = chainOf(group);
  return readLines(lines, {
    ...(chain.length > 0 ? { chain } : {}),
    ...(group.frames === undefined ? {} : { frames: group.frames }),
    ...(group.transaction === undefined ? {} : { transaction: group.transaction }),
  });
}

function chainOf(group: ErrorGroup): readonly Thrown[] {
  const first = group.class === undefined ? [] : [{ class: group.class, message: group.message ?? group.title, line: 0 }];
  return [
    ...first,
    ...(group.causes ?? []).flatMap((c, i) => (c.class === undefined ? [] : [{ class: c.class, message: c.message, line: i + 1 }])),
  ];
}

function texts(text: string): readonly string[] {
  return cleanLines(text).map((line) => line.text);
}
