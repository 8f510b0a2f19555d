/** One variable of the environment, declared by the part that uses it. */
export interface Setting {
  /** One line for `.env.example` and the settings table. */
  about: string;
  example: string;
  /** Value when it is not set. A setting with a preset is never required. */
  preset?: string;
  /** True for the one variable that says "this source is on"; it makes the part's settings without a preset required. */
  switch?: boolean;
  /** The only values that are taken: with any other the bot does not start. */
  oneOf?: readonly string[];
  /** Never printed, always redacted. */
  secret?: boolean;
  /**
   * For variables whose names the team chooses (`FLAG_<NAME>_OFF_URL`): a regular expression for the whole name. The setting is set when any variable
   * matches; `make` gets those that do from its third argument.
   */
  pattern?: string;
}

export type Env = Readonly<Record<string, string | undefined>>;

/** A check, action or alert source with the settings it declares. `make` gets only what it declared, and the kit it asks for. */
export interface Part<T, Kit> {
  name: string;
  env: Readonly<Record<string, Setting>>;
  /** Switches of which any one turns the part on (`KUBE_DEPLOYMENTS` or `KUBE_DEPLOY_JOBS`). Default: the settings marked `switch`. */
  make: (env: (name: string) => string, kit: Kit, matching?: (name: string) => Readonly<Record<string, string>>) => T;
}

export interface Built<T> {
  ready: readonly T[];
  /** Names of parts that are not set up. */
  off: readonly string[];
  /** Half set up, or with a value that is none, in words that name the variables. */
  wrong: readonly string[];
}

/** Reads the environment once. No switch of a part set: off. A switch set, but others missing: wrong, naming them. */
export function build<T, Kit>(parts: readonly Part<T, Kit>[], env: Env, kit: Kit): Built<T> {
  const ready: T[] = [];
  const off: string[] = [];
  const wrong: string[] = [];
  for (const part of parts) {
    const settings = Object.entries(part.env);
    const isSet = (name: string, setting: Setting) => Object.keys(variablesOf(name, setting, env)).length > 0;
    const on = settings.some(([name, setting]) => setting.switch && isSet(name, setting));
    const missing = settings.filter(([name, s]) => !s.switch && s.preset === undefined && !isSet(name, s));
    const misspelt = settings.flatMap(([name, { oneOf }]) => {
      const value = env[name];
      return oneOf && value && !oneOf.includes(value) ? [`${name} must be ${oneOf.join(' or ')}, not "${value.slice(0, 40)}"`] : [];
    });
    if (!on) off.push(part.name);
    else if (misspelt.length > 0) wrong.push(...misspelt);
    else if (missing.length > 0) wrong.push(`${part.name} also needs ${missing.map(([name, s]) => `${name} (${s.about})`).join(', ')}`);
    else {
      const one = (name: string) => env[name] || (part.env[name]?.preset ?? '');
      const matching = (name: string) => variablesOf(name, part.env[name] ?? { about: '', example: '' }, env);
      ready.push(part.make(one, kit, matching));
    }
  }
  return { ready, off, wrong };
}

/** The variables that are set for one setting: itself, or all that match its pattern. */
export function variablesOf(name: string, setting: Setting, env: Env): Readonly<Record<string, string>> {
  const whole = setting.pattern === undefined ? undefined : new RegExp(`^(?:${setting.pattern})$`);
  return Object.fromEntries(
    Object.entries(env).flatMap(([key, value]) => (value && (whole ? whole.test(key) : key === name) ? [[key, value]] : [])),
  );
}

/** The comma-separated lists of the environment. */
export function list(value: string): readonly string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
}
