// The server's command line: settings as flags, files as plain words.
import { err, ok, type Result } from '../base/result.ts';
import { definitions, settingNames, type GivenSetting, type SettingName } from './settings.ts';

export interface ServerCommandLine {
  readonly given: readonly GivenSetting[];
  readonly files: readonly string[];
  /** Flags that are no settings: print-config, help. */
  readonly switches: ReadonlySet<string>;
}

const SWITCHES = ['print-config', 'help'];
const byFlag = new Map<string, SettingName>(settingNames.map((name) => [definitions[name].flag, name]));

/** `--retention logs=7d,traces=3d,metrics=90d` is three settings in one flag. */
function splitRetention(value: string): Result<GivenSetting[], string> {
  const given: GivenSetting[] = [];
  for (const part of value.split(',')) {
    const [signal = '', span = ''] = part.split('=');
    const name = ({ logs: 'retainLogs', traces: 'retainTraces', metrics: 'retainMetrics' } as const)[signal];
    if (name === undefined)
      return err(`--retention: expected logs=7d,traces=3d,metrics=90d (or some of them), got ${JSON.stringify(value)}`);
    given.push({ name, value: span, origin: '--retention' });
  }
  return ok(given);
}

/** Reads the words behind `holter server`. */
export function parseServerFlags(words: readonly string[]): Result<ServerCommandLine, string> {
  const given: GivenSetting[] = [];
  const files: string[] = [];
  const switches = new Set<string>();
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (!word.startsWith('--')) {
      if (word.startsWith('-') && word.length > 1) return err(`unknown flag ${word}; flags begin with two dashes`);
      files.push(word);
      continue;
    }
    const equals = word.indexOf('=');
    const flag = word.slice(2, equals === -1 ? undefined : equals);
    let value: string | undefined = equals === -1 ? undefined : word.slice(equals + 1);
    if (SWITCHES.includes(flag) && value === undefined) {
      switches.add(flag);
      continue;
    }
    const name = byFlag.get(flag);
    if (name === undefined && flag !== 'retention')
      return err(`unknown flag --${flag}; holter server --help lists them`);
    const isSwitch = name !== undefined && definitions[name].operand === '';
    if (value === undefined) value = isSwitch ? 'true' : words[++at];
    if (value === undefined)
      return err(`--${flag} needs a value: --${flag} ${name === undefined ? 'logs=7d,…' : definitions[name].operand}`);
    if (name !== undefined) {
      given.push({ name, value, origin: `--${flag}` });
      continue;
    }
    const retention = splitRetention(value);
    if (!retention.ok) return retention;
    given.push(...retention.value);
  }
  return ok({ given, files, switches });
}

/** One line a flag for `--help`. */
export function describeServerFlags(): string {
  const lines = settingNames.map((name) => {
    const { flag, operand, help, initial, format } = definitions[name] as (typeof definitions)['dataDirectory'];
    const shown = format === undefined ? initial : format(initial);
    const initialText = typeof shown === 'string' || typeof shown === 'number' ? ` (${shown})` : '';
    return `  ${`--${flag} ${operand}`.padEnd(28)} ${help}${initialText}`;
  });
  return lines.join('\n');
}
