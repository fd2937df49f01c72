// /format_query and /parse_query: what the text of a query is, without evaluating it.
import type { LanguageOptions } from '../../../query/promql/options.ts';
import { formatQuery } from '../../../query/promql/print.ts';
import { readQuery, type ParsedQuery } from '../../../query/promql/query.ts';
import { failParameter } from '../api-error.ts';
import { describeExpression } from '../describe-expression.ts';
import type { ApiCall, Endpoint } from '../endpoint.ts';

export function languageEndpoints(language: LanguageOptions): readonly Endpoint[] {
  const read = ({ form }: ApiCall): ParsedQuery => {
    const query = readQuery(form.get('query') ?? '', language);
    return query.ok ? query.value : failParameter('query', query.error.message);
  };
  return [
    { path: '/format_query', post: true, answer: (call) => ({ data: formatQuery(read(call).expression) }) },
    { path: '/parse_query', post: true, answer: (call) => ({ data: describeExpression(read(call).expression) }) },
  ];
}
