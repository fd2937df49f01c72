// Reads rule files and compiles them. A file that is wrong is left out, with everything that is wrong in it.
import { readFile } from 'node:fs/promises';
import { compileRuleFile } from '../../alerting/rule/compile-rule-file.ts';
import type { LoadedRuleFile } from '../../alerting/schedule/rule-manager.ts';
import { parseRuleFile } from '../../config/rules/parse-rule-file.ts';
import type { LanguageOptions } from '../../query/promql/options.ts';
import type { GlobalSettings } from '../../config/prometheus/global-section.ts';

export interface LoadedRules {
  readonly files: readonly LoadedRuleFile[];
  /** `FILE:LINE:COLUMN: what is wrong`. */
  readonly problems: readonly string[];
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Reads the files anew, each once. */
export async function loadRuleFiles(
  paths: readonly string[],
  { evaluationInterval, ruleQueryOffset }: Pick<GlobalSettings, 'evaluationInterval' | 'ruleQueryOffset'>,
  language: LanguageOptions,
): Promise<LoadedRules> {
  const files: LoadedRuleFile[] = [];
  const problems: string[] = [];
  for (const path of new Set(paths)) {
    const text = await readText(path);
    if (text === undefined) {
      problems.push(`${path}: the file cannot be read`);
      continue;
    }
    const parsed = parseRuleFile(text);
    const compiled = parsed.ok ? compileRuleFile(parsed.value, language, ruleQueryOffset) : parsed;
    if (compiled.ok) {
      const groups = compiled.value.map((group) => ({ ...group, intervalMs: group.intervalMs || evaluationInterval }));
      files.push({ path, groups });
    } else problems.push(...compiled.error.map(({ line, column, message }) => `${path}:${line}:${column}: ${message}`));
  }
  return { files, problems };
}
