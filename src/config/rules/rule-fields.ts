// The fields of rule files and of their tests, read as Prometheus reads them: an unknown field is a problem, an empty one is left out.
import { parseDuration } from '../../base/duration.ts';
import type { PlacedText, YamlNode } from '../yaml-reader.ts';

export type Fields = ReadonlyMap<string, YamlNode>;

/** The fields of a mapping by name; those not in `known` are reported. */
export function readFields(node: YamlNode | undefined, what: string, known: readonly string[]): Fields {
  const fields = new Map<string, YamlNode>();
  if (node === undefined || node.isEmpty) return fields;
  for (const [name, value] of node.entries(`a mapping for ${what}`) ?? []) {
    if (!known.includes(name))
      node.keyed(name).problem(`unknown field "${name}" in ${what}; known are ${known.join(', ')}`);
    else if (!value.isEmpty) fields.set(name, value);
  }
  return fields;
}

export function readList(fields: Fields, name: string): readonly YamlNode[] {
  return fields.get(name)?.items(`a list for ${name}`) ?? [];
}

/** A text; numbers and booleans count as the text they are written with. */
export function readText(fields: Fields, name: string): PlacedText | undefined {
  return fields.get(name)?.placedText(`a text for ${name}`);
}

/** Milliseconds of a duration like `1m30s`. */
export function readDuration(fields: Fields, name: string): number | undefined {
  const node = fields.get(name);
  const text = node?.text(`a duration for ${name}`);
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  return typeof ms === 'number' ? ms : node?.problem(`${name}: ${ms}`);
}

/** Texts by name; nothing counts as the empty text. */
export function readTexts(
  fields: Fields,
  name: string,
  isName: (name: string) => boolean,
): ReadonlyMap<string, PlacedText> {
  const node = fields.get(name);
  const texts = new Map<string, PlacedText>();
  for (const [key, value] of node?.entries(`a mapping of names to texts for ${name}`) ?? []) {
    if (!isName(key)) node?.keyed(key).problem(`invalid name "${key}" in ${name}`);
    const text = value.isEmpty ? { text: '', place: value.place, indent: 0 } : value.placedText(`a text for ${key}`);
    if (text !== undefined) texts.set(key, text);
  }
  return texts;
}
