// The engine's type names, taken apart: `Map(LowCardinality(String), Int64)` → name and arguments.
import { assert } from '../../../base/assert.ts';

export interface NativeType {
  readonly name: string;
  /** Arguments that are types. */
  readonly inner: readonly NativeType[];
  /** Arguments as they are written. */
  readonly args: readonly string[];
}

function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const c = text[at];
    if (c === "'") quoted = !quoted;
    else if (quoted) continue;
    else if (c === '(') depth++;
    else if (c === ')') depth--;
    else if (c === ',' && depth === 0) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  parts.push(text.slice(start).trim());
  return parts;
}

const cache = new Map<string, NativeType>();
const MAX_CACHED = 1000;
const withInnerTypes = new Set(['Array', 'Map', 'Tuple', 'Nullable', 'LowCardinality', 'SimpleAggregateFunction']);

function parse(text: string): NativeType {
  const open = text.indexOf('(');
  if (open === -1) return { name: text, inner: [], args: [] };
  assert(text.endsWith(')'), `type ${text} does not end`);
  const name = text.slice(0, open);
  const args = splitArguments(text.slice(open + 1, -1));
  // A tuple's element may carry its name in front: Tuple(a String, b Int64). A simple aggregate is its second argument.
  const typeOf = (arg: string): string => (name === 'Tuple' ? arg.replace(/^(?:`[^`]*`|\w+) (?=\w)/, '') : arg);
  const types = name === 'SimpleAggregateFunction' ? args.slice(1) : args;
  return { name, args, inner: withInnerTypes.has(name) ? types.map((arg) => parseNativeType(typeOf(arg))) : [] };
}

/** Parses the name of a type as the engine prints it. */
export function parseNativeType(text: string): NativeType {
  let type = cache.get(text);
  if (type === undefined) {
    type = parse(text);
    if (cache.size >= MAX_CACHED) cache.clear();
    cache.set(text, type);
  }
  return type;
}
