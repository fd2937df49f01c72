// `holter test rules FILES…`: runs unit tests of rules in promtool's format.
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { RE2JS } from 're2js';
import { compileRuleFile, type CompiledGroup } from '../../alerting/rule/compile-rule-file.ts';
import { runRuleTest, type RuleTestProblem } from '../../alerting/unit-test/run-rule-test.ts';
import { parseRuleFile } from '../../config/rules/parse-rule-file.ts';
import { parseRuleTest } from '../../config/rules/parse-rule-test.ts';
import type { FileProblem } from '../../config/rules/rule-file.ts';
import { writeJunit, type JunitSuite } from '../output/junit.ts';
import { CommandFailure, readArguments, WrongUse } from '../command.ts';
import { allOptions, stockOptions, type LanguageOptions } from '../../query/promql/options.ts';

export const HELP = `usage: holter test rules [options] FILES…

Runs unit tests of recording and alerting rules in promtool's format.

      --run REGEX      only tests whose names match; may be given several times
      --diff           shows what differs line by line: - is expected, + came
      --junit FILE     also writes the results as JUnit's XML
      --experimental   allows experimental parts of PromQL

Exit code: 0 all passed, 1 a test failed or a file is wrong, 2 wrong use, 3 a file cannot be read or written.`;

interface TestOptions {
  readonly language: LanguageOptions;
  readonly isWanted: (name: string) => boolean;
  readonly isDiff: boolean;
}

const showProblem = (file: string, { line, column, message }: FileProblem): string =>
  `${file}:${line}:${column}: ${message}`;

function printProblems(file: string, problems: readonly FileProblem[]): void {
  for (const problem of problems) console.log(showProblem(file, problem));
}

/** Lines of both sides that are equal stand once. */
function showDifference({ where = '', expected = [], got = [] }: RuleTestProblem): string {
  const rest = [...got];
  const lines = expected.map((line) => {
    const at = rest.indexOf(line);
    if (at === -1) return `    - ${line}`;
    rest.splice(at, 1);
    return `      ${line}`;
  });
  return [where, ...lines, ...rest.map((line) => `    + ${line}`)].join('\n');
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

async function testFile(file: string, { language, isWanted, isDiff }: TestOptions): Promise<JunitSuite> {
  const parsed = parseRuleTest(readFileSync(file, 'utf8'));
  const broken = (error: string): JunitSuite => ({ name: file, error, cases: [] });
  if (!parsed.ok) {
    printProblems(file, parsed.error);
    return broken(parsed.error.map((problem) => showProblem(file, problem)).join('\n'));
  }
  const groups = readGroups(file, parsed.value.ruleFiles, language);
  if (groups === undefined) return broken('a rule file is wrong');
  const results = await runRuleTest(parsed.value, groups, language, isWanted);
  const failed = results.filter(({ problems }) => problems.length > 0);
  for (const { name, problems } of failed) {
    console.log(`FAILED ${name}`);
    const shown = problems.map((one) =>
      isDiff && one.where !== undefined ? { ...one, message: showDifference(one) } : one,
    );
    printProblems(file, shown);
  }
  console.log(`${file}: ${results.length - failed.length} passed, ${failed.length} failed`);
  const cases = results.map(({ name, problems }) => ({ name, failures: problems.map(({ message }) => message) }));
  return { name: file, error: undefined, cases };
}

/** Whether a name matches one of the expressions, or there are none. */
function readFilter(texts: readonly string[]): (name: string) => boolean {
  const patterns = texts.map((text) => {
    try {
      return RE2JS.compile(text);
    } catch (error) {
      throw new WrongUse(`--run ${text}: ${(error as Error).message}`);
    }
  });
  return (name) => patterns.length === 0 || patterns.some((pattern) => pattern.matcher(name).find());
}

const hasPassed = ({ error, cases }: JunitSuite): boolean =>
  error === undefined && cases.every(({ failures }) => failures.length === 0);

/** Runs the command. */
export async function run(args: readonly string[]): Promise<number> {
  const options = {
    run: { type: 'string', multiple: true },
    diff: { type: 'boolean' },
    junit: { type: 'string' },
    experimental: { type: 'boolean' },
  } as const;
  const { values, positionals } = readArguments({ args: [...args], options, allowPositionals: true });
  const [what, ...files] = positionals;
  if (what !== 'rules') throw new WrongUse(`expected "rules", got ${what === undefined ? 'nothing' : `"${what}"`}`);
  if (files.length === 0) throw new WrongUse('expected files, got nothing');
  const testOptions: TestOptions = {
    language: values.experimental === true ? allOptions : stockOptions,
    isWanted: readFilter(values.run ?? []),
    isDiff: values.diff === true,
  };
  const suites: JunitSuite[] = [];
  for (const file of files) {
    try {
      suites.push(await testFile(file, testOptions));
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error)) throw error;
      throw new CommandFailure(`cannot read ${file}: ${error.message}`, 3);
    }
  }
  if (values.junit !== undefined) writeResults(values.junit, writeJunit(suites, new Date()));
  return suites.every(hasPassed) ? 0 : 1;
}

function writeResults(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new CommandFailure(`cannot write ${path}: ${(error as Error).message}`, 3);
  }
}
