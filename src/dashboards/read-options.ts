// `options` of today's panels, and the transformations that a table can follow.
import type { ColumnChanges, PanelOptions } from './dashboard.ts';
import { isTrue, listOf, objectOf, objectsOf, oneOf, textOf, type Json } from './json-fields.ts';
import { currentReducerName } from './reducers.ts';

export const defaultOptions: PanelOptions = {
  reducer: 'lastNotNull',
  showsAllValues: false,
  legend: 'list',
  legendCalculations: [],
  colorMode: 'value',
  graphMode: 'area',
  orientation: 'auto',
  textMode: 'auto',
  content: '',
  contentMode: 'markdown',
  prefix: '',
  postfix: '',
  columns: { renamed: {}, hidden: [], order: [] },
};

function readLegend(value: unknown): Pick<PanelOptions, 'legend' | 'legendCalculations'> {
  const legend = objectOf(value);
  const isHidden = legend['showLegend'] === false || legend['displayMode'] === 'hidden';
  return {
    legend: isHidden ? 'hidden' : legend['displayMode'] === 'table' ? 'table' : 'list',
    legendCalculations: listOf(legend['calcs']).map((name) => currentReducerName(textOf(name))),
  };
}

export function readOptions(panel: Json): PanelOptions {
  const options = objectOf(panel['options']);
  const reduce = objectOf(options['reduceOptions']);
  // Version 6.2 kept them under fieldOptions.
  const former = objectOf(options['fieldOptions']);
  const [reducer] = [...listOf(reduce['calcs']), ...listOf(former['calcs'])].map(textOf);
  const colorMode = textOf(options['colorMode']);
  return {
    ...defaultOptions,
    ...readLegend(options['legend']),
    reducer: currentReducerName(reducer ?? 'lastNotNull'),
    showsAllValues: isTrue(reduce['values']),
    colorMode: colorMode.startsWith('background') ? 'background' : colorMode === 'none' ? 'none' : 'value',
    graphMode: options['graphMode'] === 'none' ? 'none' : 'area',
    orientation: oneOf(options['orientation'], ['horizontal', 'vertical'] as const) ?? 'auto',
    textMode: oneOf(options['textMode'], ['value', 'value_and_name', 'name', 'none'] as const) ?? 'auto',
    content: textOf(options['content']),
    contentMode: oneOf(options['mode'], ['html', 'text', 'code'] as const) ?? 'markdown',
    columns: readColumnChanges(panel),
  };
}

/** Transformations that only join, rename, order or hide the columns of a table are followed; the names of the others. */
export function unfollowedTransformations(panel: Json): string[] {
  const followed = new Set([
    'organize',
    'merge',
    'seriesToColumns',
    'joinByField',
    'labelsToFields',
    'timeSeriesTable',
  ]);
  return objectsOf(panel['transformations'])
    .filter((entry) => !isTrue(entry['disabled']))
    .map((entry) => textOf(entry['id']))
    .filter((id) => id !== '' && !followed.has(id));
}

function readColumnChanges(panel: Json): ColumnChanges {
  const renamed: Record<string, string> = {};
  const hidden: string[] = [];
  const places: [string, number][] = [];
  for (const entry of objectsOf(panel['transformations'])) {
    if (entry['id'] !== 'organize' || isTrue(entry['disabled'])) continue;
    const options = objectOf(entry['options']);
    for (const [from, to] of Object.entries(objectOf(options['renameByName']))) renamed[from] = textOf(to) || from;
    for (const [name, isHidden] of Object.entries(objectOf(options['excludeByName'])))
      if (isTrue(isHidden)) hidden.push(name);
    for (const [name, place] of Object.entries(objectOf(options['indexByName']))) places.push([name, Number(place)]);
  }
  return { renamed, hidden, order: places.toSorted((one, other) => one[1] - other[1]).map(([name]) => name) };
}
