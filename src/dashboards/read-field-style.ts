// fieldConfig of today's schema: how values look, for all series and for those that an override names.
import type { FieldMatcher, FieldOverride, FieldStyle } from './dashboard.ts';
import { defined, isTrue, numberOf, objectOf, objectsOf, oneOf, scalarOf, textOf, type Json } from './json-fields.ts';
import { readMappings } from './mappings.ts';
import { readThresholds } from './thresholds.ts';

/** `custom` of a time series, as a style. */
function readDrawing(custom: Json): FieldStyle {
  const spanNulls = custom['spanNulls'];
  const stacking = objectOf(custom['stacking']);
  return defined({
    draw: oneOf(custom['drawStyle'], ['line', 'bars', 'points'] as const),
    lineWidth: numberOf(custom['lineWidth']),
    fillOpacity: numberOf(custom['fillOpacity']),
    stacking: oneOf(stacking['mode'], ['none', 'normal', 'percent'] as const),
    nulls: spanNulls === undefined ? undefined : spanNulls === false ? ('null' as const) : ('connected' as const),
    showPoints: oneOf(custom['showPoints'], ['always', 'never', 'auto'] as const),
    isStepped: textOf(custom['lineInterpolation']).startsWith('step') ? true : undefined,
    axis: oneOf(custom['axisPlacement'], ['left', 'right', 'hidden'] as const),
    isHidden: isTrue(objectOf(custom['hideFrom'])['viz']) ? true : undefined,
    isNegative: custom['transform'] === 'negative-Y' ? true : undefined,
  });
}

function colorOf(value: unknown): string | undefined {
  const color = objectOf(value);
  return color['mode'] === 'fixed' || color['mode'] === 'shades' ? scalarOf(color['fixedColor']) : undefined;
}

export function readFieldStyle(value: unknown): FieldStyle {
  const field = objectOf(value);
  return {
    ...defined({
      unit: scalarOf(field['unit']),
      decimals: numberOf(field['decimals']),
      min: numberOf(field['min']),
      max: numberOf(field['max']),
      displayName: textOf(field['displayName']) || undefined,
      noValue: scalarOf(field['noValue']),
      color: colorOf(field['color']),
      thresholds: readThresholds(field['thresholds']),
      mappings: readMappings(field['mappings']),
    }),
    ...readDrawing(objectOf(field['custom'])),
  };
}

function readMatcher(value: unknown): FieldMatcher | undefined {
  const { id, options } = objectOf(value);
  if (id === 'byName') return { kind: 'name', name: textOf(options) };
  if (id === 'byRegexp') return { kind: 'regexp', pattern: textOf(options) };
  if (id === 'byFrameRefID') return { kind: 'refId', refId: textOf(options) };
  if (id === 'byType') return textOf(options) === 'number' ? { kind: 'numbers' } : undefined;
  // {mode: "exclude", names: […]}: the series that were switched off when the dashboard was saved.
  const excluded = objectOf(options);
  if (id === 'byNames' && excluded['mode'] !== 'exclude') {
    const names = Array.isArray(excluded['names']) ? excluded['names'].map(textOf) : [];
    return names[0] === undefined ? undefined : { kind: 'regexp', pattern: names.map(quotePattern).join('|') };
  }
  return undefined;
}

const quotePattern = (text: string): string => text.replaceAll(/[\\^$*+?.()|[\]{}]/g, String.raw`\$&`);

/** {id: "custom.lineWidth", value: 2} and its like as the object that they change. */
function unfold(properties: readonly Json[]): Json {
  const field: Record<string, unknown> = {};
  const custom: Record<string, unknown> = {};
  for (const property of properties) {
    const id = textOf(property['id']);
    if (id.startsWith('custom.')) custom[id.slice('custom.'.length)] = property['value'];
    else field[id] = property['value'];
  }
  return { ...field, custom };
}

export function readOverrides(value: unknown): FieldOverride[] {
  return objectsOf(value).flatMap((override) => {
    const matcher = readMatcher(override['matcher']);
    if (matcher === undefined) return [];
    return [{ matcher, style: readFieldStyle(unfold(objectsOf(override['properties']))) }];
  });
}
