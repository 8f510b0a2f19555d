import { writeFileSync } from 'node:fs';
import { settingsByPart } from '../src/all-settings.ts';
import type { Setting } from '../src/core/part.ts';

/** `.env.example`, in the parts' own words. */
export function envExample(): string {
  const parts = settingsByPart().map(
    ({ part, settings }) => `# ---- ${part} ----\n${settings.map(([name, s]) => `# ${s.about}\n#${name}=${s.example}\n`).join('')}`,
  );
  return `# Copy to .env and fill in what you use. A source is on when its switch is set; docs/settings.md says which that is.\n\n${parts.join('\n')}`;
}

/** docs/settings.md. */
export function settingsPage(): string {
  const tables = settingsByPart().map(
    ({ part, settings }) =>
      `## ${part}\n\n| variable | what it is | when it is not set |\n|---|---|---|\n${settings.map(([name, s]) => `| \`${name}\` | ${cell(s.about)} | ${absent(s)} |`).join('\n')}\n`,
  );
  return `# Settings

Read once at the start, from the environment or from \`.env\` in the working folder. Each source has one switch; setting it makes the source's other variables without a default required.
With no switch set, \`npm start\` is a rehearsal; with some set and Slack missing it exits and names what is missing.

${tables.join('\n')}`;
}

function absent(setting: Setting): string {
  if (setting.switch) return '**switch**: off without it';
  if (setting.preset === undefined) return 'required when the switch is set';
  return setting.preset === '' ? 'left out' : `\`${setting.preset}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

if (import.meta.main) {
  writeFileSync('.env.example', envExample());
  writeFileSync('docs/settings.md', settingsPage());
}
