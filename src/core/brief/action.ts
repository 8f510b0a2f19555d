import type { Live } from '../action.ts';
import type { Line, Setup } from '../brief.ts';
import { cut } from '../cut.ts';
import { oneLine } from '../escape.ts';
import type { Rollout } from '../evidence.ts';
import type { Acted, Incident } from '../incident.ts';
import { sameSha } from '../same-sha.ts';
import { bold, join, line, plusMinutes, seconds, secondsBetween, shortSha, time, user } from '../words.ts';
import { allOf, lastQuietRelease, leadTimes, stuckThreads } from './facts.ts';
import { symptomsNow } from './now.ts';
import { actionName, stopped } from './remedy.ts';

const STEPS_MAX = 6;
/** Minutes until a release is live where no earlier release tells. */
const USUAL_MINUTES = 15;
const USUAL_ROLLOUT_MINUTES = 5;

/** An action that runs, or whose effect cannot be seen yet. */
export function actionLines(incident: Incident, acted: Acted, setup: Setup): readonly Line[] {
  const now = symptomsNow(incident);
  return [
    line`${user(acted.by)} confirmed ${seconds(acted.confirmedAt)}. ${oneLine(acted.preview.title)}`,
    ...progress(acted),
    ...(acted.result?.status === 'done' ? waiting(incident, acted) : []),
    ...(now === '' ? [] : [join([bold('Now:'), ` ${now}`])]),
    ...faster(incident, acted, setup),
    ...leftovers(incident, acted),
    ...promise(incident, acted),
  ];
}

function progress(acted: Acted): readonly Line[] {
  const steps = acted.progress.slice(-STEPS_MAX);
  const lines = steps.map((step, i) => {
    const running = !acted.endedAt && i === steps.length - 1;
    return line`${running ? '⏳' : '✔'} ${seconds(step.at)} ${cut(step.line, 140)}`;
  });
  if (!acted.endedAt) return lines.length > 0 ? lines : [['⏳ checking everything again before I touch anything']];
  if (acted.result?.status !== 'done') return lines;
  const { commit, links } = acted.result;
  // The last step names the commit already: only its link is news.
  const told = commit !== undefined && steps.at(-1)?.line.includes(commit.slice(0, 7)) === true;
  const last = lines.at(-1);
  return told && last ? [...lines.slice(0, -1), join([last, ...linked(links)])] : [...lines, done(acted.endedAt, acted.result)];
}

function done(at: string, result: { text: string; links: readonly string[] }): Line {
  return join([line`✔ ${seconds(at)} ${cut(result.text, 160)}`, ...linked(result.links)]);
}

function linked(links: readonly string[]): readonly Line[] {
  return links.slice(0, 2).map((link) => line` (${{ link, text: 'link' }})`);
}

function waiting(incident: Incident, acted: Acted): readonly Line[] {
  const live = liveOf(acted);
  if (!live || live.when === 'now') return [['Judging from now; I look every minute.']];
  const expected = line`expected about ${time(expectedAt(incident, acted))}`;
  return [line`·  ${pods(incident, live)}, ${expected}`, ['Nothing can improve before the pods change. I judge from then.']];
}

function liveOf(acted: Acted): Live | undefined {
  return acted.result?.status === 'done' ? acted.result.live : undefined;
}

function pods(incident: Incident, live: Exclude<Live, { when: 'now' }>): string {
  const rollouts = allOf(incident.evidence, 'rollout');
  if (live.when === 'pods-newer') return 'pods newer than the change: not all yet';
  const on = live.when === 'sha' ? shortSha(live.sha) : live.image;
  const mine = rollouts.filter((r) => (live.when === 'sha' ? sameSha(r.sha, live.sha) : r.image === live.image));
  const wanted = total(rollouts, 'wanted');
  return wanted === 0 ? `pods on ${on}: none yet` : `pods on ${on}: ${total(mine, 'ready')} of ${wanted}`;
}

function total(rollouts: readonly Rollout[], which: 'ready' | 'wanted'): number {
  return rollouts.reduce((sum, r) => sum + (r.pods?.[which] ?? 0), 0);
}

export function expectedAt(incident: Incident, acted: Acted): string {
  return plusMinutes(acted.endedAt ?? acted.confirmedAt, usualMinutes(incident, acted));
}

/** Not live after twice the usual time: then the bot calls. */
export function overdueAt(incident: Incident, acted: Acted): string {
  return plusMinutes(acted.endedAt ?? acted.confirmedAt, 2 * usualMinutes(incident, acted));
}

function usualMinutes(incident: Incident, acted: Acted): number {
  if (acted.kind === 'restart' || acted.kind === 'rollback') return rolloutMinutes(incident);
  const lead = leadTimes(incident);
  return lead === undefined ? USUAL_MINUTES : Math.max(1, Math.round(lead.usual / 60));
}

/** Pods are replaced without a build: as long as the slowest of the last rollouts took, and a minute until it is seen. */
function rolloutMinutes(incident: Incident): number {
  const took = allOf(incident.evidence, 'rollout').flatMap((r) =>
    r.startedAt && r.liveAt && r.liveAt > r.startedAt ? [secondsBetween(r.startedAt, r.liveAt)] : [],
  );
  return took.length === 0 ? USUAL_ROLLOUT_MINUTES : 1 + Math.ceil(Math.max(...took) / 60);
}

function faster(incident: Incident, acted: Acted, setup: Setup): readonly Line[] {
  if (acted.kind !== 'revert' || acted.result?.status !== 'done' || !setup.actions.includes('rollback')) return [];
  const to = lastQuietRelease(incident);
  if (to === undefined) return [];
  return [line`${bold('Faster:')} roll back the pods to ${shortSha(to)}, about 1 min; the branch is already right.`];
}

function leftovers(incident: Incident, acted: Acted): readonly Line[] {
  const stuck = stuckThreads(incident).length;
  const restarts = acted.kind === 'revert' || acted.kind === 'rollback' || acted.kind === 'restart';
  return stuck > 0 && restarts ? [[`Old queries outlive their pods: ${stuck} of them are in the KILL list.`]] : [];
}

function promise(incident: Incident, acted: Acted): readonly Line[] {
  const live = liveOf(acted);
  if (!live || live.when === 'now') return [];
  return [line`Not live by ${time(overdueAt(incident, acted))}? Then I call ${user(acted.by)} here.`];
}

/** An action that did not change anything still has to be told, above whatever the card says. */
export function lastRefusal(incident: Incident): readonly Line[] {
  const last = incident.actions.at(-1);
  const result = last?.result;
  if (!last || !result || !last.endedAt || result.status === 'done') return [];
  const at = seconds(last.endedAt);
  const text = cut(result.text, 240);
  if (result.status === 'dry-run') return [line`${bold('Dry run')} ${at}, nothing was changed: ${text}`];
  if (result.status === 'refused') {
    return [line`✖ ${at} ${actionName(last.kind)} not done: ${stopped(text)}${result.moved ? ' Press again for a new preview.' : ''}`];
  }
  return [line`✖ ${at} ${actionName(last.kind)} failed: ${stopped(text)} ${bold('Fix:')} ${cut(result.fix, 240)}`];
}
