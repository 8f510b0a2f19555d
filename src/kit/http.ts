import axios, { type AxiosResponse, isAxiosError } from 'axios';
import { BadAnswer, HostDown, type HttpAnswer, type HttpCall, type HttpKit } from '../core/kit/http.ts';
import { networkWords } from './network-words.ts';

const MAX_BYTES = 5 * 1024 * 1024;
/** A call without a shorter signal of its own ends here. */
const TIMEOUT_MS = 10_000;
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;
const RESET = new Set(['ECONNRESET', 'EPIPE']);

/** Calls by axios. Redirects are not followed: they would carry our token to another host. */
export const http: HttpKit = {
  request: async (call, signal) => {
    try {
      return await once(call, signal);
    } catch (error) {
      const again = (call.method ?? 'GET') === 'GET' && isAxiosError(error) && RESET.has(error.code ?? '') && !signal.aborted;
      if (!again) throw told(call, error);
      return once(call, signal).catch((second: unknown) => {
        throw told(call, second);
      });
    }
  },
};

async function once(call: HttpCall, signal: AbortSignal): Promise<HttpAnswer> {
  const { hostname } = new URL(call.url);
  const answer: AxiosResponse<string> = await axios.request({
    url: call.url,
    method: call.method ?? 'GET',
    headers: { accept: 'application/json', ...call.headers },
    ...(call.query === undefined ? {} : { params: call.query }),
    paramsSerializer: { indexes: null },
    ...(call.body === undefined ? {} : { data: call.body }),
    responseType: 'text',
    transformResponse: (text: string) => text,
    maxContentLength: call.maxBytes ?? MAX_BYTES,
    maxRedirects: 0,
    timeout: TIMEOUT_MS,
    signal,
    validateStatus: () => true,
    ...(LOOPBACK.test(hostname) ? { proxy: false } : {}),
  });
  const headers = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
  return { status: answer.status, headers, body: parsed(answer.data, headers, call) };
}

function parsed(text: string, headers: Readonly<Record<string, string>>, call: HttpCall): unknown {
  if (text === '' || !/[/+]json\b/i.test(headers['content-type'] ?? '')) return text;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BadAnswer(`${new URL(call.url).host} answered with broken JSON`, { cause: plain(cause) });
  }
}

/** The error in our words: host and reason, never the address with its query, nor what was sent. */
function told(call: HttpCall, error: unknown): Error {
  if (error instanceof BadAnswer) return error;
  const { host } = new URL(call.url);
  if (!isAxiosError(error)) return new HostDown(`${host} could not be asked`, { cause: plain(error) });
  if (/maxContentLength/.test(error.message)) return new BadAnswer(`${host} answered more than ${call.maxBytes ?? MAX_BYTES} bytes`);
  return new HostDown(`${host} ${reason(error.code ?? '', error.message)}`);
}

/** Axios' own codes. */
const OWN: Readonly<Record<string, string>> = { ERR_BAD_RESPONSE: 'cut its answer off', ERR_CANCELED: 'did not answer in time' };

function reason(code: string, message: string): string {
  const known = OWN[code] ?? networkWords(code);
  if (known) return known;
  return /aborted|socket hang up/.test(message) ? 'cut its answer off' : `could not be asked${code === '' ? '' : ` (${code})`}`;
}

/** Only the message: axios' errors carry headers and bodies. */
function plain(error: unknown): Error {
  return new Error(error instanceof Error ? error.name : 'unknown');
}
