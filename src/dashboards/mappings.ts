// Values that are written as words: of today's schema (value, range, regex, special) and of singlestat's.
import { defined, isJson, numberOf, objectOf, objectsOf, scalarOf, textOf, type Json } from './json-fields.ts';

export interface MappedValue {
  readonly text?: string;
  readonly color?: string;
}

/** Rules are tried in order; the first that fits wins. */
export type MappingRule =
  | { readonly kind: 'value'; readonly value: string; readonly result: MappedValue }
  | { readonly kind: 'range'; readonly from: number; readonly to: number; readonly result: MappedValue }
  | { readonly kind: 'regex'; readonly pattern: string; readonly result: MappedValue }
  | { readonly kind: 'special'; readonly match: string; readonly result: MappedValue };

const resultOf = (value: unknown): MappedValue => {
  const { text, color } = objectOf(value);
  return defined({ text: scalarOf(text), color: scalarOf(color) });
};

function readModern(mapping: Json): MappingRule[] {
  const options = objectOf(mapping['options']);
  const result = resultOf(options['result']);
  switch (mapping['type']) {
    case 'value':
      return Object.entries(options).map(([value, entry]) => ({ kind: 'value', value, result: resultOf(entry) }));
    case 'range': {
      const from = numberOf(options['from']) ?? Number.NEGATIVE_INFINITY;
      return [{ kind: 'range', from, to: numberOf(options['to']) ?? Number.POSITIVE_INFINITY, result }];
    }
    case 'regex':
      return [{ kind: 'regex', pattern: textOf(options['pattern']), result }];
    case 'special':
      return [{ kind: 'special', match: textOf(options['match']), result }];
    // Before version 8: 1 is a value, 2 a range.
    case 1: {
      const value = scalarOf(mapping['value']) ?? 'null';
      return [{ kind: 'value', value, result: resultOf(mapping) }];
    }
    case 2: {
      const from = numberOf(mapping['from']) ?? Number.NEGATIVE_INFINITY;
      return [
        { kind: 'range', from, to: numberOf(mapping['to']) ?? Number.POSITIVE_INFINITY, result: resultOf(mapping) },
      ];
    }
    default:
      return [];
  }
}

export function readMappings(value: unknown): readonly MappingRule[] | undefined {
  const rules = objectsOf(value).flatMap(readModern);
  return rules.length === 0 ? undefined : rules;
}

/** Singlestat's two lists, of which `mappingType` names the one that holds. */
export function readSinglestatMappings(panel: Json): readonly MappingRule[] | undefined {
  const isRange = panel['mappingType'] === 2;
  const entries = objectsOf(panel[isRange ? 'rangeMaps' : 'valueMaps']).filter(isJson);
  const rules = entries.flatMap((entry): MappingRule[] => {
    const result = resultOf({ text: entry['text'] });
    if (!isRange) return [{ kind: 'value', value: scalarOf(entry['value']) ?? 'null', result }];
    const [from, to] = [numberOf(entry['from']), numberOf(entry['to'])];
    if (from === undefined && to === undefined) return [];
    return [{ kind: 'range', from: from ?? Number.NEGATIVE_INFINITY, to: to ?? Number.POSITIVE_INFINITY, result }];
  });
  return rules.length === 0 ? undefined : rules;
}

/** A pattern of the file, written /…/flags or plain; undefined when the browser cannot read it. */
export function compilePattern(pattern: string): RegExp | undefined {
  const parts = /^\/(.*)\/([a-z]*)$/s.exec(pattern);
  try {
    return parts === null
      ? new RegExp(`^${pattern}$`)
      : new RegExp(parts[1] ?? '', (parts[2] ?? '').replace(/[gy]/g, ''));
  } catch {
    return undefined;
  }
}

function fitsSpecial(match: string, value: number | string | null): boolean {
  const isNaN = typeof value === 'number' && Number.isNaN(value);
  if (match === 'null') return value === null;
  if (match === 'nan') return isNaN;
  if (match === 'null+nan') return value === null || isNaN;
  return match === 'empty' && value === '';
}

function fits(rule: MappingRule, value: number | string | null): boolean {
  switch (rule.kind) {
    case 'value':
      return value === null ? rule.value === 'null' : rule.value === String(value);
    case 'range':
      return typeof value === 'number' && value >= rule.from && value <= rule.to;
    case 'regex':
      return value !== null && compilePattern(rule.pattern)?.test(String(value)) === true;
    case 'special':
      return fitsSpecial(rule.match, value);
  }
}

/** What `value` is written as; undefined when no rule fits. */
export function mapValue(
  rules: readonly MappingRule[] | undefined,
  value: number | string | null,
): MappedValue | undefined {
  return rules?.find((rule) => fits(rule, value))?.result;
}
