// The panels of before 2020 (graph, singlestat, table-old) in the terms of today.
import type { FieldOverride, FieldStyle, PanelOptions } from './dashboard.ts';
import { defined, isTrue, numberOf, objectOf, objectsOf, oneOf, textOf, type Json } from './json-fields.ts';
import { readSinglestatMappings } from './mappings.ts';
import { currentReducerName } from './reducers.ts';
import { readGraphThresholds, readSinglestatThresholds } from './thresholds.ts';

const nullModes = { null: 'null', connected: 'connected', 'null as zero': 'zero' } as const;

function readAxis(value: unknown): FieldStyle {
  const axis = objectOf(value);
  return defined({
    unit: textOf(axis['format']) || undefined,
    decimals: numberOf(axis['decimals']),
    min: numberOf(axis['min']),
    max: numberOf(axis['max']),
  });
}

/** Lines, bars, fill (0–10), width, stack: of a graph, or of a series override. */
function readDrawing(source: Json): FieldStyle {
  const isBars = isTrue(source['bars']);
  const isPoints = isTrue(source['points']) && source['lines'] === false;
  const fill = numberOf(source['fill']);
  const stacked = isTrue(source['stack']) || typeof source['stack'] === 'string';
  return defined({
    draw: isBars ? ('bars' as const) : isPoints ? ('points' as const) : undefined,
    lineWidth: numberOf(source['linewidth']),
    fillOpacity: fill === undefined ? undefined : fill * 10,
    stacking: source['stack'] === undefined ? undefined : stacked ? ('normal' as const) : ('none' as const),
    isStepped: isTrue(source['steppedLine']) ? true : undefined,
    color: textOf(source['color']) || undefined,
    isNegative: source['transform'] === 'negative-Y' ? true : undefined,
  });
}

export function readGraphStyle(panel: Json): { field: FieldStyle; overrides: FieldOverride[] } {
  const [left, right] = objectsOf(panel['yaxes']);
  // Before 2015 the axes stood in `y_formats` and `grid`.
  const [oldFormat] = Array.isArray(panel['y_formats']) ? panel['y_formats'].map(textOf) : [];
  const drawing = readDrawing(panel);
  const isPercent = isTrue(panel['stack']) && isTrue(panel['percentage']);
  const nulls = nullModes[textOf(panel['nullPointMode']) as keyof typeof nullModes];
  const field: FieldStyle = {
    ...defined({ unit: oldFormat }),
    ...readAxis(left),
    ...drawing,
    ...(isPercent && { stacking: 'percent' }),
    ...defined({
      decimals: numberOf(panel['decimals']) ?? numberOf(objectOf(left)['decimals']),
      nulls,
      thresholds: readGraphThresholds(panel['thresholds']),
    }),
  };
  const colors = Object.entries(objectOf(panel['aliasColors'])).map(([name, color]): FieldOverride => ({
    matcher: { kind: 'name', name },
    style: defined({ color: textOf(color) }),
  }));
  const series = objectsOf(panel['seriesOverrides']).map((entry): FieldOverride => {
    const alias = textOf(entry['alias']);
    const isRight = numberOf(entry['yaxis']) === 2;
    return {
      matcher: /^\/.*\/[a-z]*$/s.test(alias) ? { kind: 'regexp', pattern: alias } : { kind: 'name', name: alias },
      style: { ...readDrawing(entry), ...(isRight && { ...readAxis(right), axis: 'right' }) },
    };
  });
  return { field, overrides: [...colors, ...series] };
}

export function readSinglestatStyle(panel: Json): FieldStyle {
  const gauge = objectOf(panel['gauge']);
  return defined({
    unit: textOf(panel['format']) || undefined,
    decimals: numberOf(panel['decimals']),
    noValue: textOf(panel['nullText']) || undefined,
    min: isTrue(gauge['show']) ? (numberOf(gauge['minValue']) ?? 0) : undefined,
    max: isTrue(gauge['show']) ? (numberOf(gauge['maxValue']) ?? 100) : undefined,
    thresholds: readSinglestatThresholds(panel),
    mappings: readSinglestatMappings(panel),
  });
}

/** Columns of an old table: units, decimals and names by pattern. */
export function readOldTableStyle(panel: Json): FieldOverride[] {
  return objectsOf(panel['styles']).flatMap((style) => {
    const pattern = textOf(style['pattern']);
    if (pattern === '' || style['type'] === 'date') return [];
    return [
      {
        matcher: { kind: 'regexp' as const, pattern },
        style: defined({
          unit: style['type'] === 'number' ? textOf(style['unit']) || undefined : undefined,
          decimals: numberOf(style['decimals']),
          displayName: textOf(style['alias']) || undefined,
          isHidden: style['type'] === 'hidden' ? true : undefined,
        }),
      },
    ];
  });
}

export function readOldOptions(panel: Json): Partial<PanelOptions> {
  const legend = objectOf(panel['legend']);
  const calculations = ['current', 'min', 'max', 'avg', 'total'].filter((name) => isTrue(legend[name]));
  const isTable = isTrue(legend['alignAsTable']) || (isTrue(legend['values']) && calculations.length > 0);
  return defined({
    reducer: currentReducerName(textOf(panel['valueName']) || 'avg'),
    legend:
      panel['legend'] === undefined
        ? undefined
        : legend['show'] === false
          ? ('hidden' as const)
          : isTable
            ? ('table' as const)
            : ('list' as const),
    legendCalculations: calculations.map(currentReducerName),
    colorMode: isTrue(panel['colorBackground'])
      ? ('background' as const)
      : isTrue(panel['colorValue'])
        ? ('value' as const)
        : ('none' as const),
    graphMode: isTrue(objectOf(panel['sparkline'])['show']) ? ('area' as const) : ('none' as const),
    prefix: textOf(panel['prefix']),
    postfix: textOf(panel['postfix']),
    contentMode: oneOf(panel['mode'], ['markdown', 'html', 'text'] as const),
    content: textOf(panel['content']) || undefined,
  });
}
