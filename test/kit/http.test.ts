import { expect, onTestFinished, test } from 'vitest';
import { BadAnswer, HostDown, type HttpCall } from '../../src/core/kit/http.ts';
import { http } from '../../src/kit/http.ts';
import { type Answer, type Asked, nobody, standIn } from '../contract/stand-in.ts';

const soon = () => AbortSignal.timeout(5_000);

async function served(answer: (asked: Asked) => Answer) {
  const server = await standIn(answer);
  onTestFinished(server.close);
  return server;
}

async function failure(call: HttpCall, signal = soon()): Promise<unknown> {
  return http.request(call, signal).catch((error: unknown) => error);
}

test('sends query lists as repeats, and reads JSON', async () => {
  const server = await served(() => ({ body: { err: 0 } }));
  const answer = await http.request({ url: `${server.url}/a`, query: { level: ['error', 'critical'], page: 1, none: undefined } }, soon());
  expect(answer).toMatchObject({ status: 200, body: { err: 0 } });
  expect(server.asked[0]?.query.toString()).toBe('level=error&level=critical&page=1');
});

test('sends a body as JSON', async () => {
  const server = await served(() => ({ body: 'pong' }));
  const answer = await http.request({ url: server.url, method: 'POST', body: { a: 1 } }, soon());
  expect(answer.body).toBe('pong');
  expect(server.asked[0]).toMatchObject({ method: 'POST', body: '{"a":1}' });
});

test('a status is an answer, and a redirect is not followed', async () => {
  const server = await served(() => ({ status: 302, headers: { location: 'https://elsewhere.test/' }, body: '' }));
  await expect(http.request({ url: server.url, headers: { 'x-token': 't' } }, soon())).resolves.toMatchObject({ status: 302 });
});

test('a reset GET is asked once more, and no more', async () => {
  const server = await served(() => 'reset');
  expect(await failure({ url: server.url })).toBeInstanceOf(HostDown);
  expect(server.asked).toHaveLength(2);
});

test('a reset POST is not repeated', async () => {
  const server = await served(() => 'reset');
  expect(await failure({ url: server.url, method: 'POST', body: {} })).toBeInstanceOf(HostDown);
  expect(server.asked).toHaveLength(1);
});

test('half an answer is no answer', async () => {
  const server = await served(() => ({ half: { body: { items: [1, 2, 3] } } }));
  expect(await failure({ url: server.url })).toBeInstanceOf(HostDown);
});

test('too large an answer is refused', async () => {
  const server = await served(() => ({ body: 'x'.repeat(2_000) }));
  expect(await failure({ url: server.url, maxBytes: 1_000 })).toBeInstanceOf(BadAnswer);
});

test('JSON that is none is named', async () => {
  const server = await served(() => ({ headers: { 'content-type': 'application/json' }, body: '{"a":' }));
  expect(await failure({ url: server.url })).toBeInstanceOf(BadAnswer);
});

test('a hang ends with the signal', async () => {
  const server = await served(() => 'hang');
  expect(await failure({ url: server.url }, AbortSignal.timeout(100))).toMatchObject({
    name: 'HostDown',
    message: expect.stringMatching(/in time/),
  });
});

test('nobody there is told by host, without the query', async () => {
  const url = await nobody();
  const error = await failure({ url, query: { token: 'sesame-1' }, headers: { 'x-token': 'sesame-1' } });
  expect(error).toMatchObject({ name: 'HostDown', message: `${new URL(url).host} refused the connection` });
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('sesame');
});
