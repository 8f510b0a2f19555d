import { type Hide, hide, MARK } from './mark.ts';

export const urls: readonly Hide[] = [
  hide(/(?<=[a-z0-9]:(?:\\?\/){2})(?:(?!,[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s"'<>\\]){1,2048}/gi, withoutPassword),
  // Go's and PHP's way: user:password@tcp(host:3306)/database
  hide(/(?<=[\w.-]):[^\s:@"'()]{1,255}@(?=(?:tcp|unix)\()/g, () => `:${MARK}@`),
];

/** `user:password@host/…` of a URL. The password may hold a slash: what follows the colon up to the slash is then no port. */
function withoutPassword(rest: string): string {
  const slash = rest.search(/[/?#]/);
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  if (authority.includes('@')) return credentials(rest, authority.lastIndexOf('@'));
  const colon = authority.indexOf(':');
  const port = colon < 0 || /^\d*$/.test(authority.slice(colon + 1));
  const at = rest.lastIndexOf('@');
  return port || at < 0 ? rest : credentials(rest, at);
}

/** A user name stays, unless it looks like a key (Sentry's DSN, a token as user). */
function credentials(rest: string, at: number): string {
  const [user = '', ...password] = rest.slice(0, at).split(':');
  const shown = /^(?=.*\d)[\w.~%-]{16,}$/.test(user) ? MARK : user;
  return shown + (password.length > 0 ? `:${MARK}` : '') + rest.slice(at);
}
