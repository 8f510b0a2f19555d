// Plain JavaScript: installs the system packages that the tests use, where they are missing and it may; else says in one line what to install.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const needed = [
  ['git', ['/usr/bin/git']],
  ['mariadb-server-core', ['/usr/sbin/mariadbd']],
  ['postgresql', ['/usr/lib/postgresql']],
  ['chromium', ['/usr/bin/chromium']],
  ['fonts-noto-color-emoji', ['/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf']],
];
const missing = needed.filter(([, paths]) => !paths.some((path) => existsSync(path))).map(([name]) => name);
if (missing.length > 0) {
  const root = process.getuid?.() === 0;
  const by = root ? [] : ['sudo', '-n'];
  const apt = (...args) => {
    const [command, ...rest] = [...by, 'apt-get', ...args];
    return (
      spawnSync(command, rest, { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
        .status === 0
    );
  };
  console.error(`Installing for the tests: ${missing.join(' ')}`);
  const done = existsSync('/usr/bin/apt-get') && apt('update', '-q') && apt('install', '-q', '-y', '--no-install-recommends', ...missing);
  if (!done) {
    console.error(`The tests need these packages: sudo apt-get install ${missing.join(' ')}`);
    process.exit(1);
  }
}
