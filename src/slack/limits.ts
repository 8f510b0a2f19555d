/** Slack's limits by name. All lengths in UTF-16 units, as Slack counts. */

/** https://docs.slack.dev/reference/block-kit/blocks/header-block */
export const HEADER_TEXT = 150;
/** https://docs.slack.dev/reference/block-kit/blocks/section-block says 3000; failures near 2960 are on record. */
export const SECTION_TEXT = 2900;
/** https://docs.slack.dev/reference/block-kit/blocks/actions-block */
export const ACTION_ELEMENTS = 25;
/** https://docs.slack.dev/reference/block-kit/block-elements/button-element */
export const BUTTON_TEXT = 75;
export const BUTTON_VALUE = 2000;
/** https://docs.slack.dev/reference/block-kit/blocks */
export const MESSAGE_BLOCKS = 50;
export const MODAL_BLOCKS = 100;
/** Undocumented: `msg_blocks_too_long` was seen at about 13,200, https://github.com/slackapi/bolt-js/issues/2509 */
export const MESSAGE_CHARACTERS = 12_000;
/** chat.update refuses more, chat.postMessage only advises it: https://docs.slack.dev/reference/methods/chat.update */
export const MESSAGE_TEXT = 4000;
/** https://docs.slack.dev/reference/block-kit/blocks/table-block; one per message, its text about 10,000. */
export const TABLE_ROWS = 100;
export const TABLE_CELLS = 20;
export const TABLE_CHARACTERS = 10_000;
/** https://docs.slack.dev/reference/views */
export const MODAL_TITLE = 24;
export const MODAL_BUTTON = 24;
export const PRIVATE_METADATA = 3000;
/** https://docs.slack.dev/reference/block-kit/blocks/input-block */
export const INPUT_LABEL = 2000;
export const INPUT_HINT = 2000;
/** https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element */
export const INPUT_LENGTH = 3000;
/** https://docs.slack.dev/reference/block-kit/composition-objects/option-object; the SDK says 75 for the value. */
export const OPTION_TEXT = 75;
export const OPTION_VALUE = 75;
export const OPTIONS = 100;
/** https://docs.slack.dev/reference/methods/conversations.setTopic */
export const TOPIC = 250;
/** https://docs.slack.dev/reference/methods/conversations.create */
export const CHANNEL_NAME = 80;
/** The method's page says 100, the SDK 1000. https://docs.slack.dev/reference/methods/conversations.invite */
export const INVITE_AT_ONCE = 100;
