// Rule files with their expressions parsed and their templates checked.
import { err, ok, type Result } from '../../base/result.ts';
import type { AlertingRule, FileProblem, RecordingRule, RuleFile } from '../../config/rules/rule-file.ts';
import type { Place, PlacedText } from '../../config/yaml-reader.ts';
import type { LanguageOptions } from '../../query/promql/options.ts';
import { parseQuery } from '../../query/promql/parse.ts';
import type { ParsedQuery } from '../../query/promql/query.ts';
import { checkTemplate } from '../template/expand.ts';

/** A rule that can be evaluated; its labels are those of its group, overridden by its own. */
export interface CompiledRule<T extends RecordingRule | AlertingRule = RecordingRule | AlertingRule> {
  readonly rule: T;
  readonly query: ParsedQuery;
  readonly labels: ReadonlyMap<string, string>;
}

export interface CompiledGroup {
  readonly name: string;
  readonly intervalMs: number | undefined;
  readonly queryOffsetMs: number;
  readonly limit: number;
  readonly rules: readonly CompiledRule[];
}

/** The place of `offset` in a text that begins at `start`; right as long as the text stands in the file as it is. */
export function placeWithin({ text, place, indent }: PlacedText, offset: number): Place {
  const before = text.slice(0, offset).split('\n');
  const column = (before.at(-1) ?? '').length;
  return {
    line: place.line + before.length - 1,
    column: before.length === 1 ? place.column + column : indent + column + 1,
  };
}

function checkTexts(texts: ReadonlyMap<string, PlacedText>, what: string): FileProblem[] {
  return [...texts].flatMap(([name, { text, place }]) => {
    const problem = checkTemplate(text);
    return problem === undefined ? [] : [{ ...place, message: `${what} "${name}": ${problem}` }];
  });
}

/** What of a file can be evaluated, and all that is wrong with the rest. */
export interface CompiledRules {
  readonly groups: readonly CompiledGroup[];
  readonly problems: readonly FileProblem[];
}

/** Compiles the rules of a file that can be. `queryOffsetMs` is that of groups that have none of their own. */
export function compileRules(file: RuleFile, language: LanguageOptions, queryOffsetMs = 0): CompiledRules {
  const problems: FileProblem[] = [];
  const groups = file.groups.map((group) => {
    const rules = group.rules.flatMap((rule): CompiledRule[] => {
      const { expression } = rule;
      const parsed = parseQuery(expression.text, language);
      const own =
        rule.kind === 'alerting'
          ? [...checkTexts(rule.labels, 'label'), ...checkTexts(rule.annotations, 'annotation')]
          : [];
      problems.push(...own);
      if (!parsed.ok) {
        const place = placeWithin(expression, parsed.error.range.start);
        problems.push({ ...place, message: `could not parse expression: ${parsed.error.message}` });
      }
      if (!parsed.ok || own.length > 0) return [];
      const labels = new Map([...group.labels, ...rule.labels].map(([name, { text }]) => [name, text]));
      return [{ rule, query: { text: expression.text, expression: parsed.value }, labels }];
    });
    const { name, intervalMs, limit } = group;
    return { name, intervalMs, queryOffsetMs: group.queryOffsetMs ?? queryOffsetMs, limit, rules };
  });
  return { groups, problems };
}

/** Compiles all groups of a file, or says all problems at once. */
export function compileRuleFile(
  file: RuleFile,
  language: LanguageOptions,
  queryOffsetMs = 0,
): Result<readonly CompiledGroup[], readonly FileProblem[]> {
  const { groups, problems } = compileRules(file, language, queryOffsetMs);
  return problems.length === 0 ? ok(groups) : err(problems);
}
