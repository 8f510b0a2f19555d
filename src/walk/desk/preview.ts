import type { ActionRequest, Preview } from '../../core/action.ts';
import type { Form, Reply } from '../../core/channels.ts';
import type { RemedyKind } from '../../core/diagnosis.ts';
import { type Incident, onsetOf } from '../../core/incident.ts';
import { type Context, mayAct, whoMay } from './context.ts';

const PREVIEW_BUDGET_MS = 20_000;

const titles: Partial<Record<RemedyKind, string>> = {
  revert: 'Revert',
  rollback: 'Roll back pods',
  restart: 'Restart',
  'kill-queries': 'Kill queries',
  flag: 'Switch',
};

/** Opens a form at once and fills it with the fresh pre-flight: what will happen, what was not checked, who may confirm. */
export function previewReply(
  context: Context,
  incident: Incident,
  kind: RemedyKind,
  user: string,
  choice: Readonly<Record<string, string>>,
): Reply {
  const title = titles[kind] ?? kind;
  const loading: Form = { name: 'loading', title, meta: '', lines: ['Checking again, a few seconds …'], fields: [] };
  return { form: loading, later: () => preview(context, incident, kind, user, choice, title) };
}

async function preview(
  context: Context,
  incident: Incident,
  kind: RemedyKind,
  user: string,
  choice: Readonly<Record<string, string>>,
  title: string,
): Promise<Form> {
  const { tools, records } = context;
  const action = tools.actions.find((a) => a.kind === kind);
  const shown = { name: 'shown', title, meta: '', fields: [] };
  if (!action) return { ...shown, ...byHand(incident, kind) };
  const request = requestFor(context, incident, kind, user, choice);
  const signal = AbortSignal.timeout(PREVIEW_BUDGET_MS);
  let made: Preview;
  try {
    made = await action.preview(request, signal);
  } catch (error) {
    const why = signal.aborted ? `no answer within ${PREVIEW_BUDGET_MS / 1000} s` : error instanceof Error ? error.message : String(error);
    const manual = byHand(incident, kind);
    return {
      ...shown,
      ...manual,
      lines: [`The pre-flight did not finish: ${why}`, 'Nothing was changed. Try again, or:', ...manual.lines],
    };
  }
  await records.append(incident.id, () => [{ type: 'previewed', by: user, request, preview: made }]);
  const allowed = await mayAct(context, user);
  const lines = [
    ...(made.refusal === undefined ? [] : [made.refusal]),
    ...made.lines,
    ...(made.unchecked.length === 0 ? [] : [`Not checked: ${made.unchecked.join('; ')}`]),
    ...(allowed ? [] : [whoMay(context), 'The command to run by hand:']),
    ...(tools.policy.dryRun ? ['Dry run: confirming changes nothing.'] : []),
  ];
  const form = { name: 'confirm', title, meta: `${incident.id}|${request.id}`, lines, code: made.command, fields: [] };
  return made.possible && allowed ? { ...form, submit: 'Confirm' } : form;
}

function byHand(incident: Incident, kind: RemedyKind): { lines: readonly string[]; code?: string } {
  const remedy = incident.diagnosis?.hypotheses.map((h) => h.remedy).find((r) => r.kind === kind);
  if (!remedy) return { lines: [`${titles[kind] ?? kind} is not set up here; docs/actions.md says what it needs.`] };
  return { lines: ['The bot is not set up to do this. By hand:'], code: remedy.commands.join('\n') };
}

function requestFor(
  context: Context,
  incident: Incident,
  kind: RemedyKind,
  user: string,
  choice: Readonly<Record<string, string>>,
): ActionRequest {
  const { clock } = context.tools;
  const onset = onsetOf(incident.history);
  return {
    id: clock.newId(),
    kind,
    incident: {
      number: incident.number,
      title: incident.title,
      openedAt: incident.openedAt,
      ...(incident.alert.service ? { service: incident.alert.service } : {}),
      ...(onset === undefined ? {} : { onset }),
    },
    by: { id: user },
    now: clock.now().toISOString(),
    evidence: incident.evidence,
    ...(incident.diagnosis === undefined ? {} : { diagnosis: incident.diagnosis }),
    choice,
  };
}

/** A confirmed preview becomes an action, once: two people in the same second give one run, and both are told. */
export async function confirm(context: Context, incidentId: string, requestId: string, user: string): Promise<Reply> {
  const { records, walker } = context;
  const incident = await records.load(incidentId);
  const previewed = incident.previews[requestId];
  if (!previewed?.preview.possible || incident.resolved) return { text: 'That preview is gone. Press the button on the card again.' };
  const { request, preview: made } = previewed;
  if (request.by.id !== user || !(await mayAct(context, user))) return { text: whoMay(context) };
  const busy = incident.actions.find((a) => !a.endedAt && a.kind !== 'kill-queries');
  if (busy && busy.kind !== request.kind)
    return {
      text: `<@${busy.by}> has just confirmed ${titles[busy.kind] ?? busy.kind}; it is still running. Wait for its end on the card.`,
    };
  const tries = incident.actions.filter((a) => a.kind === request.kind && a.endedAt).length;
  const once = `act:${incidentId}:${request.kind}:${made.state}:${tries}`;
  const { stored } = await records.append(incidentId, () => [{ type: 'confirmed', by: user, action: requestId, request, preview: made }], {
    once,
  });
  if (!stored) {
    const first = (await records.load(incidentId)).actions.findLast((a) => a.kind === request.kind);
    return { text: `${first ? `<@${first.by}>` : 'Somebody'} confirmed this already; it runs once. The card shows how it goes.` };
  }
  await walker.poke(incidentId);
  return {};
}
