// The notes of an ELF file or core: (name, type, description), each padded to four bytes (System V ABI, "Note Section").

export interface ElfNote {
  readonly type: number;
  readonly description: Uint8Array;
}

const HEAD_BYTES = 12;

// Not by masks: sizes of a damaged file go up to 2^32.
const padded = (size: number): number => Math.ceil(size / 4) * 4;

/** The notes of a segment, up to the first that is cut off. */
export function* readNotes(bytes: Uint8Array): Generator<ElfNote> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + HEAD_BYTES <= bytes.length;) {
    const start = at + HEAD_BYTES + padded(view.getUint32(at, true));
    const size = view.getUint32(at + 4, true);
    if (start + size > bytes.length) return;
    yield { type: view.getUint32(at + 8, true), description: bytes.subarray(start, start + size) };
    at = start + padded(size);
  }
}
