/** Every Web API method the bot calls, with the bot scope it needs. A test holds the calls, this list and manifest.yml together. */
export const methods: Readonly<Record<string, string | null>> = {
  'auth.test': null,
  'chat.postEphemeral': 'chat:write',
  'chat.postMessage': 'chat:write',
  'chat.update': 'chat:write',
  'conversations.archive': 'channels:manage',
  'conversations.create': 'channels:manage',
  'conversations.history': 'channels:history',
  'conversations.invite': 'channels:manage',
  'conversations.replies': 'channels:history',
  'conversations.setTopic': 'channels:manage',
  'files.completeUploadExternal': 'files:write',
  'files.getUploadURLExternal': 'files:write',
  'usergroups.users.list': 'usergroups:read',
  'users.conversations': 'channels:read',
  'views.open': null,
  'views.update': null,
};

/** Scopes that no method call names: the slash command, and posting to the announcement channel without joining it. */
export const otherScopes: readonly string[] = ['commands', 'chat:write.public'];

export const scopes: readonly string[] = [
  ...new Set([...otherScopes, ...Object.values(methods).filter((scope) => scope !== null)]),
].toSorted();
