// `holter check FILES…`: syntax and meaning of rule files and of the expressions in Grafana dashboards.
import { readFileSync } from 'node:fs';
import { lintRules } from '../../alerting/lint/lint-rules.ts';
import { compileRuleFile } from '../../alerting/rule/compile-rule-file.ts';
import { parseRuleFile } from '../../config/rules/parse-rule-file.ts';
import { lintExpression } from '../../query/promql/lint/lint-expression.ts';
import { allOptions, stockOptions, type LanguageOptions } from '../../query/promql/options.ts';
import { readQuery } from '../../query/promql/query.ts';

const HELP = `usage: holter check [--experimental] FILES…

Checks rule files (YAML) and Grafana dashboards (JSON): syntax with its place, unknown fields, duplicate rules,
and expressions that most likely mean something else, with the corrected expression.
--experimental allows experimental parts of PromQL.
Exit code: 0 nothing found, 1 something found, 2 wrong use, 3 a file cannot be read.`;

/** One line of the answer; `level` "error" is what cannot be used, "warning" what is probably not meant. */
interface Remark {
  readonly line: number;
  readonly column: number;
  readonly level: 'error' | 'warning';
  readonly message: string;
  readonly fix: string | undefined;
}

function checkRules(text: string, language: LanguageOptions): Remark[] {
  const file = parseRuleFile(text);
  const compiled = file.ok ? compileRuleFile(file.value, language) : file;
  if (!compiled.ok) return compiled.error.map((problem) => ({ ...problem, level: 'error', fix: undefined }));
  return lintRules(compiled.value).map(({ line, column, check, rule, message, fix }) => ({
    line,
    column,
    level: 'warning',
    message: `${rule}: ${message} [${check}]`,
    fix,
  }));
}

/** Every `expr` below `value`, with the title of the panel around it. */
function* expressionsIn(value: unknown, title: string): Generator<{ readonly text: string; readonly title: string }> {
  if (Array.isArray(value)) {
    for (const one of value) yield* expressionsIn(one, title);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const record = value as Record<string, unknown>;
  const own = typeof record['title'] === 'string' && record['title'] !== '' ? record['title'] : title;
  if (typeof record['expr'] === 'string' && record['expr'] !== '') yield { text: record['expr'], title: own };
  for (const one of Object.values(record)) yield* expressionsIn(one, own);
}

/** Grafana's variables stand for texts that are not known here: durations where a range is, else any word. */
function fillVariables(text: string): string {
  return text
    .replaceAll(/\$\{?__(?:rate_interval|interval|range)(?:_m?s)?\}?/g, '5m')
    .replaceAll(/\[\$\{?\w+(?::\w+)?\}?\]/g, '[5m]')
    .replaceAll(/\$\{\w+(?::\w+)?\}|\$\w+|\[\[\w+\]\]/g, 'variable');
}

function checkDashboard(text: string, language: LanguageOptions): Remark[] {
  const remarks: Remark[] = [];
  let from = 0;
  for (const { text: expression, title } of expressionsIn(JSON.parse(text), '')) {
    const found = text.indexOf(JSON.stringify(expression), from);
    const at = found === -1 ? from : found;
    from = at + 1;
    const before = text.slice(0, at).split('\n');
    const place = { line: before.length, column: (before.at(-1) ?? '').length + 1 };
    const head = title === '' ? '' : `panel "${title}": `;
    const query = readQuery(fillVariables(expression), language);
    if (!query.ok) {
      remarks.push({ ...place, level: 'error', message: `${head}${query.error.message}`, fix: undefined });
      continue;
    }
    for (const { check, message, fix } of lintExpression(query.value.expression))
      remarks.push({ ...place, level: 'warning', message: `${head}${message} [${check}]`, fix });
  }
  return remarks;
}

function checkFile(text: string, language: LanguageOptions): Remark[] {
  if (!text.trimStart().startsWith('{')) return checkRules(text, language);
  try {
    return checkDashboard(text, language);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return [{ line: 1, column: 1, level: 'error', message: `not valid JSON: ${error.message}`, fix: undefined }];
  }
}

/** Runs the command. */
export function run(args: readonly string[]): Promise<number> {
  const files = args.filter((arg) => !arg.startsWith('-'));
  const unknown = args.find((arg) => arg.startsWith('-') && arg !== '--experimental' && arg !== '--help');
  if (args.includes('--help')) {
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
    const remarks = checkFile(text, language);
    found += remarks.length;
    for (const { line, column, level, message, fix } of remarks) {
      console.log(`${file}:${line}:${column}: ${level}: ${message}`);
      if (fix !== undefined) console.log(`    better: ${fix}`);
    }
    if (remarks.length === 0) console.log(`${file}: nothing found`);
  }
  return Promise.resolve(found === 0 ? 0 : 1);
}
