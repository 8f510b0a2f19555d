import { expect, test } from 'vitest';
import { redact } from '../../src/core/redact.ts';
import { triagePage } from '../../src/core/triage-page.ts';
import { blind, causeSeen, day, diagnosis, found, incident, judged, opened, setup, stuck } from './brief/stories.ts';

const plain = { colour: false, width: 80, clean: redact };
const page = (events: Parameters<typeof incident>[0], options = plain) => triagePage(incident(events), day('03:05'), setup, options);
const GRANT =
  "GRANT PROCESS ON *.* TO 'a-bot-with-a-long-name'@'%';\nGRANT SELECT ON performance_schema.* TO 'a-bot-with-a-long-name'@'%';";
const inconclusive = diagnosis({ verdict: 'inconclusive', revert: 'unknown', hypotheses: [], suspects: [], next: ['look at the proxy'] });

test('first the cause and what to do, then every check, then what is there to paste', () => {
  const text = page(causeSeen);
  const order = ['Checkout is down', 'Cause (', 'Do now:', 'What I saw', '🔴 RDS', 'Log of deploy-tasks', 'KILL '].map((part) =>
    text.indexOf(part),
  );
  expect(order).not.toContain(-1);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(text).not.toMatch(/thread\b.*below|in the thread|Lead:|decide by/);
});

test('no cause: what is seen, what is not, and each fix as it is to be pasted, however long', () => {
  const text = page([opened(), found('mysql', [stuck]), blind('deploy', 'token expired', GRANT), judged(inconclusive)]);
  expect(text).toContain('I do not know the cause. What I see convicts no release and clears none.');
  expect(text).toContain(`So that I can see Kubernetes\n${GRANT}\n`);
  expect(text).toContain('Next: Look at the proxy.');
});

test('colours go by the mark, and only where they are wanted', () => {
  const events = [opened(), found('mysql', [stuck]), blind('deploy', 'token expired', GRANT), judged(inconclusive)];
  expect(page(events)).not.toContain('\u001B');
  const painted = page(events, { ...plain, colour: true });
  expect(painted).toMatch(/^\u001B\[1mCheckout is down\u001B\[0m\n/);
  expect(painted).toMatch(/^\u001B\[31m🔴 MySQL/m);
  expect(painted).toMatch(/^\u001B\[33m⚫ Kubernetes/m);
  expect(painted.replaceAll(/\u001B\[\d+m/g, '')).toBe(page(events));
});

test('what came from outside cannot steer the terminal', () => {
  const text = page([
    opened({ title: 'a\u001B]0;owned\u0007b' }),
    blind('deploy', 'x\u001B[2Jy', 'one\u001B[2J\ntwo'),
    judged(inconclusive),
  ]);
  expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/);
  expect(text).toContain('one\ntwo');
});
