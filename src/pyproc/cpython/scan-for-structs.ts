// The last resort for versions that do not publish their offsets, when the interpreter's file is gone: _PyRuntime is somewhere
// in writable data of the program or its library, and it leads to an interpreter state whose newest thread state leads back.
// Every word is tried with the layout of every version; what passes the self-test of a layout is it.
import { pointerAt, type MemoryReader } from '../memory/memory-reader.ts';
import type { Address } from '../memory/process-memory.ts';
import { ObjectReader } from '../objects/object-reader.ts';
import type { Mapping } from '../procfs/maps.ts';
import type { CPythonLayout } from './layout.ts';
import { tableLayouts } from './layouts.ts';
import { testLayout, type InterpreterFacts } from './self-test.ts';

const MAX_SCAN_BYTES = 64 * 1024 * 1024;
/** Data without initial values lies behind a file's mapping, in a mapping without a name. */
const ANONYMOUS = '';

export interface FoundStructs {
  readonly address: Address;
  readonly minor: number;
  readonly module: string;
}

function leadsBack(reader: MemoryReader, layout: CPythonLayout, interpreter: Address): boolean {
  const thread = reader.pointer(interpreter + layout.interpreter.threadsHead);
  return thread !== 0 && reader.pointer(thread + layout.thread.interpreter) === interpreter;
}

// Neighbouring versions keep their interpreter state alike and their frames not: what sys.version says decides.
function saysItIs(reader: MemoryReader, layout: CPythonLayout, facts: InterpreterFacts): boolean {
  const objects = new ObjectReader(reader, layout, facts.typeType);
  const sysDict = reader.pointer(facts.mainInterpreter + layout.interpreter.sysDict);
  const version = objects.text(objects.dictValue(sysDict, 'version') ?? 0);
  return version?.startsWith(`3.${layout.minor}.`) === true;
}

function* writableData(mappings: readonly Mapping[]): Generator<{ mapping: Mapping; module: string }> {
  let [end, module] = [-1, ''];
  for (const mapping of mappings) {
    const isData =
      mapping.isWritable && (mapping.path.startsWith('/') || (mapping.path === ANONYMOUS && mapping.start === end));
    if (mapping.path.startsWith('/')) module = mapping.path;
    if (mapping.path.startsWith('/') || isData) end = mapping.end;
    if (isData) yield { mapping, module };
  }
}

/** Looks for the runtime of a version from 3.8 to 3.12; reads at most 64 MiB. */
export function scanForStructs(mappings: readonly Mapping[], reader: MemoryReader): FoundStructs | undefined {
  let budget = MAX_SCAN_BYTES;
  for (const { mapping, module } of writableData(mappings)) {
    const size = Math.min(mapping.end - mapping.start, budget);
    budget -= size;
    const data = reader.view(mapping.start, size);
    if (data === undefined) continue;
    for (let at = 0; at + 8 <= size; at += 8) {
      const word = pointerAt(data, at);
      if (word < 4096 || word % 8 !== 0) continue;
      for (const layout of tableLayouts) {
        if (!leadsBack(reader, layout, word)) continue;
        const address = mapping.start + at - layout.runtime.interpretersHead;
        const test = testLayout(reader, layout, address);
        // Other variables point to an interpreter as well; only in the runtime the main one stands behind the newest.
        const main = reader.pointer(address + layout.runtime.interpretersHead + 8);
        if (test.kind !== 'passed' || main !== test.facts.mainInterpreter) continue;
        if (saysItIs(reader, layout, test.facts)) return { address, minor: layout.minor, module };
      }
    }
  }
  return undefined;
}
