import type { Channels } from '../core/channels.ts';
import type { Place } from '../core/incident.ts';
import type { Office } from './office.ts';

/** https://docs.slack.dev/reference/methods/files.getUploadURLExternal: longer ones are refused (alt_txt_too_large). */
const ALT_LIMIT = 1_000;
const TIMEOUT_MS = 20_000;

type File = Parameters<Channels['upload']>[1];

/** Slack's three steps by hand: the SDK's filesUploadV2 sends the alternative text under a name that the method does not know, and it is lost. */
export async function upload(office: Office, place: Place, file: File, under?: string): Promise<void> {
  const bytes = typeof file.content === 'string' ? Buffer.from(office.clean(file.content)) : Buffer.from(file.content);
  const alt = file.alt === undefined ? {} : { alt_txt: office.clean(file.alt).slice(0, ALT_LIMIT) };
  const thread = under ?? place.thread;
  await office.posts(place.channel, () =>
    office.askOnce('upload a file', async (client) => {
      const ticket = await client.files.getUploadURLExternal({ filename: file.name, length: bytes.length, ...alt });
      const { upload_url: url, file_id: id } = ticket;
      if (!url || !id) throw new Error('Slack gave no address to upload to');
      const sent = await fetch(url, { method: 'POST', body: new Uint8Array(bytes), signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (!sent.ok) throw new Error(`Slack did not take the file's bytes (${sent.status})`);
      return client.files.completeUploadExternal({
        files: [{ id, title: office.clean(file.title) }],
        channel_id: place.channel,
        ...(thread === undefined ? {} : { thread_ts: thread }),
      });
    }),
  );
}
