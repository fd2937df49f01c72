// /series, /labels and /label/NAME/values: which series there are, without their samples.
import { compareLabels } from '../../../model/labels.ts';
import type { LanguageOptions } from '../../../query/promql/options.ts';
import { ApiError, failParameter } from '../api-error.ts';
import { JsonText, type ApiAnswer, type ApiCall, type Endpoint } from '../endpoint.ts';
import { readLimit, readMatcherSets, readOptionalRange, truncate } from '../parameters.ts';
import type { SeriesCatalog } from '../ports.ts';
import { unescapeName } from '../unescape-name.ts';
import { showLabelObject } from '../write-data.ts';

/** Without a limit an answer has at most so many series. */
const MAX_SERIES = 1_000_000;

async function listSeries(
  { form, signal }: ApiCall,
  catalog: SeriesCatalog,
  language: LanguageOptions,
): Promise<ApiAnswer> {
  if (!form.has('match[]')) throw new ApiError('bad_data', 'no match[] parameter provided');
  const limit = readLimit(form);
  const range = readOptionalRange(form);
  const sets = readMatcherSetsOfSeries(form, language);
  const found = await catalog.series(sets, range, limit === 0 ? MAX_SERIES : limit + 1, signal);
  const { list, warnings } = truncate(found.toSorted(compareLabels), limit);
  const unlimited = limit === 0 && found.length >= MAX_SERIES ? ['results truncated due to limit'] : [];
  return { data: new JsonText(`[${list.map(showLabelObject).join(',')}]`), warnings: [...warnings, ...unlimited] };
}

/** Here, and only here, a wrong selector is told with the parameter's name. */
function readMatcherSetsOfSeries(form: URLSearchParams, language: LanguageOptions): ReturnType<typeof readMatcherSets> {
  try {
    return readMatcherSets(form, language);
  } catch (error) {
    if (error instanceof ApiError) failParameter('match[]', error.message);
    throw error;
  }
}

async function listLabels(
  { form, signal }: ApiCall,
  catalog: SeriesCatalog,
  language: LanguageOptions,
): Promise<ApiAnswer> {
  const limit = readLimit(form);
  const range = readOptionalRange(form);
  const names = await catalog.labelNames(readMatcherSets(form, language), range, signal);
  const { list, warnings } = truncate(names, limit);
  return { data: list, warnings };
}

async function listLabelValues(
  { form, path, signal }: ApiCall,
  catalog: SeriesCatalog,
  language: LanguageOptions,
): Promise<ApiAnswer> {
  const name = unescapeName(path['name'] ?? '');
  if (name === '' || name.includes('\ufffd'))
    throw new ApiError('bad_data', `invalid label name: ${JSON.stringify(name)}`);
  const limit = readLimit(form);
  const range = readOptionalRange(form);
  const values = await catalog.labelValues(name, readMatcherSets(form, language), range, signal);
  const { list, warnings } = truncate(values, limit);
  return { data: list, warnings };
}

export function seriesEndpoints(catalog: SeriesCatalog, language: LanguageOptions): readonly Endpoint[] {
  return [
    { path: '/series', post: true, answer: (call) => listSeries(call, catalog, language) },
    { path: '/labels', post: true, answer: (call) => listLabels(call, catalog, language) },
    { path: '/label/:name/values', answer: (call) => listLabelValues(call, catalog, language) },
  ];
}
