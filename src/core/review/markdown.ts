/** Text from outside inside Markdown: no table is broken, no link, image, heading or HTML is made. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>|~#!]/g, (c) => `\\${c}`).replace(/\r?\n/g, ' ');
}
