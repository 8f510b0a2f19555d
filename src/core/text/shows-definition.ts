/** The statement that a library prints below the error. */
const ECHOED_DDL =
  /^\s*(?:\[SQL: |\(SQL: |STATEMENT: {1,3}|SQL: |Query: |Failed SQL: (?:\(\d{1,4}\) )?)(?:alter table|create (?:unique )?index|create table|drop (?:table|index)) /i;
/** The line of the program that a trace shows, where it sends a definition. */
const SENT_DDL =
  /\b(?:execute|exec|query|raw|run|sql|statement)\w{0,12}\(\s?[a-z]{0,2}["'`]{1,3}(?:alter table|create (?:unique )?index|create table|drop (?:table|index)) /i;

/** A line that shows a statement of definition that was being sent when the error came. */
export function showsDefinition(line: string): boolean {
  return line.length <= 3_100 && (ECHOED_DDL.test(line) || SENT_DDL.test(line));
}
