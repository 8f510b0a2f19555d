import type { Fault } from './reading.ts';

const NAME = /^\s*"(?<variable>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)",?$/;
const ABSENT = /^\s*"message": "(?<message>(?:[^"]{0,80}received undefined|Required|[^"]{0,80}must have required property[^"]{0,80}))",?$/;
const NEAR = 6;

/**
 * Validators print what they object to as JSON, one field a line: `"path": [` and below it the name. A name written as only environment
 * variables are is one that the process did not get.
 */
export function schemaIssues(lines: readonly string[]): readonly Fault[] {
  for (const [line, text] of lines.entries()) {
    if (!text.includes('"path": [') || text.length > 200 || !/^\s*"path": \[$/.test(text)) continue;
    const variable = NAME.exec(lines[line + 1] ?? '')?.groups?.variable;
    const around = lines.slice(Math.max(0, line - NEAR), line + NEAR);
    const message = around.map((near) => ABSENT.exec(near)?.groups?.message).find((found) => found !== undefined);
    if (variable !== undefined && message !== undefined)
      return [{ meaning: 'missing-setting', text: `${variable}: ${message}`, line, by: 'start', says: { variable } }];
  }
  return [];
}
