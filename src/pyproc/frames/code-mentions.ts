// What a code object mentions: the names of globals, attributes and variables, and the code objects among its constants
// (lambdas, comprehensions, inner functions). What it calls by name is among them; what it gets as a value may not be.
import type { CPythonLayout } from '../cpython/layout.ts';
import { pointerAt, type MemoryReader } from '../memory/memory-reader.ts';
import type { Address } from '../memory/process-memory.ts';
import { readPythonString } from '../objects/python-string.ts';

const MAX_ITEMS = 65_536;
const MAX_NAME_CHARACTERS = 1024;

export interface CodeMentions {
  readonly names: ReadonlySet<string>;
  readonly constants: ReadonlySet<Address>;
}

function readTuple(reader: MemoryReader, layout: CPythonLayout, tuple: Address): Address[] {
  const size = tuple === 0 ? 0 : (reader.i64(tuple + 16) ?? 0);
  const items = size > 0 && size <= MAX_ITEMS ? reader.view(tuple + layout.tupleItems, size * 8) : undefined;
  return items === undefined ? [] : Array.from({ length: size }, (_, index) => pointerAt(items, index * 8));
}

/** Reads them; what cannot be read is left out. */
export function readCodeMentions(reader: MemoryReader, layout: CPythonLayout, code: Address): CodeMentions {
  const { constants, names, slotNames, variableNames, cellNames, freeNames } = layout.code;
  const found = new Set<string>();
  const itemsOf = (member: number | undefined): Address[] =>
    member === undefined ? [] : readTuple(reader, layout, reader.pointer(code + member));
  for (const member of [names, slotNames, variableNames, cellNames, freeNames]) {
    for (const item of itemsOf(member)) {
      const text = readPythonString(reader, layout, item, MAX_NAME_CHARACTERS)?.text;
      if (text !== undefined) found.add(text);
    }
  }
  return { names: found, constants: new Set(itemsOf(constants)) };
}
