import type { Scalar } from './scan-json.ts';

const LINES_LIMIT = 6_000;
const KEY = /^(?<indent> {0,60})(?<item>(?:- )*)(?<key>[\w.$/-]{1,120}):(?: (?<value>.*))?$/;

interface Level {
  indent: number;
  key: string;
  object: number;
}

/** Reads the scalars of a YAML text as `kubectl get -o yaml` prints it, cut anywhere: block mappings, lists, scalars over several lines. */
export function scanYaml(lines: readonly string[]): readonly Scalar[] {
  const found: Scalar[] = [];
  const stack: Level[] = [];
  let objects = 0;
  let open: { key: string; indent: number; parts: string[]; path: readonly string[]; object: number } | undefined;
  const close = (): void => {
    if (open === undefined) return;
    const text = unquoted(open.parts.join(' ').trim());
    if (text !== '') found.push({ key: open.key, value: text, path: open.path, object: open.object });
    open = undefined;
  };
  for (const line of lines.slice(0, LINES_LIMIT)) {
    const groups = KEY.exec(line)?.groups;
    const indent = (groups?.indent ?? '').length + (groups?.item ?? '').length;
    const inside = open !== undefined && (groups === undefined || indent > open.indent) && /^\s+\S/.test(line);
    if (inside) {
      open?.parts.push(line.trim());
      continue;
    }
    close();
    if (groups?.key === undefined) continue;
    const item = (groups.item ?? '') !== '';
    while ((stack.at(-1)?.indent ?? -1) > indent || (item && stack.at(-1)?.indent === indent)) stack.pop();
    if (stack.at(-1)?.indent !== indent) {
      objects += 1;
      stack.push({ indent, key: '', object: objects });
    }
    const top = stack.at(-1);
    if (top === undefined) continue;
    const path = stack.slice(0, -1).map((level) => level.key);
    const value = (groups.value ?? '').trim();
    top.key = groups.key;
    if (value === '' || /^[[{]\}?\]?$/.test(value)) continue;
    open = { key: groups.key, indent, parts: /^[|>][+-]?$/.test(value) ? [] : [value], path, object: top.object };
  }
  close();
  return found;
}

function unquoted(text: string): string {
  const quoted = /^(?<quote>["'])(?<inner>.*)\k<quote>$/.exec(text)?.groups;
  if (quoted?.inner === undefined) return text;
  return quoted.quote === "'" ? quoted.inner.replaceAll("''", "'") : quoted.inner.replaceAll('\\"', '"');
}
