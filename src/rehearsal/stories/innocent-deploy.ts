import { around } from '../noise.ts';
import type { Story } from '../world/story.ts';
import type { World } from '../world/world.ts';
import { railsFrames, usualErrors } from './checkout-app.ts';
import { usual } from './usual.ts';

/** Minutes after the onset when the provider is back. */
const BACK = 22;

const failing = (world: World, at: number) => at >= world.onset && at < world.onset + BACK * 60_000;

/** The payment provider is down; a release of two stylesheets went out four minutes before, and has nothing to do with it. */
export const innocentDeploy: Story = {
  ...usual,
  name: 'innocent-deploy',
  title: 'A release that only looks guilty',
  about: 'A stylesheet went live four minutes before the payment provider stopped answering. Watch the bot leave the release alone.',
  onset: '2026-11-26T14:06:00Z',
  commits: [
    ...usual.commits,
    {
      key: 'buttons',
      at: '2026-11-26T13:51:00Z',
      author: 'Jonas Weiss',
      message: 'Round the corners of the buttons',
      files: {
        'app/assets/stylesheets/buttons.css': '.button { border-radius: 6px; }\n',
        'app/assets/stylesheets/application.css': 'body { font-family: sans-serif; }\n.cart { padding: 1rem; }\n@import "buttons";\n',
      },
    },
  ],
  released: [
    { commit: 'orders-page', at: '2026-11-09T13:55:00Z' },
    { commit: 'last-seen', at: '2026-11-16T10:19:00Z' },
    { commit: 'buttons', at: '2026-11-26T14:01:30Z' },
  ],
  errors: [
    ...usualErrors,
    {
      id: 2310,
      class: 'Net::OpenTimeout',
      message: 'Failed to open TCP connection to api.payments.example:443 (execution expired)',
      frames: [
        ...railsFrames,
        { filename: '/app/app/controllers/checkouts_controller.rb', lineno: 3, method: 'create' },
        { filename: '/app/app/services/payment_gateway.rb', lineno: 5, method: 'charge' },
        { filename: '/usr/local/lib/ruby/3.3.0/net/http.rb', lineno: 1603, method: 'initialize' },
      ],
      context: 'checkouts#create',
      level: 'error',
      firstSeen: '2026-11-05T16:20:00Z',
      httpStatus: 504,
      rate: (world, at) => Math.round(failing(world, at) ? around(72, 0.1, 'payments', at) : around(0.6, 1, 'payments', at)),
    },
  ],
  opening: { by: 'command', minute: 8, text: 'nobody can pay' },
  responder: [{ do: 'resolve', from: 34, text: 'The payment provider had an outage and is back.' }],
  misses: (end) => [
    ...(end.suspects.length === 0 ? [] : [`it convicted ${end.suspects.join(', ')}`]),
    ...(end.revert === 'useless' || end.revert === 'unknown' ? [] : [`revert is ${end.revert}`]),
    ...(end.recovery === null ? [] : ['it judged a recovery although nothing was done']),
  ],
};
