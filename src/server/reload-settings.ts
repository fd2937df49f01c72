// What a changed configuration changes while the server runs.
import { settingNames, type Settings } from '../config/settings.ts';
import type { Configuration } from './load-configuration.ts';

/** Settings that take effect without a restart. */
const LIVE_SETTINGS = new Set([
  'retainLogs',
  'retainTraces',
  'retainMetrics',
  'seriesBudget',
  'seriesBudgets',
  'diskShare',
  'logLevel',
]);

/** The settings that hold from now on, and one sentence for everything that was done or has to wait. */
export function applyReload(current: Settings, next: Configuration): { done: readonly string[]; settings: Settings } {
  const merged: Record<string, unknown> = { ...current };
  const done = next.files.map(({ path, kind }) => `${path} was read again (${kind})`);
  for (const name of settingNames) {
    const value = next.resolved.settings[name];
    if (JSON.stringify(value) === JSON.stringify(current[name])) continue;
    if (LIVE_SETTINGS.has(name)) {
      merged[name] = value;
      done.push(`the setting ${name} changed`);
    } else {
      done.push(`the setting ${name} changed and takes effect at the next start`);
    }
  }
  return { done, settings: merged as unknown as Settings };
}
