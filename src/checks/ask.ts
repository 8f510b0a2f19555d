import { Blind } from '../core/blind.ts';
import { safeText } from '../core/error-message.ts';
import type { Note } from '../core/evidence.ts';
import { textAt } from '../core/json.ts';
import { BadAnswer, HostDown, type HttpAnswer, type HttpCall, type HttpKit } from '../core/kit/http.ts';

/** What a source calls itself, and what to do about each way in which it does not answer. */
export interface Source {
  name: string;
  /** For 401. */
  renew: string;
  /** For 403, and where a missing right reads as 404. */
  grant: string;
  /** To see whether it can be reached from here. */
  reach: string;
  /** Seconds of the epoch at which a rate limit ends, from the headers of a 429. */
  limitEnds: (headers: Readonly<Record<string, string>>, now: string) => number | undefined;
}

/** Counts what a look costs and turns everything but an answer into `Blind`. */
export interface Asking {
  get: (path: string, query?: HttpCall['query']) => Promise<HttpAnswer>;
  post: (path: string, body: unknown) => Promise<HttpAnswer>;
  requests: () => number;
}

export function asking(
  http: HttpKit,
  source: Source,
  base: string,
  headers: HttpCall['headers'],
  now: string,
  signal: AbortSignal,
): Asking {
  let requests = 0;
  const ask = async (call: HttpCall): Promise<HttpAnswer> => {
    requests++;
    const answer = await http.request({ ...call, ...(headers === undefined ? {} : { headers }) }, signal).catch((error: unknown) => {
      if (error instanceof HostDown) throw new Blind(`${source.name}: ${error.message}`, source.reach);
      if (error instanceof BadAnswer) throw strange(source, error.message);
      throw error;
    });
    return accepted(answer, source, now);
  };
  return {
    get: (path, query) => ask({ url: base + path, ...(query === undefined ? {} : { query }) }),
    post: (path, body) => ask({ url: base + path, method: 'POST', body }),
    requests: () => requests,
  };
}

/** An answer in a shape that we do not know: perhaps a maintenance page, perhaps a new version. */
export function strange(source: Source, what: string): Blind {
  return new Blind(`${source.name} answered something unexpected: ${what}`, source.reach);
}

function accepted(answer: HttpAnswer, source: Source, now: string): HttpAnswer {
  const { status } = answer;
  if (status >= 200 && status < 300) {
    if (typeof answer.body === 'object' && answer.body !== null) return answer;
    throw strange(source, answer.body === '' ? 'an empty page' : 'a page that is no JSON');
  }
  const said = textAt(answer.body, 'message') ?? textAt(answer.body, 'detail');
  const why = `${source.name} answered ${status}${said === undefined ? '' : `: ${safeText(said)}`}`;
  if (status === 401) throw new Refused(`${source.name} refused the token (401)`, source.renew, status);
  if (status === 403) throw new Refused(`${source.name}: the token may not read this (403)`, source.grant, status);
  if (status === 429) throw new Blind(`${source.name}: rate limited ${untilWhen(answer, source, now)}`, WAIT);
  if (status >= 400 && status < 500) throw new Refused(why, source.grant, status);
  throw new Blind(why, source.reach);
}

const WAIT = 'Nothing to do: the next look asks again. If it stays so, give this token a higher limit, or let fewer tools share it';

function untilWhen(answer: HttpAnswer, source: Source, now: string): string {
  const after = Number(answer.headers['retry-after']);
  const ends = source.limitEnds(answer.headers, now) ?? (after > 0 ? Date.parse(now) / 1000 + after : undefined);
  return ends === undefined || !Number.isFinite(ends) ? 'for now' : `until ${new Date(ends * 1000).toISOString().slice(11, 16)} UTC`;
}

/** Refused with a 4xx that a side question may live without. */
export class Refused extends Blind {
  override name = 'Refused';
  readonly status: number;
  constructor(why: string, fix: string, status: number) {
    super(why, fix);
    this.status = status;
  }
}

/** An answer that the look can do without; a note says what is missing then. */
export interface Side<T> {
  value?: T;
  notes: readonly Note[];
}

/** Undefined from `ask`: a shape that we do not know. */
export async function side<T>(source: Source, what: string, ask: () => Promise<T | undefined>): Promise<Side<T>> {
  const missing = (why: string): Side<T> => ({
    notes: [{ kind: 'note', tone: 'normal', text: `${source.name}: ${what} not seen: ${why}` }],
  });
  try {
    const value = await ask();
    return value === undefined ? missing('the answer has an unknown shape') : { value, notes: [] };
  } catch (error) {
    if (error instanceof Blind) return missing(error.message);
    throw error;
  }
}
