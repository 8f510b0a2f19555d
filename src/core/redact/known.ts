import { MARK } from './mark.ts';

/** Shorter than this a known secret would blot out ordinary words. */
const SHORTEST = 6;
/** From this length on a secret's beginning is known by itself: what was cut off it does not make it harmless. */
const LONG = 20;
const BEGINNING = 12;
const SHORTEST_BASE64 = 8;

interface Known {
  whole: readonly string[];
  long: readonly string[];
}

const prepared = new WeakMap<readonly string[], Known>();

/** Hides the bot's own credentials wherever they stand: as they are, escaped for a URL, JSON or Slack, in base64, or cut off after their beginning. */
export function hideKnown(text: string, known: readonly string[]): string {
  if (known.length === 0) return text;
  const { whole, long } = prepare(known);
  const said = whole.reduce((left, form) => left.replaceAll(form, MARK), text);
  return long.reduce(hideBeginning, said);
}

function prepare(known: readonly string[]): Known {
  const done = prepared.get(known);
  if (done) return done;
  const secrets = known.filter((secret) => secret.length >= SHORTEST);
  const whole = [...new Set(secrets.flatMap(formsOf))].toSorted((a, b) => b.length - a.length);
  // Two addresses begin alike without telling anything.
  const long = secrets.filter((secret) => secret.length >= LONG && !secret.includes('://'));
  const made = { whole, long };
  prepared.set(known, made);
  return made;
}

function formsOf(secret: string): readonly string[] {
  const url = encodeURIComponent(secret.toWellFormed());
  return [
    secret,
    url,
    url.replace(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase()),
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    ...base64Of(secret),
  ];
}

/** As it stands inside a longer text in base64: after zero, one or two other bytes, without the characters it shares with its neighbours. */
function base64Of(secret: string): readonly string[] {
  const bytes = String.fromCharCode(...new TextEncoder().encode(secret));
  return [0, 2, 3].flatMap((shared, before) => {
    const coded = btoa('-'.repeat(before) + bytes).replace(/=+$/, '');
    const full = Math.floor(((before + bytes.length) * 8) / 6);
    const own = coded.slice(shared, full);
    return own.length < SHORTEST_BASE64 ? [] : [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

function hideBeginning(text: string, secret: string): string {
  const beginning = secret.slice(0, BEGINNING);
  let out = '';
  let done = 0;
  for (let at = text.indexOf(beginning); at >= 0; at = text.indexOf(beginning, done)) {
    let same = BEGINNING;
    while (same < secret.length && text[at + same] === secret[same]) same++;
    out += text.slice(done, at) + MARK;
    done = at + same;
  }
  return out + text.slice(done);
}
