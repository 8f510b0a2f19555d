import type { ErrorGroup, Evidence, Finding, LogGroup, Tone, Workload } from '../evidence.ts';
import { rawLines } from './clean.ts';
import type { TextKind } from './guess-kind.ts';
import { looksLikeObject, podObjects } from './pod-object.ts';
import { looksLikeStatus, podStatus } from './pod-status.ts';
import { readingOf } from './reading-of.ts';
import { trackerPayload } from './tracker-payload.ts';

/** Nobody knows when a pasted text was written; a fixed time keeps the judgement a function of the text alone. */
export const NO_TIME = '1970-01-01T00:00:00.000Z';
const TITLE_LIMIT = 200;

/** Reads a pasted text into evidence, as a check would have found it. Process lists are read by `processlistEvidence`. */
export function readText(kind: Exclude<TextKind, 'processlist'>, text: string): Evidence {
  const findings = findingsIn(kind, text);
  const bad = findings.some((finding) => finding.tone === 'bad');
  return { check: 'text', at: NO_TIME, tookMs: 0, outcome: bad ? { status: 'found', findings } : { status: 'quiet', findings } };
}

function findingsIn(kind: Exclude<TextKind, 'processlist'>, text: string): readonly Finding[] {
  const lines = rawLines(text);
  if (kind === 'pod_status' && looksLikeObject(lines)) return podObjects(lines);
  if (
    (kind === 'pod_status' && looksLikeStatus(lines)) ||
    (kind === 'pod_log' && looksLikeStatus(lines) && lines.some((l) => /^\s*(?:Events|Conditions):/.test(l)))
  )
    return podStatus(lines);
  if (kind === 'exception') return [exception(text, lines)];
  if (kind === 'db_log') return [toned(dbLog(lines))];
  if (kind === 'pod_status') return statusOrLog(lines);
  return [toned({ kind: 'workload', name: 'pasted log', workload: 'pod', log: lines })];
}

/** What another platform says of a container is in no form that is known: its words may still be understood. */
function statusOrLog(lines: readonly string[]): readonly Finding[] {
  const status = podStatus(lines);
  if (status.some((workload) => workload.reason !== undefined)) return status;
  const log = toned<Workload>({ kind: 'workload', name: 'pasted status', workload: 'pod', log: lines });
  return log.tone === 'bad' ? [log] : status;
}

function exception(text: string, lines: readonly string[]): ErrorGroup {
  const payload = trackerPayload(text);
  const [first, ...causes] = payload?.exceptions ?? [];
  if (payload === undefined || first === undefined) return asError(lines);
  const message = first.message.replace(` (${first.class})`, '');
  const group: ErrorGroup = {
    kind: 'error-group',
    title: `${first.class}: ${message}`.slice(0, TITLE_LIMIT),
    class: first.class,
    message,
    frames: payload.frames,
    ...(causes.length === 0 ? {} : { causes }),
    ...(payload.release === undefined ? {} : { release: payload.release }),
    ...(payload.transaction === undefined ? {} : { transaction: payload.transaction }),
  };
  return toned(group);
}

function asError(lines: readonly string[]): ErrorGroup {
  const group: ErrorGroup = { kind: 'error-group', title: 'pasted error', log: lines };
  const reading = readingOf(group);
  const title = reading?.faults[0]?.text ?? reading?.chain[0]?.message ?? lines.find((line) => line.trim() !== '') ?? 'pasted error';
  return toned({ ...group, title: title.slice(0, TITLE_LIMIT) });
}

function dbLog(lines: readonly string[]): LogGroup {
  const first = lines.find((line) => line.trim() !== '') ?? '';
  return { kind: 'log-group', message: first.slice(0, TITLE_LIMIT), sample: lines.slice(0, 2_000).join('\n') };
}

/** A log is bad when an error in it still stands, or when something stopped it in the middle. */
function toned<F extends Workload | ErrorGroup | LogGroup>(finding: F): F {
  const reading = readingOf(finding);
  const bad = reading !== undefined && (reading.faults.length > 0 || reading.run?.outcome === 'failed' || reading.run?.outcome === 'ended');
  const tone: Tone = bad ? 'bad' : 'normal';
  return { ...finding, tone };
}
