/** Identifiers of any spelling as words: `maxPoolSize`, `MAX_POOL_SIZE` and `max-pool-size` are the same three. */
export interface Identifier {
  /** The words, joined by `_`. */
  name: string;
  words: readonly string[];
}

/** Says nothing about which code it came from: language, logging, web and database small talk. */
const small = new Set(
  `a an the of to in on at by for with from as is are was were be been has have had not no nor and or if else then than that this these those it its we our you your they
   all any each every some more most less other another same such only own so too very can could may might must shall should will would do does did done
   get set put let var val const new old add added remove removed use used using make made call called return returned returns value values key name names id type types data item items
   list array map object string str int integer long float double bool boolean true false null nil none undefined void self me super class def func function fn method module import export
   public private protected static final abstract async await yield try catch finally throw throws raise rescue except end begin start stop main run index one two first last next prev
   error err exception fail failed failing failure fatal warn warning info debug trace level log logger logging message msg code status result response request req res ctx context handler
   server client service services app application host port http https url uri path file line lines test tests src lib bin java javax org com net io www kotlin python ruby php node js ts py rb go
   select insert update delete into where order group limit offset join left right inner outer values desc asc distinct count sum min max avg
   unknown unexpected unable cannot cant could not during while after before when because due out range found occurred internal external invalid valid current default default
   per via using per total time times second seconds minute minutes hour day ms sec mib gib kb mb gb rate high low above below than threshold alert firing critical production prod staging env
   web api v1 v2 post put patch head options root user process thread pid at active record controller model view base`.split(/\s+/),
);

const cache = new Map<string, Identifier>();
const CACHED = 50_000;

/** Splits at case, digits and signs; plural is singular. The cache is a memo of a pure function. */
export function identifier(token: string): Identifier {
  const known = cache.get(token);
  if (known) return known;
  const words = token
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((w) => w.length > 1)
    .map(stem);
  const made = { name: words.join('_'), words };
  if (cache.size > CACHED) cache.clear();
  cache.set(token, made);
  return made;
}

/** Identifiers of a text, each spelling once. */
export function identifiers(text: string): readonly Identifier[] {
  const found: Identifier[] = [];
  for (const token of new Set(text.match(/[A-Za-z_$][\w$]*(?:[.-][A-Za-z_][\w$]*)*/g))) for (const id of withParts(token)) found.push(id);
  return found;
}

const wholes = new Map<string, readonly Identifier[]>();

/** `orders.line-item` and its parts. The cache is a memo of a pure function. */
function withParts(token: string): readonly Identifier[] {
  const known = wholes.get(token);
  if (known) return known;
  const parts = /[.-]/.test(token) ? token.split(/[.-]/) : [];
  const made = [token, ...parts].map(identifier).filter((id) => id.name.length > 2);
  if (wholes.size > CACHED) wholes.clear();
  wholes.set(token, made);
  return made;
}

export function isSmall(word: string): boolean {
  return word.length < 3 || small.has(word);
}

/** Of several words, or one that is no small talk. */
export function isTelling(id: Identifier): boolean {
  return id.words.filter((w) => !isSmall(w)).length > 0;
}

function stem(word: string): string {
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (word.length > 5 && /(?:sses|shes|ches|xes)$/.test(word)) return word.slice(0, -2);
  return word.length > 3 && word.endsWith('s') && !/(?:ss|us|is)$/.test(word) ? word.slice(0, -1) : word;
}
