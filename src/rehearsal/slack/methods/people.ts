import { SlackRefusal } from '../refusal.ts';
import { BOT, BOT_ID, TEAM, type User } from '../workspace.ts';
import { type Method, need } from './method.ts';

export const people: Readonly<Record<string, Method>> = {
  'api.test': () => ({}),
  'auth.test': () => ({
    url: 'https://checkout.slack.example/',
    team: TEAM.name,
    user: BOT.name,
    team_id: TEAM.id,
    user_id: BOT.id,
    bot_id: BOT_ID,
    is_enterprise_install: false,
  }),
  'users.info'(args, desk) {
    const user = desk.workspace.users.get(need(args, 'user'));
    if (!user) throw new SlackRefusal('user_not_found');
    return { user: shownUser(user) };
  },
  'users.list': (_, desk) => ({ members: [...desk.workspace.users.values()].map(shownUser), response_metadata: { next_cursor: '' } }),
  'users.lookupByEmail'(args, desk) {
    const user = [...desk.workspace.users.values()].find((u) => `${u.name}@checkout.example` === need(args, 'email'));
    if (!user) throw new SlackRefusal('users_not_found');
    return { user: shownUser(user) };
  },
  'usergroups.list': (_, desk) => ({
    usergroups: [...desk.workspace.groups.values()].map(({ id, handle, name }) => ({ id, handle, name })),
  }),
  'usergroups.users.list'(args, desk) {
    const group = desk.workspace.groups.get(need(args, 'usergroup'));
    if (!group) throw new SlackRefusal('no_such_subteam');
    return { users: group.users };
  },
  'reactions.add'(args, desk) {
    if (!desk.workspace.find(need(args, 'channel'), need(args, 'timestamp'))) throw new SlackRefusal('message_not_found');
    return {};
  },
  'pins.add'(args, desk) {
    const channel = desk.workspace.channel(need(args, 'channel'));
    const ts = need(args, 'timestamp');
    if (!desk.workspace.find(channel.id, ts)) throw new SlackRefusal('message_not_found');
    if (channel.pins.has(ts)) throw new SlackRefusal('already_pinned');
    channel.pins.add(ts);
    return {};
  },
  'bookmarks.add'(args, desk) {
    desk.workspace.channel(need(args, 'channel_id'));
    if (!/^https?:\/\//.test(args.link ?? '')) throw new SlackRefusal('invalid_link');
    return { bookmark: { id: desk.workspace.newId('Bk'), title: need(args, 'title'), link: args.link } };
  },
};

function shownUser(user: User) {
  return {
    id: user.id,
    team_id: TEAM.id,
    name: user.name,
    real_name: user.realName,
    deleted: false,
    is_bot: user.bot,
    tz: 'UTC',
    profile: { real_name: user.realName, display_name: user.name },
  };
}
