import { Readable, Transform } from 'node:stream';
import type { RDSClient } from '@aws-sdk/client-rds';

/** More came than anything that was asked for can be. */
export class AnswerTooLarge extends Error {
  override name = 'AnswerTooLarge';
}

type Handler = RDSClient['config']['requestHandler'];

/** The AWS SDK reads answers of any size into memory: cut off beyond this many bytes. All AWS clients have the same kind of handler. */
export function limitAnswers(handler: Handler, maxBytes: number): void {
  const handle = handler.handle.bind(handler);
  handler.handle = async (...asked) => {
    const answer = await handle(...asked);
    const body: unknown = answer.response.body;
    if (body instanceof Readable) answer.response.body = body.compose(cutBeyond(maxBytes));
    return answer;
  };
}

function cutBeyond(maxBytes: number): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      size += chunk.byteLength;
      if (size > maxBytes) done(new AnswerTooLarge(`more than ${maxBytes} bytes`));
      else done(null, chunk);
    },
  });
}
