import type { Frame } from './evidence.ts';

const MOST = 8;
/** Libraries, runtimes and generated code of the usual languages. */
const FOREIGN =
  /(?:^|\/)(?:node_modules|site-packages|dist-packages|gems|bundle|vendor|usr\/lib|usr\/local\/lib|opt\/\w+\/lib)\/|^(?:node|internal|webpack):|^<|^\(/;

/** `inApp` by the look of the path, where the tracker does not say. */
export function looksOwn(file: string): boolean {
  return !FOREIGN.test(file);
}

/** The file as the repository names it, when the server told where it lies. */
export function withoutRoot(file: string, root: string | undefined): string {
  for (const prefix of [root, '/app', '/srv/app', '/usr/src/app', '/var/www/html'])
    if (prefix && file.startsWith(`${prefix.replace(/\/$/, '')}/`)) return file.slice(prefix.replace(/\/$/, '').length + 1);
  return file;
}

/** Our own frames, raise point first; without any, the first few of the libraries. */
export function worthShowing(raisePointFirst: readonly Frame[]): readonly Frame[] {
  const own = raisePointFirst.filter((frame) => frame.inApp);
  return own.length > 0 ? own.slice(0, MOST) : raisePointFirst.slice(0, 3);
}
