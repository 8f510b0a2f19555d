import { iris } from '../../src/rehearsal/stories/iris.ts';
import type { Story } from '../../src/rehearsal/world/story.ts';

const ESC = '\u001b';

/** Pieces that mean something to a sink: each stands in every outside text. */
export const hostile = {
  everybody: '<!channel> <!here|here> <!everyone> <@U0MIRA> <#C0EVIL> <!subteam^S0EVIL>',
  link: '<http://evil.example|your runbook> [docs](http://evil.example/md) ![x](http://evil.example/p.png)',
  escaped: '&lt;!channel&gt; &amp;lt;',
  format: '*Recovered* _safe_ ~no~ `code` ``` fence',
  bidi: 'abc\u202egnp.exe\u2066x\u2069 zero\u200bwidth\u200e\ufeff\u2060 soft\u00adhyphen tag\u{e0041}\u{e0042}',
  terminal: `${ESC}[31mred${ESC}[0m ${ESC}]8;;http://evil.example${ESC}\\click${ESC}]8;;${ESC}\\ ${ESC}]52;c;ZXZpbA==\u0007 ${ESC}Pq${ESC}\\ \u009b31m \u009d0;title\u009c \u0085 \u0007\u0008\u007f`,
  log: '"}\u2028{"level":"error","msg":"forged","x":"',
  shell: '$(touch /tmp/pwned) `id`; rm -rf / | cat && echo \'x\' "y" \\',
  sql: "`; DROP TABLE users; -- ' OR 1=1 /*",
  html: '<script>alert(1)</script><img src=x onerror=alert(1)> javascript:alert(1)',
} as const;

/** All of it on one line. */
export const nasty = Object.values(hostile).join(' ');
const short = (name: string): string => `${name} <!channel>\u202e${ESC}[2J$(id)\`;'"`;

/** The Iris outage as somebody tells it who wants more than to be heard. The mechanism is the same, so that every part of the card is filled. */
export const hostileStory: Story = {
  ...iris,
  commits: iris.commits.map((commit) => ({
    ...commit,
    author: short(commit.author).replaceAll(/[<>]/g, ''),
    message: `${commit.message} ${nasty}\n\nfor ${nasty}`,
    ...(commit.branch === undefined
      ? {
          files: {
            ...commit.files,
            '--upload-pack=touch pwned': 'x\n',
            '-rf $(touch pwned) <!channel>.rb': `# ${nasty} ${commit.key}\n`,
            '.gitattributes': '* filter=evil diff=evil merge=evil text working-tree-encoding=UTF-16\n*.rb export-subst\n',
            '.gitmodules': '[submodule "x"]\n\tpath = x\n\turl = ext::sh -c "touch pwned"\n\tupdate = !touch pwned\n',
            '.githooks/pre-commit': '#!/bin/sh\ntouch pwned\n',
          },
        }
      : {
          branch: commit.branch.map((one) => ({
            ...one,
            message: `${one.message} ${nasty}`,
            author: short('Mallory').replaceAll(/[<>]/g, ''),
          })),
        }),
  })),
  jobs: iris.jobs.map((job) => ({ ...job, log: [nasty, ...job.log, nasty, `${nasty}: Error: ${nasty}`] })),
  errors: iris.errors.map((error) => ({
    ...error,
    class: error.class,
    message: `${error.message} ${nasty}`,
    context: error.context && short(error.context),
    frames: [...error.frames, { filename: `/app/app/models/-x $(id) \`id\` <!channel>\u202e.rb`, lineno: 3, method: short('call') }],
  })),
  threads: (world, at) =>
    iris.threads(world, at).map((thread) => ({
      ...thread,
      info: thread.info?.replace(/WHERE /, `/* ${nasty.replaceAll('*/', '')} */ WHERE \`a\`\`;<!channel>\u202e$(id)\` = 1 AND `) ?? null,
      state: thread.state === 'executing' ? `executing <!channel>\u202e${ESC}[2J` : thread.state,
    })),
  opening: {
    by: 'alert',
    minute: 11,
    name: `CheckoutDown ${short('x')}`,
    severity: 'critical',
    summary: `checkout is down ${nasty}`,
    description: nasty,
  },
  responder: [
    { do: 'lead' },
    { do: 'act', remedy: 'revert', when: 'cause' },
    { do: 'tell', text: `we know, ${nasty}` },
    { do: 'resolve', text: `reverted, ${nasty}` },
  ],
};

/** What no sink may show raw: controls but line break and tab, C1, bidi, invisible ones, broken surrogates. */
export const UNSEEN =
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/u;

/** The first place where raw text would steer its reader; undefined where none does. */
export function unseenIn(text: string): string | undefined {
  const at = UNSEEN.exec(text)?.index;
  return at === undefined
    ? undefined
    : `U+${text.codePointAt(at)?.toString(16)}: …${JSON.stringify(text.slice(Math.max(0, at - 80), at + 60))}`;
}

/** Markup that we make ourselves: a time, a person, a channel, a group, a link to one of our own neighbours. */
const OURS = /^<(?:!date\^\d+\^[^<>|]*\|[^<>|]*|@[UW][A-Z0-9]+|#C[A-Z0-9]+|!subteam\^S[A-Z0-9]+|https?:\/\/[^<>|\s]+(?:\|[^<>|]*)?)>/;
const FORGED = /<(?:@U0MIRA|#C0EVIL|!subteam\^S0EVIL|[^|>]*evil\.example)/;

/** Where a text that Slack parses holds markup that is not ours. */
export function markupIn(text: string, mayName: readonly string[] = []): string | undefined {
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) {
    const ours = OURS.exec(text.slice(at, at + 600))?.[0];
    if (ours === undefined || (FORGED.test(ours) && !mayName.includes(ours))) return text.slice(Math.max(0, at - 80), at + 80);
  }
  const fence = text.indexOf('```');
  return fence < 0 ? undefined : `a fence: ${text.slice(Math.max(0, fence - 80), fence + 80)}`;
}

type Json = unknown;

/** Every text of blocks, messages and views, and whether Slack parses it. */
export function textsOf(value: Json, parsed: boolean): readonly { text: string; parsed: boolean }[] {
  if (typeof value === 'string') return [{ text: value, parsed }];
  if (Array.isArray(value)) return value.flatMap((one) => textsOf(one, parsed));
  if (typeof value !== 'object' || value === null) return [];
  const type = 'type' in value ? value.type : undefined;
  const plain = type === 'plain_text' || type === 'raw_text' || type === 'rich_text_preformatted';
  return Object.entries(value).flatMap(([key, one]) =>
    key === 'value' || key === 'private_metadata' || key === 'initial_value'
      ? textsOf(one, false)
      : textsOf(one, plain ? false : type === 'mrkdwn' || parsed),
  );
}
