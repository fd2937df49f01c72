// /query_exemplars: the exemplars of all series that a query selects.
import type { Expression, VectorSelector } from '../../../query/promql/ast.ts';
import { childrenOf } from '../../../query/promql/ast.ts';
import type { LanguageOptions } from '../../../query/promql/options.ts';
import { readQuery } from '../../../query/promql/query.ts';
import { ApiError } from '../api-error.ts';
import { JsonText, type ApiAnswer, type ApiCall, type Endpoint } from '../endpoint.ts';
import { readOptionalRange } from '../parameters.ts';
import type { SeriesCatalog, SeriesExemplars } from '../ports.ts';
import { showLabelObject, showSeconds, showValue } from '../write-data.ts';

const selectorsOf = (node: Expression): VectorSelector[] =>
  node.kind === 'vector' ? [node] : childrenOf(node).flatMap(selectorsOf);

function showSeries({ labels, exemplars }: SeriesExemplars): string {
  const shown = exemplars.map(
    (one) =>
      `{"labels":${showLabelObject(one.labels)},"value":"${showValue(one.value)}","timestamp":${showSeconds(one.timeMs)}}`,
  );
  return `{"seriesLabels":${showLabelObject(labels)},"exemplars":[${shown.join(',')}]}`;
}

async function findExemplars(
  { form, signal }: ApiCall,
  catalog: SeriesCatalog,
  language: LanguageOptions,
): Promise<ApiAnswer> {
  const range = readOptionalRange(form);
  if (range.toMs < range.fromMs) throw new ApiError('bad_data', 'end timestamp must not be before start timestamp');
  const query = readQuery(form.get('query') ?? '', language);
  if (!query.ok) throw new ApiError('bad_data', query.error.message);
  const sets = selectorsOf(query.value.expression).map(({ matchers }) => matchers);
  if (sets.length === 0) return { data: undefined };
  const found = await catalog.exemplars(sets, range, signal);
  return { data: new JsonText(`[${found.map(showSeries).join(',')}]`) };
}

export function exemplarEndpoints(catalog: SeriesCatalog, language: LanguageOptions): readonly Endpoint[] {
  return [{ path: '/query_exemplars', post: true, answer: (call) => findExemplars(call, catalog, language) }];
}
