import { expect, test } from 'vitest';
import { checkLines } from '../../../src/core/brief/checks.ts';
import type { Finding } from '../../../src/core/evidence.ts';
import { plain } from '../../../src/core/mrkdwn.ts';
import { day, found, incident, opened, setup } from './stories.ts';

function said(check: string, findings: readonly Finding[]): string {
  const line = checkLines(incident([opened(), found(check, findings)]), setup).find(
    (c) => c.line.length > 0 && c.mark !== '⏳' && c.mark !== '⚪',
  );
  return plain(line?.line ?? []);
}

test('facts that do not fit a phone are counted, none is cut in its middle', () => {
  const group = (title: string): Finding => ({ kind: 'error-group', tone: 'bad', title, count: 9, transaction: 'orders#index' });
  const words = said('rollbar', [
    group('Rack::Timeout::RequestTimeoutException: Request ran long'),
    group('ActiveRecord::ConnectionTimeoutError: no pool'),
  ]);
  expect(words).toContain('RequestTimeoutException: Request ran long ×9 on orders#index and 1 more');
  expect(words).not.toContain('…');
});

test('a release of one commit is told by that commit', () => {
  const sha = 'ab86f22'.padEnd(40, '0');
  const words = said('releases', [
    { kind: 'release', tone: 'changed', at: day('02:31'), sha, by: 'Jonas Weiss' },
    {
      kind: 'commit',
      tone: 'changed',
      sha,
      live: true,
      liveAt: day('02:31'),
      message: 'Say what shipping costs',
      files: ['app/views/cart.erb'],
    },
  ]);
  expect(words).toContain('Say what shipping costs');
  expect(words).not.toContain('Jonas Weiss');
});
