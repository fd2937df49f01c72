// `holter test rules FILES…`: runs unit tests of rules in promtool's format.
import { globSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { compileRuleFile, type CompiledGroup } from '../../alerting/rule/compile-rule-file.ts';
import { runRuleTest } from '../../alerting/unit-test/run-rule-test.ts';
import { parseRuleFile } from '../../config/rules/parse-rule-file.ts';
import { parseRuleTest } from '../../config/rules/parse-rule-test.ts';
import type { FileProblem } from '../../config/rules/rule-file.ts';
import { CommandFailure, readArguments, WrongUse } from '../command.ts';
import { allOptions, stockOptions, type LanguageOptions } from '../../query/promql/options.ts';

export const HELP = `usage: holter test rules [--experimental] FILES…

Runs unit tests of recording and alerting rules in promtool's format.
--experimental allows experimental parts of PromQL.
Exit code: 0 all passed, 1 a test failed or a file is wrong, 2 wrong use, 3 a file cannot be read.`;

function printProblems(file: string, problems: readonly FileProblem[]): void {
  for (const { line, column, message } of problems) console.log(`${file}:${line}:${column}: ${message}`);
}

/** The groups of all rule files that a test file names; `undefined` when one of them is wrong. */
function readGroups(file: string, patterns: readonly string[], language: LanguageOptions): CompiledGroup[] | undefined {
  const groups: CompiledGroup[] = [];
  let isGood = true;
  for (const pattern of patterns) {
    const path = isAbsolute(pattern) ? pattern : join(dirname(file), pattern);
    const found = globSync(path).toSorted();
    if (found.length === 0) console.log(`${file}: warning: no file matches ${pattern}`);
    for (const name of found) {
      const parsed = parseRuleFile(readFileSync(name, 'utf8'));
      const compiled = parsed.ok ? compileRuleFile(parsed.value, language) : parsed;
      if (compiled.ok) groups.push(...compiled.value);
      else {
        isGood = false;
        printProblems(name, compiled.error);
      }
    }
  }
  return isGood ? groups : undefined;
}

async function testFile(file: string, language: LanguageOptions): Promise<boolean> {
  const parsed = parseRuleTest(readFileSync(file, 'utf8'));
  if (!parsed.ok) {
    printProblems(file, parsed.error);
    return false;
  }
  const groups = readGroups(file, parsed.value.ruleFiles, language);
  if (groups === undefined) return false;
  const results = await runRuleTest(parsed.value, groups, language);
  const failed = results.filter(({ problems }) => problems.length > 0);
  for (const { name, problems } of failed) {
    console.log(`FAILED ${name}`);
    printProblems(file, problems);
  }
  console.log(`${file}: ${results.length - failed.length} passed, ${failed.length} failed`);
  return failed.length === 0;
}

/** Runs the command. */
export async function run(args: readonly string[]): Promise<number> {
  const options = { experimental: { type: 'boolean' } } as const;
  const { values, positionals } = readArguments({ args: [...args], options, allowPositionals: true });
  const [what, ...files] = positionals;
  if (what !== 'rules') throw new WrongUse(`expected "rules", got ${what === undefined ? 'nothing' : `"${what}"`}`);
  if (files.length === 0) throw new WrongUse('expected files, got nothing');
  let isGood = true;
  for (const file of files) {
    try {
      isGood = (await testFile(file, values.experimental === true ? allOptions : stockOptions)) && isGood;
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error)) throw error;
      throw new CommandFailure(`cannot read ${file}: ${error.message}`, 3);
    }
  }
  return isGood ? 0 : 1;
}
