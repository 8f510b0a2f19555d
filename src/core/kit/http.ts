/** A bounded HTTP call. Never throws for an HTTP status; throws `HostDown` when no answer came, `BadAnswer` for one that is too large or no JSON where JSON was asked. */
export interface HttpKit {
  request: (call: HttpCall, signal: AbortSignal) => Promise<HttpAnswer>;
}

export interface HttpCall {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  /** Sent as JSON. */
  body?: unknown;
  /** Answers beyond it are refused. Default 5 MiB. */
  maxBytes?: number;
}

export interface HttpAnswer {
  status: number;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  /** Parsed when the answer says it is JSON, else the text. */
  body: unknown;
}

/** The other side did not answer: refused, reset, DNS, TLS, time-out. Its own type: never "nothing found". */
export class HostDown extends Error {
  override name = 'HostDown';
}

export class BadAnswer extends Error {
  override name = 'BadAnswer';
}
