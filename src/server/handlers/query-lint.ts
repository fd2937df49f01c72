import type { QueryLintResponse } from '../../api/query-lint.ts';
import { findCondition } from '../../alerting/lint/condition.ts';
import { lintExpression } from '../../query/promql/lint/lint-expression.ts';
import type { LanguageOptions } from '../../query/promql/options.ts';
import { parseQuery } from '../../query/promql/parse.ts';
import type { Handlers } from '../http/handler.ts';

type Answer = QueryLintResponse['answers'][number];

function lint(text: string, language: LanguageOptions): Answer {
  const parsed = parseQuery(text, language);
  if (!parsed.ok) {
    const { message, range } = parsed.error;
    return { error: { message, start: range.start, end: range.end }, findings: [] };
  }
  const findings = lintExpression(parsed.value).map(({ check, message, range, fix }) => ({
    check,
    message,
    start: range.start,
    end: range.end,
    ...(fix === undefined ? {} : { fix }),
  }));
  const condition = findCondition(parsed.value);
  if (condition === undefined || !Number.isFinite(condition.threshold)) return { findings };
  const { node, value, threshold } = condition;
  return { findings, condition: { ...value.range, operator: node.operator, threshold } };
}

export function queryLintHandlers(language: LanguageOptions): Pick<Handlers, 'lintQueries'> {
  return {
    lintQueries: ({ body }) => Promise.resolve({ answers: body.queries.map((query) => lint(query, language)) }),
  };
}
