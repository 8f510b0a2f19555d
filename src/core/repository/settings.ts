import type { GitMirror } from '../kit/git.ts';
import { githubRepository } from '../kit/github.ts';
import type { Kit } from '../kit/index.ts';
import type { Setting } from '../part.ts';

/** The settings of everything that reads the repository, in one place: they are the same for checks and for the revert. */
export const gitSettings = {
  GIT_REMOTE: { about: 'URL of the repository that is deployed', example: 'https://github.com/acme/shop.git', switch: true },
  GIT_BRANCH: { about: 'Branch that is deployed', example: 'master', preset: 'master' },
  GITHUB_TOKEN: {
    about: 'GitHub token: contents read; for Revert also contents and pull requests write',
    example: 'github_pat_...',
    preset: '',
    secret: true,
  },
  GITHUB_API_URL: {
    about: 'GitHub API, for GitHub Enterprise',
    example: 'https://github.example.com/api/v3',
    preset: 'https://api.github.com',
  },
  DATA_DIR: { about: 'Folder for the journal and the git mirror', example: './data', preset: './data' },
} as const satisfies Record<string, Setting>;

/** The token goes to GitHub's own addresses only. */
export function mirrorOf(env: (name: string) => string, kit: Pick<Kit, 'git'>): GitMirror {
  const remote = env('GIT_REMOTE');
  const token = githubRepository(remote, env('GITHUB_API_URL')) ? env('GITHUB_TOKEN') : '';
  return kit.git.mirror({ remote, folder: env('DATA_DIR'), token });
}
