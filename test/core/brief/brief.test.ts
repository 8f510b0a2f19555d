import { describe, expect, test } from 'vitest';
import { brief } from '../../../src/core/brief/brief.ts';
import type { Brief, Setup } from '../../../src/core/brief.ts';
import type { Hypothesis, Reason } from '../../../src/core/diagnosis.ts';
import type { IncidentEvent } from '../../../src/core/incident.ts';
import { plain } from '../../../src/core/mrkdwn.ts';
import { actionIds } from './read.ts';
import {
  blind,
  causeSeen,
  cpu,
  day,
  diagnosis,
  errors,
  FIX,
  found,
  incident,
  judged,
  lookEnded,
  looking,
  lookStarted,
  opened,
  orphans,
  quiet,
  recovered,
  releases,
  reverted,
  reverting,
  setup,
} from './stories.ts';

function card(events: readonly IncidentEvent[], now: string, with_: Setup = setup): { lines: readonly string[]; brief: Brief } {
  const made = brief(incident(events), day(now), with_);
  const lines = made.sections.flatMap((s) => (s.kind === 'lines' || s.kind === 'small' ? s.lines.map(plain) : []));
  return { lines: [made.title, ...lines], brief: made };
}

const inconclusive: readonly IncidentEvent[] = [
  opened(),
  lookStarted,
  found('rollbar', [errors]),
  quiet('rds', [{ ...cpu, tone: 'normal' }], day('03:02')),
  found('releases', releases),
  blind('mysql', 'access denied', "GRANT PROCESS ON *.* TO 'bot'@'%';"),
  blind('deploy', 'token expired Tuesday', 'kubectl create token pulaski'),
  blind('migrations', 'no database', 'set MYSQL_URL'),
  judged(
    diagnosis({
      verdict: 'inconclusive',
      revert: 'unknown',
      hypotheses: [],
      next: ['mysql cannot see (denied): grant', 'Ask who changed the cart', 'paste a log'],
      blind: [{ check: 'mysql', why: 'denied', fix: 'grant' }],
    }),
  ),
  lookEnded,
];

describe('looking', () => {
  const { lines, brief: made } = card(looking, '03:04:07');

  test('every check has a line with its numbers, units and times', () => {
    expect(lines).toContain('🔴 Errors: 310 errors/min (usual 4) since 02:53');
    expect(lines).toContain('🔴 RDS: CPU 97 % at 03:02 (usual 22 %)');
    expect(lines).toContain('🔴 Deploy job: deploy-tasks-4f1c2ab failed 02:51: exit 1');
    expect(lines).toContain('🔵 Releases: 4f1c2ab released 02:52 (proves nothing by itself)');
    expect(lines).toContain('⏳ MySQL: asking. Which statements pile up?');
    expect(lines).toContain('⚪ Sentry: not set up');
    expect(lines).toContain('Cause: not yet. 2 of 6 answers are still to come.');
  });

  test('who cannot see is named with the fix at once, while others are still asked', () => {
    const { lines: said } = card([...looking, blind('mysql', 'access denied', 'GRANT PROCESS')], '03:04:08');
    expect(said.filter((l) => l.includes('MySQL'))).toEqual(['⚫ MySQL: Access denied. Paste: GRANT PROCESS']);
    expect(said).toContain('Cause: not yet. 1 of 6 answers are still to come.');
  });

  test('the head says who, since when, until when', () => {
    expect(lines[0]).toBe('🔥 #12 Checkout is down');
    expect(lines[1]).toBe('opened 03:04 by @UCARYSSA1 · decide by 03:19');
    expect(lines[2]).toBe('Lead: nobody · Severity: not set · first errors 02:53 (11 min ago)');
  });

  test('the lock screen gets the same facts', () => {
    expect(made.text).toBe('#12 Checkout is down: looking. 310 errors/min · CPU 97 %');
  });

  test('lead, severity and the revert are within reach before any cause', () => {
    expect(actionIds(made)).toEqual(['lead', 'severity', 'revert']);
  });

  test('an alert names its source instead of a reporter', () => {
    const { by: _, ...alert } = opened({ alert: { ...firstAlert(), source: 'pagerduty', severity: 'critical' } });
    const said = card([alert, lookStarted], '03:04:02').lines;
    expect(said[1]).toMatch(/^Pagerduty 03:04/);
    expect(said[2]).toMatch(/SEV1/);
  });
});

function firstAlert(): Extract<IncidentEvent, { type: 'opened' }>['alert'] {
  const first = opened();
  if (first.type !== 'opened') throw new Error('not opened');
  return first.alert;
}

describe('above everything else', () => {
  test('who could not be invited, what else fires, who was told', () => {
    const other = { ...firstAlert(), key: 'other', title: 'Search is slow', service: 'search' };
    const { lines } = card(
      [
        ...looking,
        { type: 'invited', at: day('03:04:02'), users: ['U1'], failed: ['U2'] },
        { type: 'alerted', at: day('03:05'), alert: other },
        { type: 'alerted', at: day('03:06'), alert: { ...firstAlert(), status: 'resolved' } },
        { type: 'told', at: day('03:07'), text: 'x', nextAt: day('03:37') },
        { type: 'trouble', at: day('03:08'), text: 'The store cannot be written', fix: 'Free some disk' },
      ],
      '03:09',
    );
    expect(lines).toEqual(
      expect.arrayContaining([
        '⚠ Could not invite @U2',
        'The alert that opened this has resolved.',
        'Also 1 alert gathered here:',
        '• Search is slow (search)',
        'People outside were told 03:07; next update 03:37',
        '⚠ The store cannot be written. Free some disk',
      ]),
    );
  });
});

describe('cause seen', () => {
  const { lines, brief: made } = card(causeSeen, '03:05:10');

  test('says where it was seen, the chain from root to symptom, and what to do', () => {
    expect(lines).toContain('Cause (seen in the log)');
    expect(lines).toContain('1. deploy-tasks stopped 02:51: foreign key comments.post_id → posts.id refused (MySQL 1452)');
    expect(lines).toContain('4. RDS CPU 97 % → timeouts → 5xx everywhere');
    expect(lines).toContain('Do now: revert 4f1c2ab. 1 commit; live 9–13 min after the push (last 3).');
    expect(lines).toContain('Safe: its 2 migrations left nothing in the database (looked 03:04:11)');
    expect(lines).toContain('Not now: the migration or the index; the ALTER queues behind 183 queries.');
    expect(lines).toContain('Would change my mind: an index on comments.post_id');
  });

  test('words the cause as the judge does, so that it can be found again', () => {
    const h = { ...orphans, cause: 'message_threads.id reached 2147501999: 3 columns are too small' };
    const { lines: said } = card([...looking, judged(diagnosis({ hypotheses: [h] }))], '03:05');
    expect(said).toContain(`${h.cause}.`);
  });

  test('says when nobody may press', () => {
    expect(card(causeSeen, '03:05', { ...setup, actors: 'none' }).lines.join('\n')).toContain('ACTORS is empty: nobody may run an action');
  });

  test('never shows a rule id or the bare word confirmed', () => {
    expect(lines.join('\n')).not.toMatch(/migration-orphaned-rows|confirmed/);
  });

  test('the recommended action is first and alone primary', () => {
    const all = made.sections.flatMap((s) => (s.kind === 'buttons' ? s.buttons : []));
    expect(all[0]).toEqual({ action: 'revert', text: 'Revert 4f1c2ab…', value: 'inc-id-1', style: 'primary' });
    expect(all.filter((b) => b.style === 'primary')).toHaveLength(1);
    expect(all.map((b) => b.action)).toEqual(expect.arrayContaining(['copy', 'rollback', 'not-the-cause', 'tell', 'resolve']));
  });

  const log: Reason = { text: 'x', from: { check: 'deploy', kind: 'workload', key: 'a job' } };
  const metric: Reason = { text: 'x', from: { check: 'rds', kind: 'metric', key: 'CPUUtilization' } };
  const table: Reason = { text: 'x', from: { check: 'schema', kind: 'table', key: 'comments' } };
  const query: Reason = { text: 'x', from: { check: 'mysql', kind: 'query-group', key: 'q' } };

  test.each<[readonly Reason[], Hypothesis['confidence'], string]>([
    [[log, metric], 'likely', 'two signs'],
    [[log, log], 'likely', 'named in the error'],
    [[table], 'confirmed', 'seen in the schema'],
    [[query], 'confirmed', 'seen in the plan'],
  ])('how sure: %j %s', (because, confidence, says) => {
    const h: Hypothesis = { ...orphans, because, confidence };
    expect(card([...looking, judged(diagnosis({ hypotheses: [h] }))], '03:05').lines).toContain(`Cause (${says})`);
  });

  test('a refused cause is not shown again, and the question is open', () => {
    const refused = card([...causeSeen, { type: 'cause-refused', at: day('03:06'), rule: orphans.rule }], '03:06').lines;
    expect(refused[0]).toBe('🟠 #12 Checkout is down');
    expect(refused.join('\n')).not.toContain(orphans.cause);
    expect(refused).toContain('You said that what I named is not the cause: I leave it out.');
  });
});

describe('a revert that will not help', () => {
  const columns = 'conversation_parts.message_thread_id, thread_stats.message_thread_id, thread_labels.message_thread_id';
  const overflow = {
    ...orphans,
    rule: 'integer-overflow',
    cause: 'message_threads.id passed 2,147,483,647',
    because: [{ text: 'int', from: { check: 'schema', kind: 'table', key: 'thread_stats' } }],
    facts: { columns },
    remedy: { ...orphans.remedy, kind: 'widen-column', range: [], hazards: [], safety: 'unchecked' } as const,
    next: ['Start the small tables', 'Restart web, workers, cron, then switch on'],
  };
  const { lines, brief: made } = card(
    [
      opened(),
      lookStarted,
      found('schema', [
        { kind: 'table', tone: 'bad', table: 'conversation_parts', rows: 35e9 },
        { kind: 'table', tone: 'bad', table: 'thread_stats', rows: 310e6 },
        { kind: 'table', tone: 'bad', table: 'thread_labels', rows: 4e6 },
      ]),
      found('rollbar', [
        { kind: 'error-group', tone: 'bad', title: 'RangeError', transaction: 'POST /conversations', transactionShare: 1 },
      ]),
      judged(diagnosis({ revert: 'useless', why: 'none of 7 releases touches these tables', hypotheses: [overflow] })),
    ],
    '03:05',
    { ...setup, actions: ['revert', 'flag'] },
  );

  test('is said first-class, with every column, its size and the work it is', () => {
    expect(lines).toContain('Do not revert. None of 7 releases touches these tables.');
    expect(lines).toContain('🔴 conversation_parts.message_thread_id · 35 G rows · days');
    expect(lines).toContain('🔴 thread_stats.message_thread_id · 310 M rows · hours');
    expect(lines).toContain('🔴 thread_labels.message_thread_id · 4 M rows · minutes');
    expect(lines).toContain('Hit: 100 % of POST /conversations fails');
  });

  test('has no deadline, keeps the revert plain and reachable, offers the switch', () => {
    expect(lines[1]).not.toContain('decide');
    const all = made.sections.flatMap((s) => (s.kind === 'buttons' ? s.buttons : []));
    expect(all.find((b) => b.action === 'revert')).toEqual({ action: 'revert', text: 'Revert…', value: 'inc-id-1' });
    expect(all.map((b) => b.action)).toContain('flag');
  });
});

describe('an action', () => {
  test('on its way: who, what is done, what is awaited', () => {
    const { lines } = card(reverting, '03:06:45');
    expect(lines[0]).toBe('🔥 #12 Checkout is down · revert on its way');
    expect(lines).toContain('@UCARYSSA1 confirmed 03:06:40. Revert 4f1c2ab on master: one commit, nobody else’s work.');
    expect(lines).toContain('⏳ 03:06:42 checked again: master unmoved, no conflict, schema as before');
  });

  test('pushed: when it can be judged, what is faster, when the bot calls', () => {
    const { lines, brief: made } = card(reverted, '03:07');
    expect(lines).toContain('✔ 03:06:49 pushed a0c11fe to master (link)');
    expect(lines).toContain('·  pods on a0c11fe: none yet, expected about 03:17');
    expect(lines).toContain('Nothing can improve before the pods change. I judge from then.');
    expect(lines).toContain('Faster: roll back the pods to 91b07de, about 1 min; the branch is already right.');
    expect(lines).toContain('Not live by 03:28? Then I call @UCARYSSA1 here.');
    expect(actionIds(made)).toEqual(expect.arrayContaining(['rollback', 'copy', 'undo-revert', 'tell', 'look', 'revert']));
    const undo = made.sections.flatMap((s) => (s.kind === 'buttons' ? s.buttons : [])).find((b) => b.action === 'undo-revert');
    expect(undo?.value).toBe(`inc-id-1:${FIX}`);
  });

  test.each([
    [
      { status: 'refused', text: 'master moved to 77ab0c1', moved: true } as const,
      '✖ 03:06:50 revert not done: master moved to 77ab0c1. Press again for a new preview.',
    ],
    [
      { status: 'failed', text: 'push refused', fix: 'allow the bot to push' } as const,
      '✖ 03:06:50 revert failed: push refused. Fix: allow the bot to push',
    ],
    [{ status: 'dry-run', text: 'would push a0c11fe' } as const, 'Dry run 03:06:50, nothing was changed: would push a0c11fe'],
  ])('that changed nothing goes back to the cause and says why: %o', (result, says) => {
    const { lines } = card([...reverting, { type: 'action-ended', at: day('03:06:50'), action: 'act-1', result }], '03:07');
    expect(lines).toContain(says);
    expect(lines).toContain('Cause (seen in the log)');
  });
});

describe('recovery', () => {
  test('recovered: the table, the pace, the order in which the code may come back', () => {
    const { lines, brief: made } = card(recovered, '03:24:02');
    expect(lines[0]).toBe('✅ #12 Checkout is down · recovered');
    const table = made.sections.find((s) => s.kind === 'table');
    expect(table).toEqual({
      kind: 'table',
      head: ['', 'before', 'worst', 'now'],
      rows: [
        ['errors / min', '4', '310', '3'],
        ['stuck queries', '0', '183', '0'],
        ['CPU', '22 %', '97 %', '24 %'],
      ],
    });
    expect(lines).toContain('Recovered · 26 min of errors (02:53–03:19). Revert a0c11fe, live since 03:18.');
    expect(lines).toContain('I watch until 03:49.');
    expect(lines).toContain('3. Then git revert a0c11fe. Merging the branch again brings nothing back');
    expect(actionIds(made)).toEqual(expect.arrayContaining(['cause-yes', 'cause-no', 'resolve', 'tell', 'revert']));
    const primary = made.sections.flatMap((s) => (s.kind === 'buttons' ? s.buttons.filter((b) => b.style === 'primary') : []));
    expect(primary.map((b) => b.action)).toEqual(['resolve']);
  });

  test.each([
    ['better', '🟡', 'Better, not recovered: 1 of 1 symptoms still there.'],
    ['unchanged', '🟠', 'No better.'],
    ['worse', '🟠', 'Worse since the fix.'],
    ['cannot-tell', '🟠', 'I cannot tell whether it helped.'],
  ] as const)('%s', (word, mark, says) => {
    const symptoms = [{ key: 'a', name: 'errors', unit: '/ min', before: 4, worst: 310, now: 100, state: 'halved' as const }];
    const recovery = { word, liveAt: day('03:12'), symptoms, says: ['errors: 100 / min (worst 310 / min)'] };
    const { lines } = card([...reverted, { type: 'recovery-judged', at: day('03:20'), recovery }], '03:20');
    expect(lines[0]?.startsWith(mark)).toBe(true);
    expect(lines.some((l) => l.startsWith(says))).toBe(true);
    expect(lines).toContain('· errors: 100 / min (worst 310 / min)');
  });
});

describe('no cause', () => {
  test('says so, names who is blind with the fix, what that hides, and leaves the revert to a person', () => {
    const { lines, brief: made } = card(inconclusive, '03:04:20');
    expect(lines[0]).toBe('🟠 #12 Checkout is down');
    expect(lines).toContain('I do not know the cause. What I see convicts no release and clears none.');
    expect(lines).toContain("⚫ MySQL: Access denied. Paste: GRANT PROCESS ON *.* TO 'bot'@'%';");
    expect(lines).toContain('⚫ Kubernetes: Token expired Tuesday. Paste: kubectl create token pulaski');
    expect(lines.find((l) => l.includes('Hidden:'))).toContain('locks, missing index, failed migration, crashing pods');
    expect(lines).toContain('🟢 RDS: CPU 97 % at 03:02 (usual 22 %) (data to 03:02)');
    expect(lines.filter((l) => l.startsWith('Next:'))).toEqual(['Next: Ask who changed the cart.']);
    expect(lines).toContain('Revert? Your call, not my advice: I cannot check its migrations.');
    expect(lines).toContain('Last quiet release: 91b07de. I look every minute until 03:34, speak on change.');
    expect(actionIds(made)).toEqual(expect.arrayContaining(['look', 'paste', 'revert', 'note', 'lead', 'severity', 'resolve']));
    expect(made.text).toContain('3 checks cannot see: MySQL, Kubernetes and Migrations.');
  });

  test('healthy does not claim that nothing is wrong', () => {
    const healthy = diagnosis({ verdict: 'healthy', revert: 'unknown', hypotheses: [] });
    const { lines } = card([opened(), lookStarted, quiet('rds', [], day('03:02')), judged(healthy), lookEnded], '03:05');
    expect(lines).toContain('Nothing is wrong in what I can see. That does not prove that nothing is wrong.');
  });

  test('without any check it says that it cannot look', () => {
    const none = { ...setup, checks: setup.checks.map((c) => ({ ...c, on: false })) };
    expect(card([opened(), lookStarted], '03:04:05', none).lines.join('\n')).toContain('No check is set up: I cannot look at anything.');
  });
});

describe('in every phase', () => {
  const phases: readonly (readonly [string, readonly IncidentEvent[]])[] = [
    ['looking', looking],
    ['cause', causeSeen],
    ['acting', reverted],
    ['recovered', recovered],
    ['inconclusive', inconclusive],
  ];

  test.each(phases)('%s: Revert… is reachable, dry run and thread are said', (_, events) => {
    const placed: IncidentEvent = {
      type: 'placed',
      at: day('03:04:02'),
      place: { channel: 'C1', name: 'ops', thread: '1.1', why: 'the workspace forbids new channels.' },
    };
    const { lines, brief: made } = card([...events, placed], '03:25', { ...setup, dryRun: true });
    expect(actionIds(made)).toContain('revert');
    expect(lines.some((l) => l.startsWith('Dry run:'))).toBe(true);
    expect(lines).toContain('In a thread, because the workspace forbids new channels.');
  });

  test('closed keeps how long, the cause and who ended it', () => {
    const { lines, brief: made } = card(
      [...recovered, { type: 'resolved', at: day('03:31'), by: 'UCARYSSA1', fixedBy: 'the revert', note: '' }],
      '03:40',
    );
    expect(lines).toContain('Resolved 03:31 by @UCARYSSA1 after 38 min.');
    expect(lines).toContain('Fixed by: the revert');
    expect(actionIds(made)).toEqual([]);
  });

  test('what anybody wrote is one line and short', () => {
    const wild = 'x'.repeat(5000);
    const rude: IncidentEvent = found('rollbar', [{ kind: 'error-group', tone: 'bad', title: `a\n<!channel> ${wild}`, transaction: wild }]);
    for (const line of card([...looking, rude], '03:05').lines) {
      expect(line).not.toContain('\n');
      expect(line.length).toBeLessThan(400);
    }
  });
});

describe('a schema that changed outside of the bot', () => {
  const changed: IncidentEvent = {
    type: 'fix-elsewhere',
    at: day('03:40'),
    text: 'thread_stats.message_thread_id is BIGINT now (was INT)',
    live: { when: 'pods-newer', than: day('03:40') },
  };
  const pods = (oldest: string) =>
    found(
      'deploy',
      [
        {
          kind: 'rollout',
          tone: 'normal',
          deployment: 'web',
          oldestPodStartedAt: day(oldest),
          pods: { ready: 212, wanted: 212, updated: 212 },
        },
      ],
      day('03:41'),
    );
  const withRestart = { ...setup, actions: ['restart'] as const };

  test('restart before you switch on, as the first button', () => {
    const { lines, brief: made } = card([...causeSeen, changed, pods('01:00')], '03:41', withRestart);
    expect(lines).toContain('🟡 Seen 03:40: thread_stats.message_thread_id is BIGINT now (was INT); pods older');
    expect(lines).toContain('212 pods are older: each still believes the old schema and will fail again.');
    expect(lines).toContain('Do now: 1. restart web, workers and cron  2. then switch on');
    const all = made.sections.flatMap((s) => (s.kind === 'buttons' ? s.buttons : []));
    expect(all[0]).toEqual({ action: 'restart', text: 'Restart…', value: 'inc-id-1', style: 'primary' });
    expect(all.filter((b) => b.style === 'primary')).toHaveLength(1);
  });

  test('once the pods are newer it is done', () => {
    const { lines, brief: made } = card([...causeSeen, changed, pods('03:50')], '03:55', withRestart);
    expect(lines).toContain('✔ Seen 03:40: thread_stats.message_thread_id is BIGINT now (was INT); pods newer');
    expect(lines.join('\n')).not.toContain('then switch on');
    expect(actionIds(made)[0]).toBe('revert');
  });
});
