// Context variables: a context holds a HAMT (Python/hamt.c), a tree of nodes of three kinds. A bitmap or collision node
// is a row of key and value, where a missing key means that the value is a further node; an array node holds 32 nodes.
import { pointerAt } from '../memory/memory-reader.ts';
import type { Address } from '../memory/process-memory.ts';
import type { ObjectReader } from './object-reader.ts';

const CONTEXT_VARS = 24;
const HAMT_ROOT = 16;
const VARIABLE_NAME = 16;
const ARRAY_NODE_LENGTH = 32;
const MAX_NODES = 1000;
const MAX_ROW = 64;

/** Name → value of every variable of the context object. */
export function readContextVariables(objects: ObjectReader, context: Address): Map<string, Address> {
  const variables = new Map<string, Address>();
  if (objects.typeOf(context)?.name.endsWith('Context') !== true) return variables;
  const { reader } = objects;
  const open = [reader.pointer(reader.pointer(context + CONTEXT_VARS) + HAMT_ROOT)];
  for (let next = 0; next < open.length && next < MAX_NODES; next++) {
    const node = open[next] ?? 0;
    const kind = objects.typeOf(node)?.name;
    if (kind === 'hamt_array_node') {
      const row = reader.view(node + 16, ARRAY_NODE_LENGTH * 8);
      for (let index = 0; row !== undefined && index < ARRAY_NODE_LENGTH; index++) open.push(pointerAt(row, index * 8));
      continue;
    }
    if (kind !== 'hamt_bitmap_node' && kind !== 'hamt_collision_node') continue;
    const size = Math.min(reader.i64(node + 16) ?? 0, MAX_ROW);
    const row = reader.view(node + 32, size * 8);
    for (let index = 0; row !== undefined && index + 1 < size; index += 2) {
      const [key, value] = [pointerAt(row, index * 8), pointerAt(row, index * 8 + 8)];
      if (key === 0) open.push(value);
      else variables.set(objects.text(reader.pointer(key + VARIABLE_NAME)) ?? '?', value);
    }
  }
  return variables;
}
