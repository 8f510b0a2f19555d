import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Alert, type AlertSource, UnreadableAlert, type WebhookRequest } from '../../src/core/alert.ts';
import { webhook } from '../support/webhook.ts';

/** One way of being trusted: how a request of this sender is signed. */
export interface SourceRig {
  source: AlertSource;
  /** A body as the vendor sends it, and what it says. */
  body: unknown;
  says: Partial<Alert>;
  /** Signs bytes as the vendor does, or adds the token. */
  sign: (request: WebhookRequest) => WebhookRequest | Promise<WebhookRequest>;
  /** Where the proof stands, to be spoiled. */
  proof: { header: string } | { query: string } | { field: string };
  /** True when the proof covers the body: a changed body is refused. */
  coversBody: boolean;
  /** How long a signed delivery stays valid, where the sender signs a time. */
  windowMs?: number;
}

/** What every alert source does. `how` names the way it is authenticated. */
export function alertSourceContract(name: string, how: string, make: () => SourceRig): void {
  describe(`alert source ${name}, ${how}`, () => {
    const rig = make();
    const signed = async (body: unknown = rig.body) => rig.sign(webhook(body));
    const trusts = async (request: WebhookRequest) => rig.source.trusts(request);
    const read = async (request: WebhookRequest) => rig.source.read(request);

    test('a proper delivery is trusted and read', async () => {
      const request = await signed();
      expect(await trusts(request)).toBe(true);
      const [alert] = await read(request);
      expect(alert).toMatchObject({ source: name, ...rig.says });
      for (const field of ['key', 'title'] as const) expect(alert?.[field]).not.toBe('');
      expect(new Date(alert?.startedAt ?? '').toISOString()).toBe(alert?.startedAt);
    });

    test('no proof, an empty one, one of another length, a wrong one: all refused', async () => {
      const request = await signed();
      const good = proofOf(request, rig.proof);
      expect(await trusts(withProof(request, rig.proof, undefined))).toBe(false);
      for (const bad of ['', 'x', `${good}0`, good.slice(0, -1), flipped(good), '0'.repeat(good.length), 'ä'.repeat(good.length)]) {
        expect(await trusts(withProof(request, rig.proof, bad)), bad.slice(0, 20)).toBe(false);
      }
    });

    if (rig.coversBody) {
      test('the proof of another body is refused', async () => {
        const request = await signed();
        const changed = Buffer.from(request.body);
        changed[changed.length - 2] = (changed[changed.length - 2] ?? 0) ^ 1;
        expect(await trusts({ ...request, body: changed })).toBe(false);
      });
    }

    const { windowMs } = rig;
    if (windowMs !== undefined) {
      test('an old delivery played again is refused', async () => {
        const request = await signed();
        const later = (ms: number) => new Date(Date.parse(request.at) + ms).toISOString();
        expect(await trusts({ ...request, at: later(windowMs - 1000) })).toBe(true);
        expect(await trusts({ ...request, at: later(windowMs + 2000) })).toBe(false);
        expect(await trusts({ ...request, at: later(-windowMs - 2000) })).toBe(false);
      });
    }

    test('what it cannot read is UnreadableAlert, without a word of the body', async () => {
      for (const body of [
        '',
        'no json',
        '{"a":',
        '[]',
        'null',
        '3',
        '"planted-sentinel"',
        { planted: 'planted-sentinel' },
        Buffer.from([0xff, 0xfe]),
      ]) {
        const error = await read(webhook(body)).then(
          (alerts) => (alerts.length === 0 ? new UnreadableAlert('') : alerts),
          (e: unknown) => e,
        );
        expect(error).toBeInstanceOf(UnreadableAlert);
        expect(String(error)).not.toContain('planted');
      }
    });

    test('a body of a mebibyte is read or refused without trouble', async () => {
      const long = 'x'.repeat(1_000_000);
      for (const body of [
        `"${long}"`,
        '['.repeat(500_000),
        `{"a":${'['.repeat(200_000)}`,
        { ...asObject(rig.body), title: long, description: long },
      ]) {
        await expectReadOrUnreadable(webhook(body));
      }
    });

    test('whatever comes, nothing but UnreadableAlert is thrown, and alerts keep their limits', async () => {
      await fc.assert(
        fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), async (value) => expectReadOrUnreadable(webhook(value as unknown))),
        { numRuns: 200 },
      );
    });

    test('a proper body with any one value replaced is read or refused, never a crash', async () => {
      const places = placesOf(rig.body);
      await fc.assert(
        fc.asyncProperty(fc.nat(places.length - 1), fc.jsonValue({ maxDepth: 2 }), async (at, value) => {
          const place = places[at] ?? [];
          await expectReadOrUnreadable(webhook(replaced(rig.body, place, value)));
        }),
        { numRuns: 300 },
      );
    });

    test('trust never throws on hostile headers', async () => {
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
          const request = withProof(await signed(), rig.proof, text);
          expect(await trusts(request)).toBe(false);
        }),
        { numRuns: 50 },
      );
    });

    async function expectReadOrUnreadable(request: WebhookRequest): Promise<void> {
      try {
        for (const alert of await read(request)) {
          expect(alert.title.length).toBeLessThanOrEqual(300);
          expect(alert.key.length).toBeLessThanOrEqual(256);
          expect(alert.description.length).toBeLessThanOrEqual(4000);
          expect(Number.isNaN(Date.parse(alert.startedAt))).toBe(false);
          expect(alert.url).toMatch(/^(https?:\/\/|$)/);
        }
      } catch (error) {
        if (!(error instanceof UnreadableAlert)) throw error;
      }
    }
  });
}

type Proof = SourceRig['proof'];

function proofOf(request: WebhookRequest, proof: Proof): string {
  if ('header' in proof) return request.headers[proof.header] ?? '';
  if ('query' in proof) return request.query[proof.query] ?? '';
  return String(asObject(JSON.parse(Buffer.from(request.body).toString()))[proof.field]);
}

function withProof(request: WebhookRequest, proof: Proof, value: string | undefined): WebhookRequest {
  if ('header' in proof) return { ...request, headers: without(request.headers, proof.header, value) };
  if ('query' in proof) return { ...request, query: without(request.query, proof.query, value) };
  const { [proof.field]: _, ...rest } = asObject(JSON.parse(Buffer.from(request.body).toString()));
  return { ...request, body: Buffer.from(JSON.stringify(value === undefined ? rest : { ...rest, [proof.field]: value })) };
}

function without(all: Readonly<Record<string, string>>, name: string, value: string | undefined): Record<string, string> {
  const { [name]: _, ...rest } = all;
  return value === undefined ? rest : { ...rest, [name]: value };
}

function flipped(text: string): string {
  const last = text.at(-1) ?? '';
  return text.slice(0, -1) + (last === '0' ? '1' : '0');
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

type Path = readonly (string | number)[];

/** Every place inside a JSON value. */
function placesOf(value: unknown, at: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...at, key]))];
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((inner, i) => (String(i) === String(key) ? replaced(inner, rest, by) : inner));
  const all = asObject(value);
  return { ...all, [key]: replaced(all[key], rest, by) };
}
