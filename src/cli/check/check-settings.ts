// The files that say what the server does: prometheus.yml and holter.yml.
import { parseHolterYml } from '../../config/holter-yml.ts';
import { parsePrometheusConfig } from '../../config/prometheus/prometheus-config.ts';
import { resolveSettings } from '../../config/settings.ts';
import { globSync } from 'node:fs';
import type { CheckContext, Remark } from './remark.ts';

/** What cannot be used of a prometheus.yml, what is left aside, and rule files that are not there. */
export function checkPrometheus(text: string, { directory }: Pick<CheckContext, 'directory'>): Remark[] {
  const { config, problems } = parsePrometheusConfig(text, { directory, environment: process.env });
  const remarks = problems.map(({ severity, line, column, path, message }) => ({
    line,
    column,
    level: severity,
    message: path === '' ? message : `${path}: ${message}`,
  }));
  const line = Math.max(1, text.split('\n').findIndex((one) => one.startsWith('rule_files')) + 1);
  for (const pattern of config?.ruleFiles ?? [])
    if (globSync(pattern).length === 0)
      remarks.push({ line, column: 1, level: 'warning', message: `rule_files: nothing is there that fits ${pattern}` });
  return remarks;
}

/** The rule files that a prometheus.yml names. */
export function ruleFilesOf(text: string, directory: string): readonly string[] {
  const { config } = parsePrometheusConfig(text, { directory, environment: process.env });
  return (config?.ruleFiles ?? []).flatMap((pattern) => globSync(pattern).toSorted());
}

const FILE = 'holter.yml';
const PLACE = /^holter\.yml:(\d+):(\d+): /;

/** Settings that do not exist, and values that are none. */
export function checkHolterYml(text: string): Remark[] {
  const parsed = parseHolterYml(text, FILE);
  const resolved = parsed.ok ? resolveSettings(parsed.value.given) : parsed;
  if (resolved.ok) return [];
  return resolved.error.map((problem) => {
    const [place, line, column] = PLACE.exec(problem) ?? ['', '1', '1'];
    return { line: Number(line), column: Number(column), level: 'error', message: problem.slice(place.length) };
  });
}
