// Which of the collector layouts of a version fits the interpreter in front of us: the heads of its lists must be linked
// back by the first object of each list. When none fits, there is no census, but no nonsense either.
import type { MemoryReader } from '../memory/memory-reader.ts';
import type { Address } from '../memory/process-memory.ts';
import type { CPythonLayout, GcLayout } from './layout.ts';

const PREVIOUS = 8;
const FLAG_BITS = 4;
/** A running collection keeps counts where the links were: it is waited for by looking again. */
const ATTEMPTS = 200;

const untagged = (pointer: Address): Address => pointer - (pointer % FLAG_BITS);

function isLinked(reader: MemoryReader, head: Address): boolean {
  const first = untagged(reader.pointer(head));
  return first !== 0 && untagged(reader.pointer(first + PREVIOUS)) === head;
}

/** The state of the collector of `interpreter`; 0 when the version's place for it is not known. */
export function gcState(layout: CPythonLayout, runtime: Address, interpreter: Address): Address {
  if (layout.runtime.gc !== undefined) return runtime + layout.runtime.gc;
  return layout.interpreter.gc === undefined ? 0 : interpreter + layout.interpreter.gc;
}

/** The layout whose heads are linked; `undefined` when none of the candidates is right. */
export function findGcLayout(
  reader: MemoryReader,
  candidates: readonly GcLayout[],
  state: Address,
): GcLayout | undefined {
  if (state === 0) return undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    for (const gc of candidates) {
      if ([...gc.generations, gc.permanent].every((offset) => isLinked(reader, state + offset))) return gc;
    }
  }
  // While collections run all the time, one generation that is not being collected has to do.
  return candidates.find((gc) => gc.generations.some((offset) => isLinked(reader, state + offset)));
}
