// The typed attributes of a row as the API writes them.
import type { Attribute } from '../../api/common.ts';
import type { QueryResult } from '../../storage/ports/query-result.ts';
import { pairsOf, textsOf } from './result-columns.ts';

/** A float as JSON can carry it. */
export function writeFloat(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** Attributes of an OTLP JSON object {key: value}, as events and links keep them. */
export function readAttributeObject(json: unknown): Attribute[] {
  return Object.entries((json ?? {}) as Record<string, unknown>).map(([name, value]) => {
    if (typeof value === 'string') return { name, kind: 'string' as const, value };
    if (typeof value === 'boolean') return { name, kind: 'bool' as const, value };
    if (typeof value === 'number')
      return Number.isSafeInteger(value)
        ? { name, kind: 'int' as const, value: String(value) }
        : { name, kind: 'float' as const, value };
    return { name, kind: 'json' as const, value };
  });
}

function readJsonAttributes(text: string): Attribute[] {
  if (text === '') return [];
  return Object.entries(JSON.parse(text) as Record<string, unknown>).map(([name, value]) => ({
    name,
    kind: 'json' as const,
    value,
  }));
}

/** Reads the attribute columns of an answer; the attributes of a row are sorted by name. */
export function attributesOf(result: QueryResult): (row: number) => Attribute[] {
  const strings = pairsOf(result, 'attributeStrings');
  const ints = pairsOf(result, 'attributeInts');
  const floats = pairsOf(result, 'attributeFloats');
  const bools = pairsOf(result, 'attributeBools');
  const json = textsOf(result, 'attributeJson');
  return (row) =>
    [
      ...strings(row).map(([name, value]) => ({ name, kind: 'string' as const, value: String(value) })),
      ...ints(row).map(([name, value]) => ({ name, kind: 'int' as const, value: String(value) })),
      ...floats(row).map(([name, value]) => ({ name, kind: 'float' as const, value: writeFloat(Number(value)) })),
      ...bools(row).map(([name, value]) => ({ name, kind: 'bool' as const, value: Number(value) !== 0 })),
      ...readJsonAttributes(json(row)),
    ].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Labels that the inputs keep for themselves begin with this. */
const INTERNAL_PREFIX = 'holter.';

/** A map of labels as an object, without those that are nobody's business. */
export function labelsOf(result: QueryResult, name: string): (row: number) => Record<string, string> {
  const pairs = pairsOf(result, name);
  return (row) => describeLabels(pairs(row));
}

export function describeLabels(pairs: Iterable<readonly [string, string | number | bigint]>): Record<string, string> {
  const shown = Array.from(pairs).filter(([key]) => !key.startsWith(INTERNAL_PREFIX));
  return Object.fromEntries(shown.map(([key, value]) => [key, String(value)]));
}
