// The settings and prometheus.yml as /status shows them to everybody who may query: without secrets.
import { definitions, settingNames, type Settings } from '../../config/settings.ts';

const SECRET_FIELD =
  /((?:^|[\s{,])["']?(?:password|bearer_token|credentials|client_secret|secret_key|secret)["']?\s*:[ \t]*)(?![\s#]|$)(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s,}][^\n,}]*)/gm;
const SECRET_IN_URL = /(\w:\/\/[^\s/:@]*:)[^\s/@]+@/g;

/** `text` with its secrets replaced by `<secret>`. */
export function hideSecrets(text: string): string {
  return text.replaceAll(SECRET_FIELD, '$1<secret>').replaceAll(SECRET_IN_URL, '$1<secret>@');
}

/** The values of all settings by their flags. */
export function describeFlags(settings: Settings): Record<string, string> {
  return Object.fromEntries(
    settingNames.map((name) => {
      const { flag, format } = definitions[name] as { flag: string; format?: (value: unknown) => unknown };
      const value = format === undefined ? settings[name] : format(settings[name]);
      return [flag, typeof value === 'string' ? value : JSON.stringify(value)];
    }),
  );
}
