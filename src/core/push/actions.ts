import { overdueAt } from '../brief/action.ts';
import { onItsWay } from '../brief/phase.ts';
import { actionName } from '../brief/remedy.ts';
import { cut } from '../cut.ts';
import type { Acted, Incident } from '../incident.ts';
import { mrkdwn } from '../mrkdwn.ts';
import type { Push } from '../push.ts';
import { duration, line, secondsBetween, shortSha, user } from '../words.ts';

/** An action that needs somebody: it did not happen, or its effect does not arrive. */
export function actionPushes(incident: Incident, now: string): readonly Push[] {
  const last = incident.actions.at(-1);
  if (!last) return [];
  return [notDone(last), notLive(incident, now)].filter((push) => push !== undefined);
}

function notDone(acted: Acted): Push | undefined {
  const { result } = acted;
  if (result?.status !== 'failed' && result?.status !== 'refused') return undefined;
  const fix = result.status === 'failed' ? ` Fix: ${cut(result.fix, 160)}` : result.moved ? ' A new preview is one press away.' : '';
  const what = result.status === 'failed' ? 'failed' : 'was not done';
  const text = line`${user(acted.by)} the ${actionName(acted.kind)} ${what}: ${cut(result.text, 200)}${fix}`;
  return { key: `action:${acted.id}:${result.status}`, kind: 'push', text: mrkdwn(text) };
}

/** Twice the usual time is over and no pod has changed: the one who pressed is called. */
function notLive(incident: Incident, now: string): Push | undefined {
  const acted = onItsWay(incident);
  const result = acted?.result;
  if (!acted?.endedAt || result?.status !== 'done' || result.live.when === 'now' || now < overdueAt(incident, acted)) return undefined;
  const what = result.live.when === 'sha' ? shortSha(result.live.sha) : `the ${actionName(acted.kind)}`;
  const since = duration(secondsBetween(acted.endedAt, now));
  const text = line`${user(acted.by)} ${what} is not live after ${since}, twice the usual time. Look at the build and the rollout; nothing improves before.`;
  return { key: `not-live:${acted.id}`, kind: 'push', text: mrkdwn(text) };
}
