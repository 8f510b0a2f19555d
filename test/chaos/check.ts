import type { Incident } from '../../src/core/incident.ts';
import type { Staged } from '../../src/rehearsal/session.ts';
import { BOT } from '../../src/rehearsal/slack/workspace.ts';
import type { Story } from '../../src/rehearsal/world/story.ts';
import { endOf } from '../../src/rehearse.ts';
import type { Crash } from './play.ts';

/** A look is due every minute in the first half hour; a start of the process takes some seconds of the story. */
const LOOK_EVERY_S = 60;
const LATE_S = 45;

/** What was lost or doubled. */
export function wrongs(story: Story, staged: Staged, incidents: readonly Incident[], crashes: readonly Crash[]): readonly string[] {
  const [incident] = incidents;
  if (!incident || incidents.length > 1) return [`${incidents.length} incidents`];
  return [...inSlack(staged, incident), ...inTheWorld(story, staged), ...inTheJournal(incident, crashes), ...story.misses(endOf(incident))];
}

function inSlack({ neighbours: { slack, env } }: Staged, incident: Incident): readonly string[] {
  const { channels, messages } = slack.workspace;
  const own = [...channels.values()].filter((c) => c.creator === BOT.id);
  const ours = messages.filter((m) => m.user === BOT.id && !m.onlyFor);
  const marks = ours.flatMap((m) => {
    const mark = m.metadata as { event_type?: string; event_payload?: Record<string, string> } | undefined;
    return mark ? [`${m.channel} ${mark.event_type} ${Object.values(mark.event_payload ?? {}).join(' ')}`] : [];
  });
  const files = ours.flatMap((m) => m.files.map((file) => `${m.channel} file ${file.name}`));
  const cards = marks.filter((mark) => mark.includes(' pulaski_card '));
  const announced = marks.filter((mark) => mark === `${env.ANNOUNCE_CHANNEL} pulaski_post announcement-${incident.number}`);
  return [
    ...(own.length === 1 ? [] : [`${own.length} channels`]),
    ...(cards.length === 1 ? [] : [`${cards.length} cards`]),
    ...(announced.length === 1 ? [] : [`${announced.length} announcements`]),
    ...doubled([...marks, ...files]).map((what) => `twice in Slack: ${what}`),
    ...Object.entries(incident.posted).flatMap(([key, { ts }]) =>
      ts && !ours.some((m) => m.ts === ts) ? [`${key} is in the journal and not in Slack`] : [],
    ),
    ...(files.some((file) => file.endsWith('-review.md')) ? [] : ['no review']),
  ];
}

/** What was done to the world was done once. */
function inTheWorld(story: Story, { world }: Staged): readonly string[] {
  const pushes = world.past().filter((e) => e.type === 'pushed');
  const kills = world.past().flatMap((e) => (e.type === 'killed' ? [String(e.thread)] : []));
  const wanted = story.responder.some((move) => move.do === 'act' && move.remedy === 'revert') ? 1 : 0;
  return [
    ...(pushes.length === wanted ? [] : [`${pushes.length} commits were pushed: ${pushes.map((p) => p.sha).join(' ')}`]),
    ...doubled(kills).map((thread) => `thread ${thread} was killed twice`),
  ];
}

function inTheJournal(incident: Incident, crashes: readonly Crash[]): readonly string[] {
  const types = incident.events.map((e) => e.type);
  const once = (['opened', 'placed', 'card-posted', 'invited', 'resolved', 'closed'] as const).flatMap((type) => {
    const times = types.filter((t) => t === type).length;
    return times === 1 ? [] : [`${times} × ${type}`];
  });
  const actions = incident.actions.flatMap((a) => {
    const ends = incident.events.filter((e) => e.type === 'action-ended' && e.action === a.id).length;
    return ends === 1 ? [] : [`${a.kind} ended ${ends} times`];
  });
  const keys = doubled(incident.events.flatMap((e) => (e.type === 'posted' ? [e.key] : e.type === 'intended' ? [`intent ${e.key}`] : [])));
  return [...once, ...actions, ...keys.map((key) => `twice in the journal: ${key}`), ...clocks(incident, crashes)];
}

/** No look is late by more than the bot was away. */
function clocks(incident: Incident, crashes: readonly Crash[]): readonly string[] {
  const away = crashes.reduce((sum, { instant }) => sum + instant.awaySeconds, 0) + crashes.length * LATE_S;
  const until = incident.resolved?.at ?? '';
  const starts = incident.looks.map((l) => l.startedAt);
  const half = new Date(Date.parse(incident.openedAt) + 30 * 60_000).toISOString();
  const times = [incident.openedAt, ...starts, ...(until ? [until] : [])];
  const ended = incident.looks.filter((l) => !l.endedAt && l.startedAt < until);
  return [
    ...times.slice(1).flatMap((at, n) => {
      const gap = (Date.parse(at) - Date.parse(times[n] ?? at)) / 1000;
      const due = at > half ? 5 * LOOK_EVERY_S : LOOK_EVERY_S;
      return gap <= due + LATE_S + away ? [] : [`no look for ${Math.round(gap)} s before ${at}`];
    }),
    ...(ended.length > 1 ? [`${ended.length} looks never ended`] : []),
  ];
}

function doubled(all: readonly string[]): readonly string[] {
  return [...new Set(all.filter((one, n) => all.indexOf(one) !== n))];
}
