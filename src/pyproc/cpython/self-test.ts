// Checks a layout against the interpreter in front of us: the structs must point at one another and at objects whose
// types are what they should be. A layout that fails is refused instead of giving plausible nonsense.
import { pointerAt, type MemoryReader } from '../memory/memory-reader.ts';
import type { Address } from '../memory/process-memory.ts';
import type { CPythonLayout } from './layout.ts';

/** Offset of the type pointer in every object of a build with the GIL. */
export const OBJECT_TYPE = 8;
export const TYPE_NAME = 24;
const TYPE_FLAGS = 168;
const MAX_INTERPRETERS = 4096;
const FLAG_DICT_SUBCLASS = 1 << 29;
const FLAG_TYPE_SUBCLASS = 2 ** 31;

/** Addresses learned from a running interpreter. */
export interface InterpreterFacts {
  /** The one that the program began with; sub-interpreters stand in front of it in the list. */
  readonly mainInterpreter: Address;
  readonly typeType: Address;
  readonly dictType: Address;
}

/** `starting`: the structs are there but not filled yet, so a later look may succeed. */
export type SelfTest =
  | { readonly kind: 'passed'; readonly facts: InterpreterFacts }
  | { readonly kind: 'starting' }
  | { readonly kind: 'failed'; readonly reason: string };

const failed = (reason: string): SelfTest => ({ kind: 'failed', reason });

function typeFlags(reader: MemoryReader, type: Address): number {
  return reader.u32(type + TYPE_FLAGS) ?? 0;
}

// New interpreters are put in front, so the main one is the last.
function findMainInterpreter(reader: MemoryReader, layout: CPythonLayout, runtime: Address): Address {
  let interpreter = reader.pointer(runtime + layout.runtime.interpretersHead);
  for (let count = 0; count < MAX_INTERPRETERS && interpreter !== 0; count++) {
    const next = reader.pointer(interpreter + layout.interpreter.next);
    if (next === 0) return interpreter;
    interpreter = next;
  }
  return 0;
}

/** Tests `layout` on the runtime at `runtime`. */
export function testLayout(reader: MemoryReader, layout: CPythonLayout, runtime: Address): SelfTest {
  const interpreter = findMainInterpreter(reader, layout, runtime);
  if (interpreter === 0) return { kind: 'starting' };
  const thread = reader.pointer(interpreter + layout.interpreter.threadsHead);
  if (thread === 0) return { kind: 'starting' };
  const struct = reader.view(thread, layout.thread.size);
  if (struct === undefined) return failed('the first thread state is not readable');
  if (pointerAt(struct, layout.thread.interpreter) !== interpreter) {
    return failed('the first thread state does not point back to its interpreter');
  }
  const dicts = [layout.interpreter.modules, layout.interpreter.sysDict, layout.interpreter.builtins].map((offset) =>
    reader.pointer(interpreter + offset),
  );
  if (dicts.some((dict) => dict === 0)) return { kind: 'starting' };
  const types = dicts.map((dict) => reader.pointer(dict + OBJECT_TYPE));
  const [dictType = 0] = types;
  if (types.some((type) => type !== dictType)) return failed('sys.modules, sys and builtins are not of one type');
  const typeType = reader.pointer(dictType + OBJECT_TYPE);
  if (typeType === 0 || reader.pointer(typeType + OBJECT_TYPE) !== typeType) {
    return failed('the type of dict does not lead to type');
  }
  if ((typeFlags(reader, dictType) & FLAG_DICT_SUBCLASS) === 0) return failed('the type of sys.modules is not dict');
  if ((typeFlags(reader, typeType) & FLAG_TYPE_SUBCLASS) === 0) return failed('the type of dict is not type');
  return { kind: 'passed', facts: { mainInterpreter: interpreter, typeType, dictType } };
}
