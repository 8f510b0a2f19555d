import { actions } from './actions/index.ts';
import { alertSources } from './alerts/index.ts';
import { checks } from './checks/index.ts';
import { type Env, type Setting, variablesOf } from './core/part.ts';
import { generalSettings } from './settings.ts';
import { slackPart } from './slack/settings.ts';

/** Settings under the part that declares them, in the order of `.env.example`. A variable that several parts use stands with the first. */
export function settingsByPart(): readonly { part: string; settings: readonly (readonly [string, Setting])[] }[] {
  const seen = new Set<string>();
  const parts = [
    slackPart,
    ...checks,
    ...actions,
    ...alertSources.map((source) => ({ name: `alerts/${source.name}`, env: source.env })),
    { name: 'general', env: generalSettings },
  ];
  return parts.flatMap(({ name, env }) => {
    const settings = Object.entries(env).filter(([variable]) => !seen.has(variable) && seen.add(variable));
    return settings.length === 0 ? [] : [{ part: name, settings }];
  });
}

/** The variables that switch a source on, Slack's first. Tokens of alert sources are none: machines export them. */
export function sourceSwitches(): readonly string[] {
  const settings = [slackPart, ...checks].flatMap((part) => Object.entries(part.env));
  return [...new Set(settings.filter(([, setting]) => setting.switch).map(([name]) => name))];
}

/** Read by the AWS SDK itself. */
const sdkSecrets = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

/** Values of all settings marked secret: the bot's own credentials. Short ones are left out: they would hide ordinary words. */
export function secretsOf(env: Env): readonly string[] {
  const secret = settingsByPart().flatMap(({ settings }) => settings.filter(([, setting]) => setting.secret));
  const values = secret.flatMap(([name, setting]) => Object.values(variablesOf(name, setting, env)));
  const all = [...values, ...values.flatMap(passwordsOf), ...sdkSecrets.map((name) => env[name] ?? '')];
  return [...new Set(all)].filter((value) => value.length >= 6).toSorted((a, b) => b.length - a.length);
}

/** Of addresses, several by commas: a server may quote the password without the rest. As it is written, and as it is meant. */
function passwordsOf(value: string): readonly string[] {
  return [...value.matchAll(/[a-z0-9]:\/\/[^\s:@/]*:([^\s/]*)@/gi)].flatMap(([, password = '']) => [password, decoded(password)]);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone percent sign: then it is meant as it is written.
    return text;
  }
}
