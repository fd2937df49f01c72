// The server's configuration: flags, holter.yml and the files that it names, each told by its content.
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { codedError, type CodedError } from '../base/coded-error.ts';
import { err, ok, type Result } from '../base/result.ts';
import { detectConfigFile, type ConfigFileKind } from '../config/config-file-kind.ts';
import { parseHolterYml } from '../config/holter-yml.ts';
import { resolveSettings, type GivenSetting, type ResolvedSettings } from '../config/settings.ts';
import { findJsonFault } from '../dashboards/json-fault.ts';
import { serverErrors } from './errors.ts';

const MAX_FILES = 1000;

export interface ConfigurationFile {
  readonly path: string;
  readonly kind: ConfigFileKind;
  readonly text: string;
}

export interface Configuration {
  readonly resolved: ResolvedSettings;
  /** All but holter.yml. */
  readonly files: readonly ConfigurationFile[];
}

function isBrokenJson(text: string): boolean {
  if (!text.trimStart().startsWith('{')) return false;
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}

async function readConfigurationFile(path: string): Promise<ConfigurationFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw codedError(serverErrors, 'FILE_UNREADABLE', path, (error as Error).message);
  }
  const kind = detectConfigFile(text);
  // YAML would say something else of a slip in what was meant as JSON.
  if (kind === undefined && isBrokenJson(text))
    throw codedError(serverErrors, 'FILE_UNUSABLE', path, findJsonFault(text));
  if (kind === undefined)
    throw codedError(
      serverErrors,
      'FILE_UNUSABLE',
      path,
      'expected a prometheus.yml, alerting rules, an alertmanager.yml, a logstash.conf, a Grafana dashboard or a holter.yml, and it looks like none of them',
    );
  return { path, kind, text };
}

/** Reads everything anew; the error is one sentence for each thing that is wrong. Rejects with FILE_UNREADABLE. */
export async function loadConfiguration(
  flags: readonly GivenSetting[],
  names: readonly string[],
): Promise<Result<Configuration, readonly CodedError[]>> {
  const given: GivenSetting[] = [];
  const files: ConfigurationFile[] = [];
  const problems: CodedError[] = [];
  const queue = names.map((name) => resolve(name));
  const seen = new Set<string>();
  for (let path = queue.shift(); path !== undefined && seen.size < MAX_FILES; path = queue.shift()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const file = await readConfigurationFile(path);
    if (file.kind !== 'holter') {
      files.push(file);
      continue;
    }
    const parsed = parseHolterYml(file.text, path);
    if (!parsed.ok) {
      problems.push(...parsed.error.map((problem) => codedError(serverErrors, 'SETTING_WRONG', problem)));
      continue;
    }
    given.push(...parsed.value.given);
    queue.push(...parsed.value.files.map((name) => resolve(dirname(path), name)));
  }
  const resolved = resolveSettings([...given, ...flags]);
  if (!resolved.ok)
    problems.push(...resolved.error.map((problem) => codedError(serverErrors, 'SETTING_WRONG', problem)));
  if (problems.length > 0 || !resolved.ok) return err(problems);
  return ok({ resolved: resolved.value, files });
}
