import type { ActionRequest, Preview } from '../../core/action.ts';
import { restartFirst } from '../../core/brief/elsewhere.ts';
import type { Form, Reply } from '../../core/channels.ts';
import type { RemedyKind } from '../../core/diagnosis.ts';
import { type Acted, type Incident, onsetOf } from '../../core/incident.ts';
import { type Context, goneReply, incidentOf, mayAct, whoMay } from './context.ts';
import { chooseForm } from './forms.ts';

const PREVIEW_BUDGET_MS = 20_000;
/** What was checked so long ago says nothing about now. */
const PREVIEW_LIVES_MS = 10 * 60_000;

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
  why = '',
): Reply {
  const title = titles[kind] ?? kind;
  const loading: Form = { name: 'loading', title, meta: '', lines: [`${why}Checking again, a few seconds …`], fields: [] };
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
  const { choose } = made;
  if (choose) return chooseForm(incident, { kind, title, choice, choose, lines: [...(made.refusal ? [made.refusal] : []), ...made.lines] });
  made = heldBack(incident, request, made);
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
  return made.possible && allowed ? { ...form, submit: made.safety === 'do-not' ? 'Confirm all the same' : 'Confirm' } : form;
}

/** A feature comes back only to processes that know the new schema: the journal saw when it changed. */
function heldBack(incident: Incident, request: ActionRequest, made: Preview): Preview {
  if (!made.possible || request.kind !== 'flag' || request.choice?.turn !== 'on' || !restartFirst(incident)) return made;
  return { ...made, possible: false, refusal: 'The pods are older than the change of the schema: restart first, else it fails again.' };
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
    ...takenBackFor(incident, choice.undo),
  };
}

/** What the action was done for whose commit is taken back. A cause that people or the numbers spoke against since warns of nothing. */
function takenBackFor(incident: Incident, undo: string | undefined): Pick<ActionRequest, 'takenBackFor'> {
  const acted = incident.actions.find((a) => undo !== undefined && a.result?.status === 'done' && a.result.commit === undo);
  const then = acted?.request.diagnosis;
  const [first] = then?.verdict === 'cause' ? then.hypotheses : [];
  if (!first || acted?.request.choice?.undo || first.remedy.kind !== 'revert') return {};
  if (incident.causeConfirmed?.right === false || incident.refusedCauses.includes(first.rule)) return {};
  const { migration } = first.facts;
  return { takenBackFor: { cause: first.cause, ...(migration === undefined ? {} : { migration }) } };
}

/** A confirmed preview becomes an action, once: two people in the same second give one run, and both are told. */
export async function confirm(context: Context, incidentId: string, requestId: string, user: string): Promise<Reply> {
  const { records, walker } = context;
  const incident = await incidentOf(context, incidentId);
  if (!incident) return goneReply;
  const previewed = incident.previews[requestId];
  if (!previewed?.preview.possible || incident.resolved) return { text: 'That preview is gone. Press the button on the card again.' };
  const { request, preview: made } = previewed;
  const now = context.tools.clock.now().getTime();
  if (now - Date.parse(previewed.at) > PREVIEW_LIVES_MS)
    return previewReply(context, incident, request.kind, user, request.choice ?? {}, 'That preview was older than 10 minutes. ');
  if (request.by.id !== user || !(await mayAct(context, user))) return { text: whoMay(context) };
  // One at a time: whoever confirms while one runs, in the same second or later, finds the same key taken. Ending queries goes beside anything.
  const lane = request.kind === 'kill-queries' ? 'kill-queries' : 'change';
  const inLane = (a: Acted) => (a.kind === 'kill-queries' ? 'kill-queries' : 'change') === lane;
  const once = `act:${incidentId}:${lane}:${incident.actions.filter((a) => inLane(a) && a.endedAt).length}`;
  const { stored } = await records.append(incidentId, () => [{ type: 'confirmed', by: user, action: requestId, request, preview: made }], {
    once,
  });
  if (!stored) {
    const first = (await records.load(incidentId)).actions.findLast(inLane);
    const who = first ? `<@${first.by}>` : 'Somebody';
    if (first && first.kind !== request.kind)
      return { text: `${who} has just confirmed ${titles[first.kind] ?? first.kind}; one change at a time. Wait for its end on the card.` };
    return { text: `${who} confirmed this already; it runs once. The card shows how it goes.` };
  }
  await walker.poke(incidentId);
  return {};
}
