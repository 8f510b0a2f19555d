import { labelOf } from './brief/checks.ts';
import { findingsOf } from './brief/facts.ts';
import { say } from './brief/say.ts';
import { toneOf } from './bundle.ts';
import type { Message } from './channels.ts';
import { cut } from './cut.ts';
import type { Evidence, Finding } from './evidence.ts';
import type { Incident } from './incident.ts';
import { mrkdwn } from './mrkdwn.ts';
import { join, line, time } from './words.ts';

/** A storm of new errors is one piece of news. */
const NEWS_PER_LOOK = 2;

/** What changed since the first look: a check that went blind or sees again, an error that was not there. Each once. */
export function news(incident: Incident): readonly Message[] {
  const before = new Map<string, Evidence>();
  const known = new Set<string>();
  const told: Message[] = [];
  for (const evidence of incident.history) {
    const was = before.get(evidence.check);
    if (was) told.push(...sightNews(was, evidence), ...errorNews(evidence, known));
    before.set(evidence.check, evidence);
    for (const finding of findingsOf(evidence)) known.add(errorName(evidence, finding));
  }
  return told;
}

function sightNews(was: Evidence, is: Evidence): readonly Message[] {
  const label = labelOf(is.check);
  if (was.outcome.status !== 'blind' && is.outcome.status === 'blind') {
    const text = line`Since ${time(is.at)} I cannot see ${label}: ${cut(is.outcome.why, 160)}`;
    return [{ key: `news:blind:${is.check}:${is.at}`, text: mrkdwn(text) }];
  }
  if (was.outcome.status === 'blind' && is.outcome.status !== 'blind') {
    return [{ key: `news:sees:${is.check}:${is.at}`, text: mrkdwn(line`I can see ${label} again since ${time(is.at)}`) }];
  }
  return [];
}

function errorNews(evidence: Evidence, known: ReadonlySet<string>): readonly Message[] {
  return findingsOf(evidence)
    .filter((finding) => finding.kind === 'error-group' && toneOf(finding) === 'bad' && !known.has(errorName(evidence, finding)))
    .slice(0, NEWS_PER_LOOK)
    .map((finding) => ({
      key: `news:error:${errorName(evidence, finding).slice(0, 120)}`,
      text: mrkdwn(join([line`New since ${time(evidence.at)}: `, say(finding)])),
    }));
}

function errorName(evidence: Evidence, finding: Finding): string {
  return finding.kind === 'error-group' ? `${evidence.check} ${finding.title} ${finding.transaction ?? ''}` : '';
}
