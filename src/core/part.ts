/** One variable of the environment, declared by the part that uses it. */
export interface Setting {
  /** One line for `.env.example` and the settings table. */
  about: string;
  example: string;
  /** Value when it is not set. A setting with a preset is never required. */
  preset?: string;
  /** True for the one variable that says "this source is on"; it makes the part's settings without a preset required. */
  switch?: boolean;
  /** Never printed, always redacted. */
  secret?: boolean;
}

export type Env = Readonly<Record<string, string | undefined>>;

/** A check, action or alert source with the settings it declares. `make` gets only what it declared, and the kit it asks for. */
export interface Part<T, Kit> {
  name: string;
  env: Readonly<Record<string, Setting>>;
  /** Switches of which any one turns the part on (`KUBE_DEPLOYMENTS` or `KUBE_DEPLOY_JOBS`). Default: the settings marked `switch`. */
  make: (env: (name: string) => string, kit: Kit) => T;
}

export interface Built<T> {
  ready: readonly T[];
  /** Names of parts that are not set up. */
  off: readonly string[];
  /** Half set up, in words that name the missing variables. */
  wrong: readonly string[];
}

/** Reads the environment once. No switch of a part set: off. A switch set, but others missing: wrong, naming them. */
export function build<T, Kit>(parts: readonly Part<T, Kit>[], env: Env, kit: Kit): Built<T> {
  const ready: T[] = [];
  const off: string[] = [];
  const wrong: string[] = [];
  for (const part of parts) {
    const settings = Object.entries(part.env);
    const on = settings.some(([name, setting]) => setting.switch && env[name]);
    const missing = settings.filter(([name, s]) => !s.switch && s.preset === undefined && !env[name]);
    if (!on) off.push(part.name);
    else if (missing.length > 0) wrong.push(`${part.name} also needs ${missing.map(([name, s]) => `${name} (${s.about})`).join(', ')}`);
    else ready.push(part.make((name) => env[name] || (part.env[name]?.preset ?? ''), kit));
  }
  return { ready, off, wrong };
}

/** The comma-separated lists of the environment. */
export function list(value: string): readonly string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
}
