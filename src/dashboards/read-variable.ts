// `templating.list` of a dashboard.
import { variableKinds, type Variable, type VariableOption } from './dashboard.ts';
import { isTrue, listOf, numberOf, objectOf, objectsOf, oneOf, scalarOf, textOf, type Json } from './json-fields.ts';
import { readCustomOptions } from './variable-options.ts';
import { variableQueryText } from './variable-query.ts';

export const AUTO_INTERVAL = '$__auto_interval';

function readOptions(entry: Json): VariableOption[] {
  return objectsOf(entry['options']).flatMap((option) => {
    const value = scalarOf(option['value']);
    return value === undefined || value === '$__all' ? [] : [{ text: scalarOf(option['text']) ?? value, value }];
  });
}

function readCurrent(value: unknown): string[] {
  const chosen = objectOf(value)['value'];
  const values = Array.isArray(chosen) ? chosen.map(scalarOf) : [scalarOf(chosen)];
  return values.filter((entry): entry is string => entry !== undefined && entry !== '');
}

function optionsOf(entry: Json, kind: Variable['kind'], query: string): VariableOption[] {
  const listed = readOptions(entry);
  if (kind === 'custom') return query === '' ? listed : readCustomOptions(query);
  if (kind === 'interval') {
    const steps = readCustomOptions(query).length > 0 ? readCustomOptions(query) : listed;
    return isTrue(entry['auto'])
      ? [{ text: 'auto', value: AUTO_INTERVAL }, ...steps.filter(({ value }) => !value.startsWith(AUTO_INTERVAL))]
      : steps;
  }
  if (kind === 'constant') return [{ text: query, value: query }];
  return kind === 'query' ? listed : [];
}

function hideOf(value: unknown): Variable['hide'] {
  const number = numberOf(value) ?? 0;
  return number === 2 ? 'all' : number === 1 ? 'label' : 'nothing';
}

function readVariable(entry: Json): Variable | undefined {
  const name = textOf(entry['name']);
  if (name === '') return undefined;
  const type = textOf(entry['type']) || 'query';
  const kind = oneOf(type, variableKinds) ?? 'unsupported';
  const query =
    kind === 'query'
      ? variableQueryText(entry['query'] ?? entry['definition']) || textOf(entry['definition'])
      : (scalarOf(entry['query']) ?? '');
  const current = readCurrent(entry['current']);
  return {
    name,
    label: textOf(entry['label']) || name,
    kind,
    type,
    query,
    options: optionsOf(entry, kind, query),
    regex: textOf(entry['regex']),
    sort: numberOf(entry['sort']) ?? 0,
    isMulti: isTrue(entry['multi']),
    includesAll: isTrue(entry['includeAll']),
    allValue: scalarOf(entry['allValue']) ?? '',
    // A constant is nobody's choice; its value is often a prefix that the dashboard's author chose.
    hide: kind === 'constant' || kind === 'datasource' ? 'all' : hideOf(entry['hide']),
    current:
      kind === 'constant' || (kind === 'textbox' && current.length === 0)
        ? [query]
        : current.map((value) => (value.startsWith(AUTO_INTERVAL) ? AUTO_INTERVAL : value)),
    auto: isTrue(entry['auto'])
      ? { count: numberOf(entry['auto_count']) ?? 30, min: textOf(entry['auto_min']) || '10s' }
      : undefined,
  };
}

/** Constants that an exported dashboard asks for when it is imported (`__inputs`): their values stand for ${NAME}. */
function readInputs(dashboard: Json): Variable[] {
  return objectsOf(dashboard['__inputs']).flatMap((input) => {
    const name = textOf(input['name']);
    const value = scalarOf(input['value']);
    if (name === '' || (input['type'] === 'constant' && value === undefined)) return [];
    const entry = { name, type: input['type'] === 'constant' ? 'constant' : 'datasource', query: value ?? '' };
    return readVariable(entry) ?? [];
  });
}

export function readVariables(dashboard: Json): Variable[] {
  const listed = listOf(objectOf(dashboard['templating'])['list']).map(objectOf).map(readVariable);
  return [...readInputs(dashboard), ...listed.filter((variable) => variable !== undefined)];
}
