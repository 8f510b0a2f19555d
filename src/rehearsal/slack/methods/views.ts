import { checkView } from '../block-limits.ts';
import { SlackRefusal } from '../refusal.ts';
import { APP_ID, BOT_ID, type Json, type OpenView, TEAM, type Workspace } from '../workspace.ts';
import { type Method, need } from './method.ts';

const STACK_LIMIT = 3;

export const views: Readonly<Record<string, Method>> = {
  'views.open'(args, desk) {
    const user = desk.useTrigger(args.trigger_id);
    const view = openView(desk.workspace, user, checkView(args.view));
    return { view: shownView(view) };
  },

  'views.push'(args, desk) {
    const user = desk.useTrigger(args.trigger_id);
    const top = [...desk.workspace.views.values()].findLast((v) => v.user === user);
    if (!top) throw new SlackRefusal('not_found');
    if (depth(desk.workspace, top) >= STACK_LIMIT) throw new SlackRefusal('push_limit_reached');
    return { view: shownView(openView(desk.workspace, user, checkView(args.view), top)) };
  },

  'views.update'(args, desk) {
    const id = args.view_id ?? byExternalId(desk.workspace, need(args, 'external_id'));
    const was = desk.workspace.views.get(id);
    if (!was) throw new SlackRefusal('not_found');
    if (args.hash && args.hash !== was.hash) throw new SlackRefusal('hash_conflict');
    return { view: shownView(replaceView(desk.workspace, was, checkView(args.view))) };
  },
};

export function openView(workspace: Workspace, user: string, view: Json, below?: OpenView): OpenView {
  if (view.external_id && byExternalId(workspace, String(view.external_id))) throw new SlackRefusal('duplicate_external_id');
  if (!below) for (const old of [...workspace.views.values()]) if (old.user === user) workspace.views.delete(old.id);
  const id = workspace.newId('V');
  const opened: OpenView = {
    id,
    user,
    view,
    hash: `${workspace.newTs()}.h`,
    root: below?.root ?? id,
    ...(below ? { below: below.id } : {}),
  };
  workspace.views.set(id, opened);
  workspace.changed({ what: 'view' });
  return opened;
}

export function replaceView(workspace: Workspace, was: OpenView, view: Json): OpenView {
  const now = { ...was, view, hash: `${workspace.newTs()}.h` };
  workspace.views.set(was.id, now);
  workspace.changed({ what: 'view' });
  return now;
}

function depth(workspace: Workspace, view: OpenView): number {
  const below = view.below === undefined ? undefined : workspace.views.get(view.below);
  return below ? depth(workspace, below) + 1 : 1;
}

function byExternalId(workspace: Workspace, id: string): string {
  return [...workspace.views.values()].find((v) => v.view.external_id === id)?.id ?? '';
}

export function shownView(view: OpenView, values: Json = {}): Json {
  return {
    id: view.id,
    team_id: TEAM.id,
    app_id: APP_ID,
    bot_id: BOT_ID,
    hash: view.hash,
    root_view_id: view.root,
    previous_view_id: view.below ?? null,
    private_metadata: '',
    callback_id: '',
    external_id: '',
    ...view.view,
    state: { values },
  };
}
