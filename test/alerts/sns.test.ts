import { createSign, generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { Agent } from 'node:https';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { snsSource } from '../../src/alerts/sns.ts';
import { type SnsMessage, signatures } from '../../src/alerts/sns-message.ts';
import { type Alert, UnreadableAlert } from '../../src/core/alert.ts';
import { alertSourceContract } from '../contract/alert-source.ts';
import { arrival, envOf, webhook } from '../support/webhook.ts';

const topic = 'arn:aws:sns:us-east-1:123456789012:alarms';
const certificate = `https://sns.us-east-1.amazonaws.com/SimpleNotificationService-${'a'.repeat(32)}.pem`;
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const alarm = {
  AlarmName: 'rds-cpu P1',
  AlarmDescription: 'CPU of the main database',
  NewStateValue: 'ALARM',
  NewStateReason: 'Threshold Crossed: 97.5 > 90',
  StateChangeTime: '2026-11-21T20:29:00.123+0000',
  Region: 'US East (N. Virginia)',
  AlarmArn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:rds-cpu P1',
  OldStateValue: 'OK',
  Trigger: { MetricName: 'CPUUtilization', Namespace: 'AWS/RDS', Dimensions: [{ name: 'DBInstanceIdentifier', value: 'main' }] },
};
const says: Partial<Alert> = {
  key: alarm.AlarmArn,
  title: 'rds-cpu P1',
  severity: 'critical',
  status: 'firing',
  startedAt: '2026-11-21T20:29:00.123Z',
  url: 'https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#alarmsV2:alarm/rds-cpu%20P1',
  labels: { DBInstanceIdentifier: 'main', metric: 'CPUUtilization', region: 'us-east-1' },
};

interface Unsigned extends Record<string, unknown> {
  Type: SnsMessage['Type'];
  MessageId: string;
  TopicArn: string;
  Message: string;
  Timestamp: string;
  SignatureVersion: SnsMessage['SignatureVersion'];
  SigningCertURL: string;
  SubscribeURL?: string;
}

function message(inside: unknown, over: Partial<Unsigned> = {}): Unsigned {
  return {
    Type: 'Notification',
    MessageId: 'da41e39f-ea4d-435a-b922-c6aae3915ebe',
    TopicArn: topic,
    Subject: 'ALARM: "rds-cpu" in US East (N. Virginia)',
    Message: typeof inside === 'string' ? inside : JSON.stringify(inside),
    Timestamp: arrival,
    SignatureVersion: '2',
    SigningCertURL: certificate,
    ...over,
  };
}

/** What AWS signs: names and values, a line each, in this order, of the fields that are there. */
function signed(said: Unsigned): SnsMessage {
  const names = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const text = names
    .flatMap((name) => (name in said && (name !== 'Subject' || said.Type === 'Notification') ? [`${name}\n${said[name]}\n`] : []))
    .join('');
  const signer = createSign(said.SignatureVersion === '1' ? 'RSA-SHA1' : 'RSA-SHA256').update(text);
  return { ...said, Signature: signer.sign(keys.privateKey, 'base64') };
}

/** Stands where AWS keeps its certificates. The verifier takes a public key as well as a certificate. */
let aws: Server;
let agent: Agent;
let asked: string[] = [];
let answers = true;
beforeAll(async () => {
  aws = createServer((request, response) => {
    asked.push(`${request.headers.host}${request.url}`);
    response.end(answers ? keys.publicKey.export({ type: 'spki', format: 'pem' }) : '<html>Service Unavailable</html>');
  });
  await new Promise<void>((resolve) => aws.listen(0, '127.0.0.1', resolve));
  const address = aws.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  agent = new Agent();
  agent.createConnection = () => connect(port, '127.0.0.1');
});
afterAll(() => new Promise((resolve) => aws.close(resolve)));

const confirmed: string[] = [];
const outside = {
  signed: (said: SnsMessage) => signatures(agent)(said),
  get: async (url: string) => {
    confirmed.push(url);
    return { ok: true };
  },
};
const source = snsSource(envOf({ SNS_TOPIC_ARNS: `${topic}, arn:aws:sns:eu-west-1:1:other` }), outside);
const trusts = (said: unknown, headers = {}) => source.trusts(webhook(said, headers));

for (const version of ['1', '2'] as const) {
  alertSourceContract('sns', `signature version ${version}`, () => ({
    source: { ...source, read: (request) => source.read(unwrapped(request)) },
    body: alarm,
    says,
    sign: (r) => ({
      ...r,
      body: Buffer.from(JSON.stringify(signed(message(Buffer.from(r.body).toString(), { SignatureVersion: version })))),
    }),
    proof: { field: 'Signature' },
    coversBody: true,
    windowMs: 3_600_000,
  }));
}

/** The contract's spoiled bodies are alarms: they come inside of a message. */
function unwrapped(request: ReturnType<typeof webhook>): ReturnType<typeof webhook> {
  const text = Buffer.from(request.body).toString();
  return text.includes('"SigningCertURL"') ? request : webhook({ ...message(text), Signature: '' });
}

describe('trust', () => {
  test("a topic that is not ours is refused although AWS signed it, and AWS isn't even asked", async () => {
    asked = [];
    expect(await trusts(signed(message(alarm, { TopicArn: 'arn:aws:sns:us-east-1:666:alarms' })))).toBe(false);
    expect(asked).toEqual([]);
  });

  test('raw delivery has no signature and is refused', async () => {
    expect(await trusts(alarm, { 'x-amz-sns-rawdelivery': 'true' })).toBe(false);
    expect(await trusts(signed(message(alarm)), { 'x-amz-sns-rawdelivery': 'true' })).toBe(false);
  });

  test.each([
    'https://evil.example.com/SimpleNotificationService-a.pem',
    `http://sns.us-east-1.amazonaws.com/SimpleNotificationService-${'a'.repeat(32)}.pem`,
    `https://sns.us-east-1.amazonaws.com.evil.example.com/SimpleNotificationService-${'a'.repeat(32)}.pem`,
    `https://sns.us-east-1.amazonaws.com@evil.example.com/SimpleNotificationService-${'a'.repeat(32)}.pem`,
    'https://sns.us-east-1.amazonaws.com/other.pem',
    `https://sns.us-east-1.amazonaws.com/SimpleNotificationService-${'a'.repeat(32)}.pem?x`,
    `https://sns.us-east-1.amazonaws.com/../SimpleNotificationService-${'a'.repeat(32)}.pem`,
    `https://sns.us-east-1.amazonaws.com:443/SimpleNotificationService-${'a'.repeat(32)}.pem`,
    `https://sns.us-east-1.amazonaws.com./SimpleNotificationService-${'a'.repeat(32)}.pem`,
    `https://:word@sns.us-east-1.amazonaws.com/SimpleNotificationService-${'a'.repeat(32)}.pem`,
    `https://[::1]/SimpleNotificationService-${'a'.repeat(32)}.pem`,
    'http://169.254.169.254/latest/meta-data',
  ])('no certificate is fetched from %s', async (url) => {
    asked = [];
    expect(await trusts(signed(message(alarm, { SigningCertURL: url })))).toBe(false);
    expect(asked).toEqual([]);
  });

  test('an error page instead of a certificate is not kept', async () => {
    const check = signatures(agent);
    answers = false;
    expect(await check(signed(message(alarm)))).toBe(false);
    answers = true;
    expect(await check(signed(message(alarm)))).toBe(true);
  });

  test('a token in the address stands for the list of topics, never for the signature', async () => {
    const byToken = snsSource(envOf({ ALERT_TOKEN_SNS: 'token' }), outside);
    expect(await byToken.trusts(webhook(signed(message(alarm)), {}, { token: 'token' }))).toBe(true);
    expect(await byToken.trusts(webhook(signed(message(alarm)), {}, { token: 'other' }))).toBe(false);
    expect(await byToken.trusts(webhook({ ...message(alarm), Signature: 'AAAA' }, {}, { token: 'token' }))).toBe(false);
  });
});

describe('subscription', () => {
  const ask = (SubscribeURL: string) =>
    message('You have chosen to subscribe', { Type: 'SubscriptionConfirmation', SubscribeURL, Token: 'T' });
  const good = 'https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=T';

  test('is trusted when signed, and confirmed at AWS', async () => {
    const request = webhook(signed(ask(good)));
    expect(await source.trusts(request)).toBe(true);
    confirmed.length = 0;
    expect(await source.read(request)).toEqual([]);
    expect(confirmed).toEqual([good]);
  });

  test.each([
    'http://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription',
    'https://sns.us-east-1.amazonaws.com.evil.example.com/',
    'https://sns.us-east-1.amazonaws.com:8443/',
    'https://user@sns.us-east-1.amazonaws.com/',
    'https://:word@sns.us-east-1.amazonaws.com/',
    'https://sns.us-east-1.amazonaws.com@evil.example.com/',
    'https://sns.us-east-1.amazonaws.com./',
    'https://sns.us-east-1.evil.example.com/',
    'https://evil.example.com/sns.us-east-1.amazonaws.com/',
    'https://evil.example.com#sns.us-east-1.amazonaws.com',
    'https://sns.us-east-1.amazon\u0430ws.com/',
    'https://[::1]/',
    'https://[::ffff:169.254.169.254]/',
    'https://2852039166/',
    'https://127.0.0.1/',
    'file:///etc/passwd',
    'x',
    '',
  ])('is not confirmed at %s', async (url) => {
    confirmed.length = 0;
    await expect(source.read(webhook(signed(ask(url))))).rejects.toThrow(UnreadableAlert);
    expect(confirmed).toEqual([]);
  });

  test('a confirmation that fails is an error, so that SNS asks again', async () => {
    const refused = snsSource(envOf({ SNS_TOPIC_ARNS: topic }), { ...outside, get: async () => ({ ok: false }) });
    await expect(refused.read(webhook(signed(ask(good))))).rejects.toThrow('could not be confirmed');
  });

  test('the end of a subscription opens nothing', async () => {
    expect(await source.read(webhook(signed(message('bye', { Type: 'UnsubscribeConfirmation', SubscribeURL: good, Token: 'T' }))))).toEqual(
      [],
    );
  });
});

const cases: [name: string, over: object, alert: Partial<Alert> | undefined][] = [
  ['OK resolves', { NewStateValue: 'OK' }, { status: 'resolved', key: alarm.AlarmArn }],
  ['no data is neither', { NewStateValue: 'INSUFFICIENT_DATA' }, undefined],
  ['no severity is unknown, whatever else the name says', { AlarmName: 'high error rate' }, { severity: 'unknown' }],
  ['a severity in the description', { AlarmName: 'x', AlarmDescription: 'severity: high' }, { severity: 'high' }],
  ['a composite alarm', { Trigger: undefined, AlarmRule: 'ALARM(a) OR ALARM(b)' }, { status: 'firing', labels: { region: 'us-east-1' } }],
  ['metric maths', { Trigger: { Metrics: [{ Id: 'e1' }] } }, { status: 'firing' }],
];
for (const [name, over, alert] of cases) {
  test(name, async () => {
    const [read] = await source.read(webhook(signed(message({ ...alarm, ...over }))));
    if (alert === undefined) expect(read).toBeUndefined();
    else expect(read).toMatchObject(alert);
  });
}
