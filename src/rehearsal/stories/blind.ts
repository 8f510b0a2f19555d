import { around } from '../noise.ts';
import type { Story } from '../world/story.ts';
import { railsFrames, usualErrors } from './checkout-app.ts';
import { usual, usualMetrics } from './usual.ts';

/** MySQL and Kubernetes turn the bot away, and what is left convicts nobody. */
export const blind: Story = {
  ...usual,
  name: 'blind',
  title: 'Two sources refuse',
  about:
    'The database refuses the bot’s login and its Kubernetes token has expired. Watch it say what it cannot see and how to mend it, instead of guessing.',
  onset: '2026-11-24T02:47:00Z',
  refuses: { mysql: true, kubernetes: true },
  commits: [
    ...usual.commits,
    {
      key: 'cart-hint',
      at: '2026-11-24T02:18:00Z',
      author: 'Jonas Weiss',
      message: 'Say in the cart what shipping costs',
      files: {
        'app/views/cart/show.html.erb': '<h1>Your cart</h1>\n<%= render @cart.items %>\n<%= render "shipping" %>\n',
        'app/views/cart/_shipping.html.erb': '<p>Shipping: 4.90</p>\n',
      },
    },
  ],
  released: [
    { commit: 'last-seen', at: '2026-11-16T10:19:00Z' },
    { commit: 'cart-hint', at: '2026-11-24T02:30:00Z' },
  ],
  errors: [
    ...usualErrors,
    {
      id: 1950,
      class: 'Net::HTTPFatalError',
      message: '502 "Bad Gateway"',
      frames: [...railsFrames, { filename: '/usr/local/lib/ruby/3.3.0/net/http/response.rb', lineno: 171, method: 'error!' }],
      context: 'checkouts#create',
      level: 'error',
      firstSeen: '2026-11-08T12:40:00Z',
      httpStatus: 502,
      rate: (world, at) => Math.round(at < world.onset ? around(2, 0.4, '502', at) : around(38, 0.12, '502', at)),
    },
  ],
  metrics: usualMetrics({ cpu: () => 9 }),
  opening: { by: 'command', minute: 17, text: 'checkout is slow' },
  responder: [{ do: 'resolve', from: 32, text: 'The payment proxy recovered by itself after its provider failed over.' }],
  misses: (end) => [
    ...(end.verdict === 'inconclusive' ? [] : [`the verdict is ${end.verdict}`]),
    ...(['mysql', 'deploy'].every((check) => end.blind.includes(check)) ? [] : [`blind: ${end.blind.join(', ') || 'none'}`]),
    ...(end.recovery === null ? [] : ['it judged a recovery although nothing was done']),
  ],
};
