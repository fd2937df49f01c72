// `holter check FILES…`: reads configuration files as the server would, and says what is wrong with them, with the place.
import { readFileSync } from 'node:fs';
import { detectConfigFile, type ConfigFileKind } from '../../config/config-file-kind.ts';
import { parseHolterYml } from '../../config/holter-yml.ts';
import { parsePrometheusConfig } from '../../config/prometheus/scrape-config.ts';
import { parseRuleFile } from '../../config/rules/parse-rule-file.ts';
import { resolveSettings } from '../../config/settings.ts';
import { checkExpression } from '../../query/promql/check.ts';
import { stockOptions } from '../../query/promql/options.ts';
import { parseQuery } from '../../query/promql/parse.ts';
import { showSyntaxError } from '../../query/promql/position.ts';

const HELP = `usage: holter check FILES…

Each file is told by its content: prometheus.yml, alerting rules, holter.yml; Alertmanager and Logstash files and Grafana dashboards are
only recognised so far.

Exit codes: 0 all files are right, 1 some is not, 2 wrong use, 3 a file cannot be read.`;

interface Verdict {
  readonly problems: readonly string[];
  /** What does not keep the file from working. */
  readonly warnings: readonly string[];
  /** What the file holds, in a few words. */
  readonly summary: string;
}

function checkHolterYml(text: string, file: string): Verdict {
  const parsed = parseHolterYml(text, file);
  if (!parsed.ok) return { problems: parsed.error, warnings: [], summary: '' };
  const resolved = resolveSettings(parsed.value.given);
  const summary = `${parsed.value.given.length} settings`;
  return { problems: resolved.ok ? [] : resolved.error, warnings: [], summary };
}

function checkPrometheus(text: string, file: string): Verdict {
  const { config, problems } = parsePrometheusConfig(text);
  const lines = (severity: string): string[] =>
    problems
      .filter((problem) => problem.severity === severity)
      .map(
        ({ line, column, path, message }) => `${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`,
      );
  const targets = config?.jobs.flatMap(({ groups }) => groups.flatMap((group) => group.targets)) ?? [];
  const summary = `${config?.jobs.length ?? 0} jobs, ${targets.length} targets`;
  return { problems: lines('error'), warnings: lines('warning'), summary };
}

function checkRules(text: string, file: string): Verdict {
  const parsed = parseRuleFile(text);
  if (!parsed.ok) {
    const problems = parsed.error.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
    return { problems, warnings: [], summary: '' };
  }
  const rules = parsed.value.groups.flatMap((group) => group.rules);
  const problems = rules.flatMap(({ expression: { text: query, place } }) => {
    const read = parseQuery(query, stockOptions);
    const errors = read.ok ? checkExpression(read.value) : [read.error];
    return errors.map((error) => `${file}:${place.line}:${place.column}: expr: ${showSyntaxError(query, error)}`);
  });
  return { problems, warnings: [], summary: `${parsed.value.groups.length} groups, ${rules.length} rules` };
}

const checkers: Partial<Record<ConfigFileKind, (text: string, file: string) => Verdict>> = {
  holter: checkHolterYml,
  prometheus: checkPrometheus,
  rules: checkRules,
};

function checkFile(file: string): number {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    console.error(`holter check: cannot read ${file}: ${(error as Error).message}`);
    return 3;
  }
  const kind = detectConfigFile(text);
  if (kind === undefined) {
    console.log(`${file}: none of the kinds of files that Holter knows`);
    return 1;
  }
  const verdict = checkers[kind]?.(text, file);
  for (const problem of [...(verdict?.problems ?? []), ...(verdict?.warnings ?? [])]) console.log(problem);
  if (verdict === undefined) console.log(`${file}: ${kind}, not checked further`);
  else if (verdict.problems.length === 0) console.log(`${file}: ${kind}, ${verdict.summary}: all right`);
  return verdict !== undefined && verdict.problems.length > 0 ? 1 : 0;
}

/** Runs the command; resolves to the exit code. */
export function run(args: readonly string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    console.log(HELP);
    return Promise.resolve(0);
  }
  if (args.length === 0 || args.some((word) => word.startsWith('-'))) {
    console.error(HELP);
    return Promise.resolve(2);
  }
  return Promise.resolve(Math.max(...args.map(checkFile)));
}
