import { describe, expect, test } from 'vitest';
import type { IncidentEvent } from '../../src/core/incident.ts';
import { pushes } from '../../src/core/push.ts';
import {
  blind,
  causeSeen,
  day,
  diagnosis,
  incident,
  judged,
  lookEnded,
  looking,
  orphans,
  recovered,
  reverted,
  reverting,
  setup,
} from './brief/stories.ts';

const due = (events: readonly IncidentEvent[], now: string) => pushes(incident(events), day(now), setup);
const keys = (events: readonly IncidentEvent[], now: string) => due(events, now).map((p) => p.key);
const posted = (key: string, at: string, kind: 'push' | 'reminder' = 'push'): IncidentEvent => ({
  type: 'posted',
  at: day(at),
  key,
  kind,
  ts: '1.2',
  text: 'x',
});
const noCause = judged(diagnosis({ verdict: 'inconclusive', revert: 'unknown', hypotheses: [] }));

describe('the first five minutes', () => {
  test('first facts only when the look takes its time', () => {
    expect(keys(looking, '03:04:02')).toEqual([]);
    const [push] = due(looking, '03:04:04');
    expect(push?.key).toBe('opened');
    expect(push?.text).toMatch(
      /^Checkout is down: 310 errors\/min \(usual 4\) since <!date\^\d+\^\{time\}\|02:53 UTC>\. CPU 97 % .*Asking MySQL and Migrations\.$/,
    );
  });

  test('a cause is one push per rule and says whether a revert helps', () => {
    const [push, ...others] = due(causeSeen, '03:04:20');
    expect(others).toEqual([]);
    expect(push?.key).toBe('cause:migration-orphaned-rows');
    expect(push?.text).toContain('Revert is checked safe.');
    expect(keys([...causeSeen, posted('cause:migration-orphaned-rows', '03:04:21')], '03:04:30')).toEqual([]);
  });

  test('a useless revert is said on the lock screen', () => {
    const useless = judged(
      diagnosis({
        revert: 'useless',
        hypotheses: [{ ...orphans, rule: 'integer-overflow', remedy: { ...orphans.remedy, kind: 'widen-column' } }],
      }),
    );
    expect(due([...looking, useless], '03:04:20')[0]?.text).toContain('Reverting will NOT help.');
  });

  test('no cause names who cannot see', () => {
    const [push] = due([...looking, blind('mysql', 'denied', 'grant'), noCause, lookEnded], '03:04:20');
    expect(push?.text).toBe('Checkout is down: no cause found. One check cannot see: MySQL.');
  });

  test('where the first facts were told, "no cause" waits for the second look and leaves room for a cause', () => {
    const told = [...looking, posted('opened', '03:04:05'), noCause, lookEnded];
    expect(keys(told, '03:04:30')).toEqual([]);
    const again: readonly IncidentEvent[] = [
      { type: 'look-started', at: day('03:05'), look: 2, lean: true, asked: ['rollbar'] },
      { type: 'look-ended', at: day('03:05:04'), look: 2 },
    ];
    expect(keys([...told, ...again], '03:05:10')).toEqual(['no-cause']);
  });

  test('the card and two pushes, never more; the third waits', () => {
    const two = [...causeSeen, posted('opened', '03:04:05'), posted('no-cause', '03:04:10')];
    expect(keys(two, '03:08:59')).toEqual([]);
    expect(keys(two, '03:09:00')).toEqual(['cause:migration-orphaned-rows']);
  });

  test('nothing before the card is there', () => {
    expect(
      keys(
        causeSeen.filter((e) => e.type !== 'card-posted'),
        '03:05',
      ),
    ).toEqual([]);
  });
});

describe('the clock obeys the diagnosis', () => {
  const seen = [...causeSeen, posted('cause:migration-orphaned-rows', '03:04:21')];
  test('two thirds of the deadline, then the deadline, each once and with the buttons', () => {
    const [early] = due(seen, '03:14');
    expect(early).toMatchObject({ key: 'reminder:two-thirds', kind: 'reminder' });
    expect(early?.text).toMatch(/^5 min left to decide on a revert .* A revert helps\. Last quiet release: 91b07de\.$/);
    const [late] = due([...seen, posted('reminder:two-thirds', '03:14', 'reminder')], '03:19');
    expect(late?.key).toBe('reminder:deadline');
    expect(late?.buttons?.[0]).toMatchObject({ action: 'revert', style: 'primary' });
  });

  test('an unknown cause: decide, it is your call', () => {
    const [push] = due([...looking, noCause, lookEnded, posted('no-cause', '03:04:20')], '03:19');
    expect(push?.text).toMatch(/^Decide now: revert or not\? No cause found; a revert is your call\. Last quiet release: 91b07de\.$/);
  });

  test('a useless revert: the reminder names the remedy instead', () => {
    const h = { ...orphans, rule: 'stale-schema-cache', remedy: { ...orphans.remedy, kind: 'restart' as const } };
    const [push] = due(
      [
        ...looking,
        judged(diagnosis({ revert: 'useless', why: 'no release touches it', hypotheses: [h] })),
        posted('cause:stale-schema-cache', '03:05'),
      ],
      '03:19',
    );
    expect(push?.text).toBe(
      'The time to decide is over and nothing is on its way. No release touches it. Do now: restart web, workers and cron.',
    );
  });

  test('a change outside that is not live yet neither wakes the clock nor calls the one whose fix was live before', () => {
    const recovery = (word: 'better' | 'not-live-yet') => ({
      word,
      symptoms: [],
      says: [],
      ...(word === 'better' ? { liveAt: day('03:16') } : {}),
    });
    const changed: readonly IncidentEvent[] = [
      ...reverting,
      { type: 'recovery-judged', at: day('03:17'), recovery: recovery('better') },
      { type: 'fix-elsewhere', at: day('03:18'), text: 'a column is BIGINT now', live: { when: 'pods-newer', than: day('03:18') } },
      { type: 'recovery-judged', at: day('03:18'), recovery: recovery('not-live-yet') },
    ];
    expect(keys(changed, '03:59').filter((key) => /^(?:reminder|not-live)/.test(key))).toEqual([]);
  });

  test('silent once a fix is on its way, recovered, or closed', () => {
    expect(keys(reverting, '03:19')).toEqual([]);
    expect(keys(reverted, '03:19')).toEqual([]);
    expect(keys([...seen, { type: 'resolved', at: day('03:10'), fixedBy: 'x', note: '' }], '03:19')).toEqual([]);
  });
});

test('who was told waits for the next update', () => {
  const told: IncidentEvent = { type: 'told', at: day('03:10'), text: 'We know', nextAt: day('03:40') };
  const events = [...recovered, posted(`recovery:recovered:${day('03:18')}`, '03:24'), told];
  expect(keys(events, '03:39')).toEqual([]);
  const [push] = due(events, '03:40');
  expect(push).toMatchObject({ kind: 'reminder', text: 'People outside were told 30 min ago and wait for an update.' });
  expect(push?.buttons?.[0]?.action).toBe('tell');
});

describe('after an action', () => {
  test('recovered: since when, and what runs', () => {
    const [push] = due(recovered, '03:24:02');
    expect(push?.key).toBe(`recovery:recovered:${day('03:18')}`);
    expect(push?.text).toMatch(/^Recovered <!date[^>]*03:19 UTC>, held 5 min\. a0c11fe is live\. It was: Checkout is down\.$/);
  });

  test('better: errors by their route and class, not by their whole message', () => {
    const symptom = (name: string, more: object = {}) => ({ key: name, name, worst: 100, now: 50, state: 'halved' as const, ...more });
    const message = 'ActiveModel::RangeError: 2147501882 is out of range for ActiveModel::Type::Integer with limit 4 bytes';
    const symptoms = [
      symptom(`threads#create: ${message}`),
      symptom(message),
      symptom('CPUUtilization'),
      symptom('errors', { settling: true }),
    ];
    const recovery = { word: 'better', liveAt: day('03:18'), symptoms, says: [] } as const;
    const [push] = due([...reverted, { type: 'recovery-judged', at: day('03:19'), recovery }], '03:21');
    expect(push?.text).toBe('Better, not recovered. Still there: threads#create: ActiveModel::RangeError, ActiveModel::RangeError, CPU.');
  });

  test('a bad word waits until metrics had time', () => {
    const unchanged = [
      ...reverted,
      { type: 'recovery-judged', at: day('03:19'), recovery: { word: 'unchanged', liveAt: day('03:18'), symptoms: [], says: [] } },
    ] as const;
    expect(keys(unchanged, '03:20')).toEqual([]);
    expect(keys(unchanged, '03:23')).toEqual([`recovery:unchanged:${day('03:18')}`]);
  });

  test('not live after twice the usual time: the one who pressed is called', () => {
    expect(keys(reverted, '03:28')).toEqual([]);
    const [push] = due(reverted, '03:29');
    expect(push?.text).toMatch(/^<@UCARYSSA1> a0c11fe is not live after 22 min, twice the usual time\./);
  });

  test('what did not happen calls the one who pressed, with the fix', () => {
    const failed: IncidentEvent = {
      type: 'action-ended',
      at: day('03:10'),
      action: 'act-1',
      result: { status: 'failed', text: 'push refused', fix: 'allow <!channel> to push' },
    };
    const push = due([...reverting, failed], '03:10').find((p) => p.key === 'action:act-1:failed');
    expect(push?.text).toBe('<@UCARYSSA1> the revert failed: push refused Fix: allow &lt;!channel&gt; to push');
  });

  test('a schema that changed elsewhere: restart before you switch on, with the button', () => {
    const changed: IncidentEvent = {
      type: 'fix-elsewhere',
      at: day('03:40'),
      text: 'thread_stats.message_thread_id is BIGINT now',
      live: { when: 'pods-newer', than: day('03:40') },
    };
    const push = due([...causeSeen, changed], '03:40').find((p) => p.key.startsWith('restart-first:'));
    expect(push?.text).toContain('Restart BEFORE switching on.');
    expect(push?.buttons?.[0]?.action).toBe('restart');
  });
});
