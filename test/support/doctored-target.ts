// A running interpreter that says other things of itself than it should: the table at the start of its runtime is changed on
// the way to the reader. (The target itself is never written to.)
import { onTestFinished } from 'vitest';
import { attach } from '../../src/pyproc/attach.ts';
import { readDebugOffsets } from '../../src/pyproc/cpython/debug-offsets.ts';
import { MemoryReader } from '../../src/pyproc/memory/memory-reader.ts';
import type { ProcessMemory } from '../../src/pyproc/memory/process-memory.ts';
import { openPythonTarget } from '../../src/pyproc/python-target.ts';

const TABLE_BYTES = 1200;
const TABLE_HEADER = 24;

/** Places in the header of _Py_DebugOffsets. */
export const MINOR_OF_VERSION_WORD = 10;
export const FREE_THREADED_FLAG = 16;

class DoctoredMemory implements ProcessMemory {
  readonly #source: ProcessMemory;
  readonly #at: number;
  readonly #bytes: Uint8Array;
  readonly #original: Uint8Array;

  constructor(source: ProcessMemory, at: number, original: Uint8Array, bytes: Uint8Array) {
    this.#source = source;
    this.#at = at;
    this.#original = original;
    this.#bytes = bytes;
  }

  read(address: number, target: Uint8Array, offset: number, length: number): number {
    const got = this.#source.read(address, target, offset, length);
    for (const [index, byte] of this.#bytes.entries()) {
      const at = this.#at + index - address;
      if (byte !== this.#original[index] && at >= 0 && at < got) target[offset + at] = byte;
    }
    return got;
  }
}

/** Opens process `pid` as if `change` had been made to its table of offsets. */
export function openDoctored(
  pid: number,
  change: (table: DataView<ArrayBuffer>) => void,
): ReturnType<typeof openPythonTarget> {
  const attached = attach(pid);
  if (!attached.ok) throw new Error(attached.error.message);
  onTestFinished(() => attached.value.close());
  const { image, runtime, reader } = attached.value;
  const original = reader.bytes(runtime, TABLE_BYTES);
  if (original === undefined) throw new Error('the table is not readable');
  const table = Uint8Array.from(original);
  change(new DataView(table.buffer));
  return openPythonTarget({
    memory: new DoctoredMemory(image.memory, runtime, original, table),
    mappings: image.mappings,
    executable: image.executable,
    withModule: (module, use) => image.withModule(module, use),
  });
}

/** Lets the places of a code object's file name and name change, as a new version may. */
export function swapCodeNames(table: DataView<ArrayBuffer>): void {
  const memory: ProcessMemory = {
    read: (address, target, offset, length) => {
      target.set(new Uint8Array(table.buffer, address, length), offset);
      return length;
    },
  };
  const values = readDebugOffsets(new MemoryReader(memory), 0)?.values;
  const word = (at: number): number => Number(table.getBigUint64(at, true));
  const wanted = ['code.size', 'code.filename', 'code.name'].map((name) => values?.get(name));
  for (let at = TABLE_HEADER; at + 24 <= table.byteLength; at += 8) {
    if (!wanted.every((value, index) => value === word(at + index * 8))) continue;
    const fileName = table.getBigUint64(at + 8, true);
    table.setBigUint64(at + 8, table.getBigUint64(at + 16, true), true);
    table.setBigUint64(at + 16, fileName, true);
    return;
  }
  throw new Error('the table has no group for code objects');
}
