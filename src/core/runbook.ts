import { oneLine, stripControls } from './escape.ts';
import type { Incident } from './incident.ts';
import { redact } from './redact.ts';
import { escapeMarkdown } from './review/markdown.ts';
import { decisive } from './review/review.ts';

/** What every entry must say; a heading each. */
const headings = ['When it applies', 'What to do', 'What depends on it', 'What went wrong before'] as const;

/** The file of a cause in the runbook's folder. Rule ids are lower-case words and hyphens; anything else is no cause of ours. */
export function runbookFile(rule: string): string | undefined {
  return /^[a-z][a-z0-9-]{1,60}$/.test(rule) ? `${rule}.md` : undefined;
}

/** The cause that an incident teaches about: the one that was acted on, unless people said that it was wrong. */
export function lessonOf(incident: Incident): string | undefined {
  if (incident.causeConfirmed?.right === false) return undefined;
  const first = decisive(incident)?.hypotheses[0];
  return first && first.confidence !== 'possible' ? first.rule : undefined;
}

/** What closing proposes to add, for a person to edit: nothing is saved as it stands. */
export function proposal(incident: Incident): string {
  const first = decisive(incident)?.hypotheses[0];
  const done = incident.actions.filter((a) => a.result?.status === 'done').map((a) => `- ${plain(a.preview.title)}`);
  const failed = incident.actions
    .filter((a) => a.result?.status === 'failed')
    .map((a) => `- ${plain(a.preview.title)}: ${plain(a.result?.text ?? '')}`);
  const texts: Record<(typeof headings)[number], readonly string[]> = {
    'When it applies': first ? [plain(first.cause), ...first.because.slice(0, 4).map((b) => `- ${plain(b.text)}`)] : [],
    'What to do': [...done, ...(first?.next ?? []).map((step, at) => `${at + 1}. ${plain(step)}`)],
    'What depends on it': (first?.remedy.hazards ?? []).map((hazard) => `- ${plain(hazard)}`),
    'What went wrong before': [
      ...failed,
      `- #${incident.number} ${incident.openedAt.slice(0, 10)}: ${plain(incident.title)}${incident.resolved?.note ? `; ${plain(incident.resolved.note)}` : ''}`,
    ],
  };
  return redact(headings.map((heading) => `## ${heading}\n\n${texts[heading].join('\n') || '-'}`).join('\n\n'));
}

/** Which headings an entry lacks or leaves empty. */
export function missingIn(entry: string): readonly string[] {
  return headings.filter((heading) => {
    const after = entry.split(`## ${heading}`)[1];
    const text = after?.split(/^## /m)[0]?.replace(/[-\s]/g, '');
    return !text;
  });
}

/** The file after an addition: the newest entry first, older ones kept below. */
export function withEntry(
  rule: string,
  existing: string | undefined,
  entry: string,
  incident: Pick<Incident, 'number' | 'openedAt'>,
): string {
  const head = `# ${rule}`;
  const older = existing?.replace(/^# .*\n+/, '').trim();
  const fresh = `<!-- from #${incident.number}, ${incident.openedAt.slice(0, 10)} -->\n\n${entry.trim()}`;
  return `${[head, fresh, ...(older ? [older] : [])].join('\n\n')}\n`;
}

/** The newest entry of a file, for the thread. */
export function newestEntry(file: string): string {
  return (
    file
      .replace(/^# .*\n+/, '')
      .split(/^<!-- from /m)
      .filter((part) => part.trim())[0]
      ?.replace(/^.*?-->\s*/, '')
      .trim() ?? ''
  );
}

function plain(text: string): string {
  return escapeMarkdown(redact(oneLine(stripControls(text))));
}
