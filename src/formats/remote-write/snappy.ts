// Snappy's block format, read only. A varint with the length of the result, then elements: a literal, or a copy from what was
// already written. https://github.com/google/snappy/blob/main/format_description.txt
import { err, ok, type Result } from '../../base/result.ts';

/** Copies go 8 bytes at a time and may write so much behind their end. */
const SLACK = 16;
const WORD = 8;
const MAX_LENGTH_BYTES = 5;

/** Unpacks blocks into one buffer that grows to the largest; a result is valid until the next call. */
export class SnappyReader {
  #output = new Uint8Array(64 * 1024);
  #view = new DataView(this.#output.buffer);

  /** The bytes of a block, or why it is none. A block that would be larger than `limit` is refused before it is unpacked. */
  read(input: Uint8Array, limit: number): Result<Uint8Array, string> {
    let length = 0;
    let at = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = input[at++];
      if (byte === undefined || at > MAX_LENGTH_BYTES) return err('the snappy block has no valid length');
      length += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    if (length > limit) return err(`the snappy block holds ${length} bytes, more than the limit of ${limit}`);
    if (this.#output.length < length + SLACK) {
      this.#output = new Uint8Array(length + SLACK + (length >> 1));
      this.#view = new DataView(this.#output.buffer);
    }
    const problem = this.#unpack(input, at, length);
    return problem === undefined ? ok(this.#output.subarray(0, length)) : err(problem);
  }

  #unpack(input: Uint8Array, start: number, length: number): string | undefined {
    const output = this.#output;
    const view = this.#view;
    const source = new DataView(input.buffer, input.byteOffset, input.byteLength);
    const end = input.length;
    let at = start;
    let to = 0;
    while (at < end) {
      const tag = input[at++] as number;
      let size: number;
      let offset: number;
      if ((tag & 3) === 0) {
        size = (tag >> 2) + 1;
        if (size > 60) {
          const extra = size - 60;
          if (at + extra > end) return 'the snappy block ends inside of a length';
          size = 1;
          for (let i = 0; i < extra; i++) size += (input[at + i] as number) * 2 ** (8 * i);
          at += extra;
        }
        if (at + size > end) return 'the snappy block ends inside of a literal';
        if (to + size > length) return 'the snappy block holds more than its length says';
        if (at + size + WORD <= end) {
          for (let i = 0; i < size; i += WORD) view.setBigInt64(to + i, source.getBigInt64(at + i));
        } else output.set(input.subarray(at, at + size), to);
        at += size;
        to += size;
        continue;
      }
      if ((tag & 3) === 1) {
        size = ((tag >> 2) & 7) + 4;
        offset = ((tag >> 5) << 8) | (input[at] ?? 0);
        at += 1;
      } else if ((tag & 3) === 2) {
        size = (tag >> 2) + 1;
        offset = (input[at] ?? 0) | ((input[at + 1] ?? 0) << 8);
        at += 2;
      } else {
        size = (tag >> 2) + 1;
        offset = at + 4 <= end ? source.getUint32(at, true) : 0;
        at += 4;
      }
      if (at > end) return 'the snappy block ends inside of a copy';
      if (offset === 0 || offset > to) return 'the snappy block copies from outside of itself';
      if (to + size > length) return 'the snappy block holds more than its length says';
      const from = to - offset;
      if (offset >= WORD) {
        for (let i = 0; i < size; i += WORD) view.setBigInt64(to + i, view.getBigInt64(from + i));
      } else for (let i = 0; i < size; i++) output[to + i] = output[from + i] as number;
      to += size;
    }
    return to === length ? undefined : `the snappy block holds ${to} bytes, its length says ${length}`;
  }
}
