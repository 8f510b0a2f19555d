import { type Hide, hide, MARK } from './mark.ts';
import { bareAt, type Value, valueAt } from './value.ts';

/** Last word of a name whose value is a secret: `DB_PASSWORD`, `accessToken`, `secret_key_base`, `x-api-key`. */
const NAME = [
  'pass(?:word|wd|phrase|code)',
  '(?<![a-z])pass',
  'pwd',
  'secret',
  'token',
  '(?:api|access|private|encryption|signing|master|app)[_-]?key',
  'credentials?',
  'authorization',
  '(?<![a-z])auth',
  '_session',
  'session[_-]?(?:id|key)',
  'csrf',
  'signature',
  '(?<![a-z])(?:sig|ssn|cvv|cvc|dsn|jwt|otp)',
].join('|');
const TAIL = '(?:[_-]?(?:access|key|base|hash|digest|value|b64|base64|id|v?\\d{1,2})){0,4}';
const SEPARATOR = '\\\\{0,15}["\'`]?\\]?\\s{0,3}(?::?=>?|:|%3D)\\s{0,3}';
const HEAD = new RegExp(`(?:${NAME})${TAIL}${SEPARATOR}`, 'gi');
const OPTION = /--[\w-]{0,40}(?:password|passwd|secret|token|api-?key)\s{1,3}(?!-)/gi;
/** Alembic names revisions so: "Can't locate revision identified by 'c0ffee12ab34'". */
const SQL =
  /(?<!revision )\b(?:identified\s{1,3}(?:with\s{1,3}\S{1,64}\s{1,3})?(?:by|as)\s{1,3}(?:password\s{1,3})?|password\s?\(\s?)(?=['"])/gi;
/** `mysqldump -psecret`, `curl -u name:secret`. */
const CLIENT = /\b(?:mysql|mariadb|mysqldump|mysqladmin|mydumper|sshpass)\b[^\n]{0,200}?\s-p(?=[^\s-])/g;
const CURL = /\s(?:-u|--user)[ =]["']?[\w.@-]{1,64}:(?=\S)/g;
const TAG = /<[\w:-]{0,40}(?:password|secret|token|api-?key)>/gi;

/** Values that are no secret: they say whether there is one, or where it comes from. */
const HARMLESS =
  /^(?:yes|no|true|false|null|nil|none|undefined|required|missing|invalid|empty|unset|expired|revoked|edit|show|on|off|\[?filtered\]?|\*+|x{3,}|\.{3}|<[\w ]{1,40}>?|\$\{?[A-Z][A-Z0-9_]*\}?|\$\(\w+\)|ENV[.[].{0,60}|process\.env\..{0,60}|params[.[].{0,60}|os\.environ.{0,60}|)$/i;
const SCHEME = /^(?:basic|bearer|token|digest|negotiate|apikey|aws4-hmac-sha256)$/i;
/** One word of a sentence, when another word follows: "Unexpected token: end of input". */
const WORD = /^[A-Za-z]?[a-z']{1,13}$/;
const NEXT_WORD = /\s[a-z]{2}/y;
/** An empty value before the next name: "Password: Localhost: Charset:". */
const NEXT_NAME = /^[A-Z][A-Za-z]{0,30}:$/;

export const pairs: readonly Hide[] = [
  hide(/((?:set-)?cookie\\?["']?\s?[:=]\s?\\?["']?)([^\r\n"\\][^\r\n"\\]*)/gi, (_, head = '') => head + MARK),
  hide(
    /(\b(?:bearer|basic)\s{1,3})(?!(?:authentication|auth|token|scheme|realm|error|credentials)\b)((?=[\w~+/.-]{0,64}[\d=])[\w~+/.-]{6}[\w~+/.-]*={0,2}|[\w~+/.-]{16}[\w~+/.-]*={0,2})/gi,
    (_, head = '') => head + MARK,
  ),
  values(HEAD, harmlessAfter),
  values(OPTION),
  values(SQL),
  values(TAG),
  values(CLIENT),
  values(CURL),
];

/** Hides the value after each head that the pattern finds. */
function values(head: RegExp, harmless: (head: string, value: Value, text: string) => boolean = () => false): Hide {
  return (text) => {
    // Nearly always; walking the matches makes the pattern anew each time.
    if (text.search(head) < 0) return text;
    let out = '';
    let done = 0;
    for (const match of text.matchAll(head)) {
      const start = match.index + match[0].length;
      if (match.index < done) continue;
      const value = text.startsWith(MARK, start) ? bareAt(text, start + MARK.length) : valueAt(text, start);
      if (value.text === '' || value.text === MARK || harmless(match[0], value, text)) continue;
      out += text.slice(done, start) + value.open + MARK + value.close;
      done = value.end;
    }
    return out + text.slice(done);
  };
}

const SECRET_NAME = new RegExp(`(?:${NAME})${TAIL}$`, 'i');

/** Whether a field of this name holds a secret, whatever its value looks like. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

function harmlessAfter(head: string, value: Value, text: string): boolean {
  if (HARMLESS.test(value.text) || SCHEME.test(value.text) || (/:\s+$/.test(head) && NEXT_NAME.test(value.text))) return true;
  if (/^@\w+$/.test(value.text) && /\s[:=]\s$/.test(head)) return true;
  if (value.open !== '' || !WORD.test(value.text) || !/:\s+$/.test(head)) return false;
  NEXT_WORD.lastIndex = value.end;
  return NEXT_WORD.test(text);
}
