// Line tables: which source line an instruction belongs to. Three encodings in the versions that we read:
//   lnotab (3.8, 3.9):   pairs of byte delta (unsigned) and line delta (signed)
//   linetable (3.10):    pairs of byte length (unsigned) and line delta (signed), -128 for "no line"
//   locations (3.11+):   entries of a first byte 1kkkknnn – kind k, n + 1 units of two bytes – and what the kind needs
// See CPython's Objects/lnotab_notes.txt (3.8–3.10) and InternalDocs/code_objects.md (3.11+).

/** Which encoding a version uses. */
export type LineTableKind = 'lnotab' | 'linetable' | 'locations';

/** Which encoding 3.`minor` uses. */
export function lineTableKind(minor: number): LineTableKind {
  if (minor < 10) return 'lnotab';
  return minor === 10 ? 'linetable' : 'locations';
}

/** Start of each range of instructions (bytes, ascending) and its line; 0 where there is none. */
export interface LineRanges {
  readonly starts: Uint32Array;
  readonly lines: Int32Array;
}

const NO_LINE = 0;

class RangeBuilder {
  #starts = new Uint32Array(64);
  #lines = new Int32Array(64);
  #count = 0;

  add(start: number, line: number): void {
    if (this.#count > 0 && this.#lines[this.#count - 1] === line) return;
    if (this.#count === this.#starts.length) {
      const [starts, lines] = [this.#starts, this.#lines];
      this.#starts = new Uint32Array(this.#count * 2);
      this.#lines = new Int32Array(this.#count * 2);
      this.#starts.set(starts);
      this.#lines.set(lines);
    }
    this.#starts[this.#count] = start;
    this.#lines[this.#count++] = line;
  }

  finish(): LineRanges {
    return { starts: this.#starts.slice(0, this.#count), lines: this.#lines.slice(0, this.#count) };
  }
}

function decodeLnotab(table: Uint8Array, firstLine: number): LineRanges {
  const ranges = new RangeBuilder();
  let [address, line] = [0, firstLine];
  ranges.add(0, firstLine);
  for (let at = 0; at + 1 < table.length; at += 2) {
    address += table[at] as number;
    line += ((table[at + 1] as number) << 24) >> 24;
    // The next pair may stay at this address: only the last line of an address counts.
    const next = table[at + 2];
    if (next !== 0 || at + 2 >= table.length) ranges.add(address, line);
  }
  return ranges.finish();
}

function decodeLinetable(table: Uint8Array, firstLine: number): LineRanges {
  const ranges = new RangeBuilder();
  let [address, line] = [0, firstLine];
  for (let at = 0; at + 1 < table.length; at += 2) {
    const length = table[at] as number;
    const delta = ((table[at + 1] as number) << 24) >> 24;
    if (delta === -128) ranges.add(address, NO_LINE);
    else {
      line += delta;
      if (length > 0) ranges.add(address, line);
    }
    address += length;
  }
  return ranges.finish();
}

function decodeLocations(table: Uint8Array, firstLine: number): LineRanges {
  const ranges = new RangeBuilder();
  let [address, line, at] = [0, firstLine, 0];
  const varint = (): number => {
    let [value, shift] = [0, 0];
    for (;;) {
      const byte = table[at++] ?? 0;
      value |= (byte & 0x3f) << shift;
      if ((byte & 0x40) === 0 || shift > 30) return value >>> 0;
      shift += 6;
    }
  };
  while (at < table.length) {
    const first = table[at++] as number;
    const kind = (first >> 3) & 15;
    if (kind === 15) ranges.add(address, NO_LINE);
    else {
      if (kind >= 13) {
        const value = varint();
        line += (value & 1) === 1 ? -(value >>> 1) : value >>> 1;
        if (kind === 14) {
          varint();
          varint();
          varint();
        }
      } else if (kind >= 10) {
        line += kind - 10;
        at += 2;
      } else at += 1;
      ranges.add(address, line);
    }
    address += ((first & 7) + 1) * 2;
  }
  return ranges.finish();
}

const decoders: Readonly<Record<LineTableKind, (table: Uint8Array, firstLine: number) => LineRanges>> = {
  lnotab: decodeLnotab,
  linetable: decodeLinetable,
  locations: decodeLocations,
};

/** Decodes a whole table. Garbage gives garbage lines, never an error. */
export function decodeLineTable(kind: LineTableKind, table: Uint8Array, firstLine: number): LineRanges {
  return decoders[kind](table, firstLine);
}

/** The line of the instruction at byte `offset`; 0 when it belongs to none. */
export function lineAt(ranges: LineRanges, offset: number): number {
  let [low, high] = [0, ranges.starts.length - 1];
  if (high < 0 || offset < (ranges.starts[0] as number)) return NO_LINE;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((ranges.starts[middle] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  return ranges.lines[low] as number;
}
