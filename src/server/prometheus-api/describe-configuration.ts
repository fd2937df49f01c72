// The settings as /status shows them.
import { definitions, settingNames, type Settings } from '../../config/settings.ts';

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
