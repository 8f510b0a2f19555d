const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ECONNRESET: 'closed the connection',
  EPIPE: 'closed the connection',
  UND_ERR_SOCKET: 'closed the connection',
  PROTOCOL_CONNECTION_LOST: 'closed the connection',
  ENOTFOUND: 'has no address (DNS)',
  EAI_AGAIN: 'has no address now (DNS)',
  ETIMEDOUT: 'did not answer in time',
  ECONNABORTED: 'did not answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'did not answer in time',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
};

/** What became of a connection, by the code of Node, of the TLS layer or of a client library: `refused the connection`. Undefined for a code of another kind. */
export function networkWords(code: string): string | undefined {
  if (WORDS[code]) return WORDS[code];
  return /CERT|SSL|TLS|SELF_SIGNED|SIGNATURE|ISSUER|EPROTO/i.test(code) ? `has a TLS problem (${code})` : undefined;
}
