import { iris } from '../../src/rehearsal/stories/iris.ts';
import type { Story } from '../../src/rehearsal/world/story.ts';
import { echoes, leakyLine, planted } from './secrets.ts';

/** The Iris outage with secrets in everything that its sources tell: errors, logs, commits, statements, the alert. */
export const poisoned: Story = {
  ...iris,
  commits: iris.commits.map((commit) => ({
    ...commit,
    author: `Kathryn ${planted.token}`,
    message: `${commit.message}\n\nfor ${planted.mail}, password=${planted.password}, ${planted.token}`,
    ...(commit.branch === undefined
      ? {
          files: {
            ...commit.files,
            'config/secrets.yml': `production:\n  secret_key_base: ${planted.password}${commit.key}\n  mail: ${planted.mail}\n`,
          },
        }
      : {}),
  })),
  jobs: iris.jobs.map((job) => ({ ...job, log: [leakyLine, ...echoes, ...planted.key.split('\n'), ...job.log, leakyLine, ...echoes] })),
  errors: iris.errors.map((error) => ({
    ...error,
    message: `${error.message} params {"password":"${planted.password}","email":"${planted.mail}","card_number":"${planted.card}"} ${leakyLine} ${echoes[error.id % echoes.length]}`,
    context: error.context && `${error.context}?access_token=${planted.password}`,
  })),
  threads: (world, at) =>
    iris.threads(world, at).map((thread) => ({
      ...thread,
      info: thread.info?.replace(/(WHERE .*?) (ORDER|LIMIT)/, `$1 AND \`name\` = 'Kathryn Janeway' AND n = ${planted.number} $2`) ?? null,
    })),
  opening: {
    by: 'alert',
    minute: 11,
    name: `CheckoutDown`,
    severity: 'critical',
    summary: `checkout is down for ${planted.mail} password=${planted.password}`,
    description: `${leakyLine}\n${echoes.join('\n')}`,
  },
  responder: [
    { do: 'lead' },
    { do: 'act', remedy: 'revert', when: 'cause' },
    { do: 'tell', text: `we know, ${planted.mail}` },
    { do: 'resolve', text: `reverted, ${leakyLine}` },
  ],
};
