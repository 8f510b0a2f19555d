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

/** Values of all settings marked secret: the bot's own credentials. Short ones are left out: they would hide ordinary words. */
export function secretsOf(env: Env): readonly string[] {
  const secret = settingsByPart().flatMap(({ settings }) => settings.filter(([, setting]) => setting.secret));
  return secret.flatMap(([name, setting]) => Object.values(variablesOf(name, setting, env))).filter((value) => value.length >= 6);
}
