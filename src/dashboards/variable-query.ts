// What a query variable asks for: label_names(), label_values(…), metrics(…), query_result(…), or a selector.

export type VariableQuery =
  | { readonly kind: 'labelNames'; readonly match: string }
  /** `match` '' is every series. */
  | { readonly kind: 'labelValues'; readonly label: string; readonly match: string }
  | { readonly kind: 'metrics'; readonly pattern: string }
  | { readonly kind: 'queryResult'; readonly expression: string }
  | { readonly kind: 'series'; readonly match: string };

/** Reads the text of a query variable, its variables already replaced; undefined when it is empty. */
export function readVariableQuery(text: string): VariableQuery | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const names = /^label_names\(\s*(.*?)\s*\)$/s.exec(trimmed);
  if (names !== null) return { kind: 'labelNames', match: names[1] ?? '' };
  const values = /^label_values\(\s*(?:(.+),\s*)?("(?:[^"\\]|\\.)*"|[\p{L}_][\p{L}\p{N}_]*)\s*\)$/su.exec(trimmed);
  if (values !== null) {
    const label = (values[2] ?? '').replace(/^"(.*)"$/s, '$1');
    return { kind: 'labelValues', label, match: (values[1] ?? '').trim() };
  }
  const metrics = /^metrics\(\s*(.*?)\s*\)$/s.exec(trimmed);
  if (metrics !== null) return { kind: 'metrics', pattern: metrics[1] ?? '' };
  const result = /^query_result\(\s*(.+?)\s*\)$/s.exec(trimmed);
  if (result !== null) return { kind: 'queryResult', expression: result[1] ?? '' };
  return { kind: 'series', match: trimmed };
}

/** The text of a query variable in the file: a string, or an object of newer versions, whose `qryType` says which form it is. */
export function variableQueryText(query: unknown): string {
  if (typeof query === 'string') return query;
  if (typeof query !== 'object' || query === null) return '';
  const { query: text, qryType, label, metric, labelFilters, varQuery, seriesQuery } = query as Record<string, unknown>;
  if (typeof text === 'string' && text !== '') return text;
  if (qryType === 0) return 'label_names()';
  if (qryType === 1 && typeof label === 'string') {
    const filters = Array.isArray(labelFilters)
      ? (labelFilters as { label?: unknown; op?: unknown; value?: unknown }[])
          .map((filter) => `${String(filter.label)}${String(filter.op)}"${String(filter.value)}"`)
          .join(', ')
      : '';
    const selector = `${typeof metric === 'string' ? metric : ''}${filters === '' ? '' : `{${filters}}`}`;
    return selector === '' ? `label_values(${label})` : `label_values(${selector}, ${label})`;
  }
  if (qryType === 3 && typeof varQuery === 'string') return `query_result(${varQuery})`;
  if (qryType === 4 && typeof seriesQuery === 'string') return seriesQuery;
  return '';
}

/** One series of query_result() as Grafana writes it: `name{a="b"} VALUE TIME`, which the variable's regex then reads. */
export function writeQueryResult(labels: Readonly<Record<string, string>>, value: string, seconds: number): string {
  const { __name__: name = '', ...others } = labels;
  const pairs = Object.entries(others).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
  return `${name}{${pairs.join(',')}} ${value} ${Math.round(seconds * 1000)}`;
}
