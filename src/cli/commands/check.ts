// `holter check FILES…`: reads files as the server would and says what is wrong with them, or most likely not meant, with the place.
import { readFileSync } from 'node:fs';
import { detectConfigFile, type ConfigFileKind } from '../../config/config-file-kind.ts';
import { allOptions, stockOptions, type LanguageOptions } from '../../query/promql/options.ts';
import { checkDashboard } from '../check/check-dashboard.ts';
import { checkRules } from '../check/check-rules.ts';
import { checkHolterYml, checkPrometheus } from '../check/check-settings.ts';
import type { Checker, Remark } from '../check/remark.ts';

const HELP = `usage: holter check [--experimental] FILES…

Checks prometheus.yml, holter.yml, rule files and Grafana dashboards, told apart by their content: syntax with its place,
unknown fields, duplicate rules, and expressions that most likely mean something else, with the corrected expression.
Alertmanager and Logstash files are only recognised.
--experimental allows experimental parts of PromQL.
Exit code: 0 nothing found, 1 something found, 2 wrong use, 3 a file cannot be read.`;

const checkers: Readonly<Partial<Record<ConfigFileKind, Checker>>> = {
  holter: checkHolterYml,
  prometheus: checkPrometheus,
  rules: checkRules,
  dashboard: checkDashboard,
};

/** The remarks on one file; undefined when its kind is only recognised. */
function checkText(text: string, language: LanguageOptions): { kind: string; remarks: Remark[] | undefined } {
  const kind = detectConfigFile(text) ?? (text.trimStart().startsWith('{') ? 'dashboard' : undefined);
  if (kind === undefined) {
    const message = 'none of the kinds of files that Holter knows';
    return { kind: 'unknown', remarks: [{ line: 1, column: 1, level: 'error', message }] };
  }
  try {
    return { kind, remarks: checkers[kind]?.(text, language) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const message = `not valid JSON: ${error.message}`;
    return { kind, remarks: [{ line: 1, column: 1, level: 'error', message }] };
  }
}

/** Runs the command; resolves to the exit code. */
export function run(args: readonly string[]): Promise<number> {
  const files = args.filter((arg) => !arg.startsWith('-'));
  const unknown = args.find((arg) => arg.startsWith('-') && !['--experimental', '--help', '-h'].includes(arg));
  if (args.includes('--help') || args.includes('-h')) {
    console.log(HELP);
    return Promise.resolve(0);
  }
  if (files.length === 0 || unknown !== undefined) {
    console.error(HELP);
    return Promise.resolve(2);
  }
  const language = args.includes('--experimental') ? allOptions : stockOptions;
  let found = 0;
  for (const file of files) {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      console.error(`holter check: cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
      return Promise.resolve(3);
    }
    const { kind, remarks } = checkText(text, language);
    found += remarks?.length ?? 0;
    for (const { line, column, level, message, fix } of remarks ?? []) {
      console.log(`${file}:${line}:${column}: ${level}: ${message}`);
      if (fix !== undefined) console.log(`    better: ${fix}`);
    }
    if (remarks === undefined) console.log(`${file}: ${kind}, not checked further`);
    else if (remarks.length === 0) console.log(`${file}: nothing found`);
  }
  return Promise.resolve(found === 0 ? 0 : 1);
}
