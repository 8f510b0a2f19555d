import { type Hide, hide } from './mark.ts';

/** What belongs to a person. Bare runs of digits are never taken: an id past 2^31 is the diagnosis. */
export const people: readonly Hide[] = [
  hideMails,
  hide(
    /((?:phone|mobile|cell|fax|telephone|(?<![a-z])tel)(?:[_-]?(?:number|no|nr))?\\?["']?\s?(?::|=>?)\s?\\?["']?)(\+?\(?\d[\d ()./-]{5,20}\d)(?!\w)/gi,
    (_, head = '') => `${head}[phone]`,
  ),
  hide(
    /((?:card|pan|cc|iban)(?:[_-]?(?:number|no|nr|num))\\?["']?\s?(?::|=>?)\s?\\?["']?)([A-Z]{0,2}\d[\d -]{10,30}\d)(?!\w)/gi,
    (_, head = '') => `${head}[card]`,
  ),
  hide(/(?<![\w.-])\d{4}([ -])(?:\d{4}\1\d{4}\1\d{1,7}|\d{6}\1\d{4,5})(?![\w-])/g, (whole) => (luhn(whole) ? '[card]' : whole)),
  hide(/(?<![\w+])\+\d{1,3}(?:[ .()/-]{1,3}\d{1,5}){2,6}(?![\w-])/g, (whole) =>
    digits(whole) >= 8 && digits(whole) <= 15 ? '[phone]' : whole,
  ),
  hide(/(?<![\w+.-])\+\d{11,15}(?![\w.])/g, () => '[phone]'),
  hide(/(?<![\w.+-])(?:1[ .-])?(?:\(\d{3}\) ?\d{3}[ .-]\d{4}|\d{3}([.-])\d{3}\1\d{4})(?![\w-]|\.\d)/g, () => '[phone]'),
];

const AT_DOMAIN = /(?:@|%40)((?:[a-z0-9\u00a1-\uffff-]{1,63}\.){1,8}[a-z\u00a1-\uffff]{2,24})(?![\w-])/gi;
const LOCAL = /[\w.+%\u00a1-\uffff-]/;
const LONGEST_LOCAL = 64;

function hideMails(text: string): string {
  let out = '';
  let done = 0;
  for (const match of text.matchAll(AT_DOMAIN)) {
    const start = startOfLocal(text, match.index, done);
    if (start === match.index || !isMail(text.slice(start, match.index), match[1] ?? '')) continue;
    out += `${text.slice(done, start)}[e-mail]`;
    done = match.index + match[0].length;
  }
  return out + text.slice(done);
}

/** Backwards from the `@`, as far as an address may reach; an apostrophe counts between letters (o'brien). */
function startOfLocal(text: string, at: number, floor: number): number {
  let start = at;
  const lowest = Math.max(floor, at - LONGEST_LOCAL);
  while (start > lowest && partOfLocal(text, start - 1, lowest)) start--;
  return start;
}

function partOfLocal(text: string, i: number, lowest: number): boolean {
  if (LOCAL.test(text.charAt(i))) return true;
  return text[i] === "'" && i > lowest && /\w/.test(text.charAt(i - 1)) && /\w/.test(text.charAt(i + 1));
}

/** Package versions (`left-pad@1.0.0-rc.beta`), pictures (`logo@2x.png`), git remotes and machines are no people. */
function isMail(local: string, domain: string): boolean {
  if (/^v?\d+(?:\.\d+|x\.)/.test(domain)) return false;
  if (/\.(?:internal|svc|localdomain|cluster\.local|png|jpe?g|gif|svg|webp|css|[cm]?js|tsx?|rb|json)$/i.test(domain)) return false;
  return local !== 'git';
}

function digits(text: string): number {
  return text.replace(/\D/g, '').length;
}

function luhn(text: string): boolean {
  const reversed = [...text.replace(/\D/g, '')].reverse().map(Number);
  if (reversed.length < 13 || reversed.length > 19) return false;
  const sum = reversed.reduce((total, digit, i) => total + (i % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0)), 0);
  return sum % 10 === 0;
}
