// `holter check FILES…`: reads files as the server would and says what is wrong with them, or most likely not meant, with the place.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { LiveMetrics } from '../../alerting/lint/live/live-metrics.ts';
import { detectConfigFile, type ConfigFileKind } from '../../config/config-file-kind.ts';
import { parseRuleFile } from '../../config/rules/parse-rule-file.ts';
import { allOptions, stockOptions } from '../../query/promql/options.ts';
import { checkDashboard } from '../check/check-dashboard.ts';
import { checkRules } from '../check/check-rules.ts';
import { checkHolterYml, checkPrometheus, ruleFilesOf } from '../check/check-settings.ts';
import type { CheckContext, Checker, Remark } from '../check/remark.ts';
import { ServerMetrics } from '../check/server-metrics.ts';
import { findServer, ServerRefusal } from '../target/ask-server.ts';
import { CommandFailure, readArguments, WrongUse } from '../command.ts';

export const HELP = `usage: holter check [options] FILES…

Checks prometheus.yml with the rule files that it names, holter.yml, rule files and Grafana dashboards, told apart by their
content: syntax with its place, unknown fields, duplicate rules, and expressions that most likely mean something else, with the
corrected expression. Alertmanager and Logstash files are only recognised.

      --server URL     also checks what needs data: metrics that are not there, sides that do not match, windows that are too
                       short, and more; a Holter or a Prometheus (the token comes from $HOLTER_TOKEN)
      --experimental   allows experimental parts of PromQL

A comment "# holter ignore CHECK" in the line of a finding or above it silences that check there.
Exit code: 0 nothing found, 1 something found, 2 wrong use, 3 a file cannot be read or the server cannot be asked.`;

const options = {
  server: { type: 'string' },
  experimental: { type: 'boolean' },
} as const;

const checkers: Readonly<Partial<Record<ConfigFileKind, Checker>>> = {
  holter: checkHolterYml,
  prometheus: checkPrometheus,
  rules: checkRules,
  dashboard: checkDashboard,
};

interface CheckedFile {
  readonly path: string;
  readonly text: string;
  readonly kind: ConfigFileKind | undefined;
}

function readCheckedFile(path: string): CheckedFile {
  const text = readFileSync(path, 'utf8');
  return { path, text, kind: detectConfigFile(text) ?? (text.trimStart().startsWith('{') ? 'dashboard' : undefined) };
}

/** The files that were named, and the rule files that they name. */
function collectFiles(names: readonly string[]): CheckedFile[] {
  const files = names.map(readCheckedFile);
  const known = new Set(names.map((name) => resolve(name)));
  for (const { path, text, kind } of files) {
    if (kind !== 'prometheus') continue;
    for (const name of ruleFilesOf(text, dirname(path))) {
      if (known.has(resolve(name))) continue;
      known.add(resolve(name));
      files.push({ ...readCheckedFile(name), kind: 'rules' });
    }
  }
  return files;
}

function recordedMetrics(files: readonly CheckedFile[]): Set<string> {
  const names = new Set<string>();
  for (const { text, kind } of files) {
    const parsed = kind === 'rules' ? parseRuleFile(text) : undefined;
    if (parsed?.ok !== true) continue;
    for (const { rules } of parsed.value.groups)
      for (const rule of rules) if (rule.kind === 'recording') names.add(rule.record);
  }
  return names;
}

/** A comment in the line of the remark, or in the one above it, silences its check. */
function isSilenced(lines: readonly string[], { line, check }: Remark): boolean {
  if (check === undefined) return false;
  return [lines[line - 1], lines[line - 2]].some((text) => {
    const names = /#\s*holter ignore\s+([\w,\s-]+)/.exec(text ?? '')?.[1] ?? '';
    return names.split(/[\s,]+/).includes(check);
  });
}

/** The remarks on one file; undefined when its kind is only recognised. */
async function checkFile({ text, kind }: CheckedFile, context: CheckContext): Promise<readonly Remark[] | undefined> {
  if (kind === undefined)
    return [{ line: 1, column: 1, level: 'error', message: 'none of the kinds of files that Holter knows' }];
  const checker = checkers[kind];
  if (checker === undefined) return undefined;
  try {
    const lines = text.split('\n');
    const remarks = await checker(text, context);
    return remarks
      .filter((remark) => !isSilenced(lines, remark))
      .toSorted((left, right) => left.line - right.line || left.column - right.column);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return [{ line: 1, column: 1, level: 'error', message: `not valid JSON: ${error.message}` }];
  }
}

function printRemarks({ path, kind }: CheckedFile, remarks: readonly Remark[] | undefined): void {
  for (const { line, column, level, message, check, fix } of remarks ?? []) {
    console.log(`${path}:${line}:${column}: ${level}: ${message}${check === undefined ? '' : ` [${check}]`}`);
    if (fix !== undefined) console.log(`    better: ${fix}`);
  }
  if (remarks === undefined) console.log(`${path}: ${kind}, not checked further`);
  else if (remarks.length === 0) console.log(`${path}: nothing found`);
}

async function checkFiles(
  names: readonly string[],
  shared: { readonly experimental: boolean; readonly live: LiveMetrics | undefined },
): Promise<number> {
  const files = collectFiles(names);
  const recorded = recordedMetrics(files);
  const language = shared.experimental ? allOptions : stockOptions;
  let found = 0;
  for (const file of files) {
    const context = { language, live: shared.live, recorded, directory: dirname(resolve(file.path)) };
    const remarks = await checkFile(file, context);
    found += remarks?.length ?? 0;
    printRemarks(file, remarks);
  }
  return found === 0 ? 0 : 1;
}

/** Runs the command; resolves to the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments({ args: [...args], options, allowPositionals: true });
  if (positionals.length === 0) throw new WrongUse('expected files, got nothing');
  const live = values.server === undefined ? undefined : new ServerMetrics(findServer(values.server));
  try {
    return await checkFiles(positionals, { experimental: values.experimental === true, live });
  } catch (error) {
    if (error instanceof ServerRefusal) throw new CommandFailure(error.message, 3);
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === undefined || path === undefined) throw error;
    throw new CommandFailure(`cannot read ${path}: ${(error as Error).message}`, 3);
  }
}
