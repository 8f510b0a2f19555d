import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { iris } from '../../src/rehearsal/stories/iris.ts';
import { worldAt } from './stage.ts';

let world: ReturnType<typeof worldAt>;
beforeEach(() => {
  world = worldAt(iris, 11);
});
afterEach(() => world.remove());

const MINUTE = 60_000;

/** As a person would: clone, revert the merge, push. */
function revertAndPush(): void {
  const clone = join(world.folder, 'clone');
  const env = { PATH: process.env.PATH ?? '', HOME: world.folder, GIT_CONFIG_NOSYSTEM: '1' };
  const who = ['-c', 'user.name=Mira', '-c', 'user.email=mira@checkout.example'];
  execFileSync('git', ['clone', '-q', world.repository.path, clone], { env });
  execFileSync('git', ['-C', clone, ...who, 'revert', '--no-edit', '-m', '1', 'HEAD'], { env });
  execFileSync('git', ['-C', clone, 'push', '-q', 'origin', 'master'], { env });
}

test('the story begins with its release live on every pod and its statements stuck', () => {
  const now = world.clock.time();
  expect(world.share('threaded-comments', now)).toBe(1);
  expect(world.pods('web', now)).toHaveLength(6);
  expect(world.story.threads(world, now).filter((t) => t.noIndex).length).toBeGreaterThan(170);
  expect(world.share('threaded-comments', world.onset - 5 * MINUTE)).toBe(0);
});

test('a pushed revert is built, reaches the pods, and the symptoms recede after it, not before', () => {
  revertAndPush();
  world.sync();
  const head = world.repository.head();
  expect(world.past()).toMatchObject([{ type: 'pushed', sha: head, carries: [] }]);
  const at = (minute: number) => {
    world.moveTo(minute);
    const now = world.clock.time();
    return {
      share: world.share('threaded-comments', now),
      stuck: world.story.threads(world, now).filter((t) => t.noIndex).length,
      images: new Set(world.pods('web', now).map((p) => p.revision.sha)),
    };
  };
  expect(at(16)).toMatchObject({ share: 1 });
  const live = at(21);
  expect(live.share).toBe(0);
  expect([...live.images]).toEqual([head]);
  expect(live.stuck).toBeGreaterThan(0);
  expect(at(26).stuck).toBe(0);
});

test('a rollback patch is faster than a build', () => {
  world.happen({ type: 'patched', deployment: 'web', image: world.imageOf(world.repository.sha('css')), restartedAt: '' });
  world.moveTo(13);
  expect(world.share('threaded-comments', world.clock.time())).toBe(0);
});
