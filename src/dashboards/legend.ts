// What a series is called: legendFormat with {{label}}, __auto, or the labels.

export type SeriesLabels = Readonly<Record<string, string>>;

/** `name{a="b"}`, or `{}` for a series without labels. */
export function showSeries(labels: SeriesLabels): string {
  const { __name__: name = '', ...others } = labels;
  const pairs = Object.entries(others).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return pairs.length === 0 && name !== '' ? name : `${name}{${pairs.join(', ')}}`;
}

/** With "auto": the value of the one label in which the series differ, else all labels. */
function autoNames(series: readonly SeriesLabels[], expression: string): string[] {
  const labels = new Set(series.flatMap((entry) => Object.keys(entry)));
  const differing = [...labels].filter((label) => new Set(series.map((entry) => entry[label])).size > 1);
  const [only] = differing;
  return series.map((entry) => {
    if (differing.length === 1 && only !== undefined && entry[only] !== undefined) return entry[only];
    const shown = showSeries(entry);
    return shown === '{}' ? expression : shown;
  });
}

/** One name a series, in their order; `format` has its variables replaced already. */
export function nameSeries(series: readonly SeriesLabels[], format: string, expression: string): string[] {
  if (format === '__auto') return autoNames(series, expression);
  return series.map((entry) => {
    if (format !== '') return format.replaceAll(/\{\{\s*(.+?)\s*\}\}/g, (_, label: string) => entry[label] ?? '');
    const shown = showSeries(entry);
    return shown === '{}' ? expression : shown;
  });
}
