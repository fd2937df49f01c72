// The files that say what the server does: prometheus.yml and holter.yml.
import { parseHolterYml } from '../../config/holter-yml.ts';
import { parsePrometheusConfig } from '../../config/prometheus/scrape-config.ts';
import { resolveSettings } from '../../config/settings.ts';
import type { Remark } from './remark.ts';

/** What cannot be used of a prometheus.yml, and what is left aside. */
export function checkPrometheus(text: string): Remark[] {
  return parsePrometheusConfig(text).problems.map(({ severity, line, column, path, message }) => ({
    line,
    column,
    level: severity,
    message: path === '' ? message : `${path}: ${message}`,
  }));
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
