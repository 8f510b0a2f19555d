import { around } from '../noise.ts';
import type { Story } from '../world/story.ts';
import { cartTotal, railsFrames, usualErrors } from './checkout-app.ts';
import { usual } from './usual.ts';

const KEY = 'stack-coupons';

/** One commit's own line raises on every cart without a coupon. */
export const badCode: Story = {
  ...usual,
  name: 'bad-code',
  title: 'A release that raises',
  about: 'A new line of code raises on every cart without a coupon. The commit that brought it is in the stack trace; reverting it helps.',
  onset: '2026-11-25T13:37:00Z',
  commits: [
    ...usual.commits,
    {
      key: 'footer',
      at: '2026-11-25T09:11:00Z',
      author: 'Jonas Weiss',
      message: 'Put the imprint into the footer',
      files: { 'app/views/layouts/_footer.html.erb': '<footer><a href="/imprint">Imprint</a></footer>\n' },
    },
    {
      key: KEY,
      at: '2026-11-25T13:24:00Z',
      author: 'Mira Okafor',
      message: 'Let two coupons count in one cart',
      mark: 'app/services/cart_total.rb',
      files: {
        'app/services/cart_total.rb': cartTotal.replace(
          '@cart.coupon ? @cart.coupon.cents : 0',
          '@cart.coupon.cents + @cart.second_coupon.cents',
        ),
      },
    },
  ],
  released: [
    { commit: 'last-seen', at: '2026-11-16T10:19:00Z' },
    { commit: 'footer', at: '2026-11-25T09:24:00Z' },
    { commit: KEY, at: '2026-11-25T13:35:50Z' },
  ],
  errors: [
    ...usualErrors,
    {
      id: 2230,
      class: 'NoMethodError',
      message: "undefined method `cents' for nil:NilClass",
      frames: [
        ...railsFrames,
        { filename: '/app/app/controllers/checkouts_controller.rb', lineno: 3, method: 'create' },
        { filename: '/app/app/services/cart_total.rb', lineno: 7, method: 'cents' },
        { filename: '/app/app/services/cart_total.rb', lineno: 13, method: 'discount_cents' },
      ],
      context: 'checkouts#create',
      level: 'error',
      firstSeen: '2026-11-25T13:36:10Z',
      httpStatus: 500,
      rate: (world, at) => Math.round(world.share(KEY, at) * around(164, 0.08, 'raise', at)),
    },
  ],
  opening: {
    by: 'alert',
    minute: 3,
    name: 'CheckoutErrorRate',
    severity: 'critical',
    summary: 'Checkout fails for most carts',
    description: 'More than 100 server errors a minute on POST /checkout.',
  },
  responder: [
    { do: 'lead' },
    { do: 'act', remedy: 'revert', when: 'cause' },
    { do: 'resolve', when: 'recovered', text: 'Reverted; the coupon code needs a test for carts without one.' },
  ],
  misses: (end) => [
    ...(end.first === 'code-exception' ? [] : [`the first hypothesis is ${end.first ?? 'missing'}`]),
    ...(end.suspects.length > 0 ? [] : ['no commit is convicted']),
    ...(end.revert === 'helps' ? [] : [`revert is ${end.revert}`]),
    ...(end.recovery === 'recovered' ? [] : [`the last word on recovery is ${end.recovery}`]),
  ],
};
