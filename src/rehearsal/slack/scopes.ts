import { SlackRefusal } from './refusal.ts';

/** Any one of these scopes is enough for the method; a method that is not listed needs none. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  'conversations.create': ['channels:manage'],
  'conversations.invite': ['channels:write.invites', 'channels:manage'],
  'conversations.setTopic': ['channels:write.topic', 'channels:manage'],
  'conversations.setPurpose': ['channels:manage', 'channels:write.topic'],
  'conversations.archive': ['channels:manage'],
  'conversations.rename': ['channels:manage'],
  'conversations.join': ['channels:join'],
  'conversations.info': ['channels:read'],
  'conversations.list': ['channels:read'],
  'users.conversations': ['channels:read'],
  'conversations.members': ['channels:read'],
  'conversations.history': ['channels:history'],
  'conversations.replies': ['channels:history'],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'chat.delete': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'files.getUploadURLExternal': ['files:write'],
  'files.completeUploadExternal': ['files:write'],
  'pins.add': ['pins:write'],
  'bookmarks.add': ['bookmarks:write'],
  'reactions.add': ['reactions:write'],
  'users.info': ['users:read'],
  'users.list': ['users:read'],
  'users.lookupByEmail': ['users:read.email'],
  'usergroups.list': ['usergroups:read'],
  'usergroups.users.list': ['usergroups:read'],
};

export function checkScope(method: string, provided: readonly string[]): void {
  const needed = NEEDS[method];
  if (needed && !needed.some((scope) => provided.includes(scope)))
    throw new SlackRefusal('missing_scope', { needed: needed.join(','), provided: provided.join(',') });
}
