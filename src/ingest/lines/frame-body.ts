// The body of a frame of lines: count, then the length of each record (both unsigned 32 bit, little-endian), then the records,
// each with a line feed behind it.

const WORD = 4;

/** Joins records to a body. */
export function encodeLines(records: readonly Uint8Array[]): Uint8Array {
  const size = records.reduce((sum, record) => sum + record.length + 1, WORD * (records.length + 1));
  const body = new Uint8Array(size);
  const view = new DataView(body.buffer);
  view.setUint32(0, records.length, true);
  let at = WORD * (records.length + 1);
  records.forEach((record, index) => {
    view.setUint32(WORD * (index + 1), record.length, true);
    body.set(record, at);
    at += record.length;
    body[at++] = 0x0a;
  });
  return body;
}

/** Where the records of a body stand: record i is `body[ends[i] − lengths[i], ends[i])`. Undefined when the body is not whole. */
export interface LineIndex {
  readonly count: number;
  readonly start: number;
  readonly lengths: Uint32Array;
}

export function readLineIndex(body: Uint8Array): LineIndex | undefined {
  if (body.length < WORD) return undefined;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const count = view.getUint32(0, true);
  const start = WORD * (count + 1);
  if (start > body.length) return undefined;
  const lengths = new Uint32Array(count);
  let size = start;
  for (let index = 0; index < count; index++) {
    lengths[index] = view.getUint32(WORD * (index + 1), true);
    size += lengths[index]! + 1;
  }
  return size === body.length ? { count, start, lengths } : undefined;
}
