/** What is planted: each has `Janeway` or a number that stands nowhere else, so that one search finds whatever escaped. */
export const planted = {
  password: 'JanewayPassword7',
  token: 'xoxb-2147501882-JanewayToken',
  bearer: 'Bearer Janeway0123456789abcdefJaneway',
  url: 'mysql://app:JanewayUrl5@db.internal:3306/shop',
  mail: 'kathryn.janeway@mail.example',
  card: '4242 4242 4242 4242',
  phone: '+1 555 010 4477',
  number: '8812345670099',
  jwt: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJKYW5ld2F5In0.JanewaySignature',
  key: '-----BEGIN PRIVATE KEY-----\nMIIEJaneway0123456789Janeway0123456789\n-----END PRIVATE KEY-----',
} as const;

/** Must stand in no sink. The user's name in a mail address, the literals of statements, and the secrets themselves. */
export const sentinels: readonly string[] = ['Janeway', 'janeway', planted.card, planted.phone, planted.number];

/** One line of an application's log that holds them all. */
export const leakyLine = `login failed password=${planted.password} ${planted.bearer} url=${planted.url} mail ${planted.mail} card ${planted.card} call ${planted.phone} jwt ${planted.jwt} ${planted.token}`;

/** How frameworks echo statements, each with literals of a person. */
export const echoes: readonly string[] = [
  `SQLSTATE[23000]: 1062 Duplicate entry '${planted.mail}' for key 'users.mail' (Connection: mysql, SQL: insert into \`users\` (\`email\`, \`name\`) values (${planted.mail}, Kathryn Janeway))`,
  `django.db.utils.IntegrityError: INSERT INTO users (email, n) VALUES ('Janeway', ${planted.number})`,
  `Executing (default): UPDATE users SET name='Kathryn Janeway', n=${planted.number} WHERE id=12;`,
  `prisma:query SELECT \`User\`.\`id\` FROM \`User\` WHERE \`User\`.\`name\` = 'Janeway'`,
  'Params: ["Janeway",1]',
  `[parameters: {'name': 'Janeway', 'n': ${planted.number}}]`,
];

/** Where in `text` a sentinel stands, with its surroundings; undefined where none does. */
export function leakIn(text: string, extra: readonly string[] = []): string | undefined {
  for (const one of [...sentinels, ...extra]) {
    const at = text.indexOf(one);
    if (at >= 0) return `${one}: …${text.slice(Math.max(0, at - 120), at + 160)}…`;
  }
  return undefined;
}
