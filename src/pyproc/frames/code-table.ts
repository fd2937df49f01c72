// Code objects of the target, decoded once each. A freed code object's address may be taken by another one, so an
// entry is checked again by its name, file and line-table pointers each time a look begins to use it.
import type { CPythonLayout } from '../cpython/layout.ts';
import { pointerAt, type MemoryReader } from '../memory/memory-reader.ts';
import type { Address } from '../memory/process-memory.ts';
import type { ObjectReader } from '../objects/object-reader.ts';
import { readPythonString } from '../objects/python-string.ts';
import { readCodeMentions, type CodeMentions } from './code-mentions.ts';
import { decodeLineTable, lineAt, lineTableKind, type LineRanges } from './line-table.ts';

const MAX_CODES = 65_536;
const MAX_LINE_TABLE_BYTES = 16 * 1024 * 1024;
const MAX_NAME_CHARACTERS = 65_536;

const NO_MENTIONS: CodeMentions = { names: new Set(), constants: new Set() };

export interface CodeInfo {
  readonly address: Address;
  readonly fileName: string;
  readonly name: string;
  /** Dotted name within the module; the plain name before 3.11. */
  readonly qualifiedName: string;
  readonly firstLine: number;
  readonly flags: number;
  readonly argumentCount: number;
  readonly keywordOnlyCount: number;
  readonly stackSize: number;
  readonly localCount: number;
  /** Grows with every new code object, so that samples can name code by a small number. */
  readonly index: number;
}

interface Entry {
  readonly info: CodeInfo;
  readonly key: readonly [number, number, number, number];
  lines: LineRanges | undefined;
  mentions: CodeMentions | undefined;
  checkedAt: number;
}

/** Decodes code objects by address and remembers them. */
export class CodeTable {
  readonly #layout: CPythonLayout;
  readonly #reader: MemoryReader;
  readonly #objects: ObjectReader;
  readonly #entries = new Map<Address, Entry>();
  readonly #refused = new Set<Address>();
  #codeType: Address = 0;
  #look = 0;
  #nextIndex = 0;

  /** So much is read of a code object: all members that are asked for. */
  readonly #structBytes: number;

  constructor(layout: CPythonLayout, reader: MemoryReader, objects: ObjectReader) {
    this.#layout = layout;
    this.#reader = reader;
    this.#objects = objects;
    const { size, fileName, name, qualifiedName = 0, lineTable, firstLine, flags, stackSize, ...counts } = layout.code;
    const { argumentCount, keywordOnlyCount = 0, localCount = 0 } = counts;
    const members = [fileName, name, qualifiedName, lineTable, firstLine, flags, stackSize];
    // The process itself says how large the struct is, and where its members lie: they need not agree.
    this.#structBytes = Math.max(
      size,
      ...[...members, argumentCount, keywordOnlyCount, localCount].map((at) => at + 8),
    );
  }

  /** Begins a new look: entries are checked once more before they are used. */
  beginLook(): void {
    this.#look++;
    this.#refused.clear();
  }

  /** How many code objects were decoded so far. */
  get decoded(): number {
    return this.#nextIndex;
  }

  /** Whether a code object is or was at `address`; a known one is not read again. */
  isCode(address: Address): boolean {
    return this.#entries.has(address) || this.#entry(address) !== undefined;
  }

  /** The code object at `address`; `undefined` when there is none. */
  at(address: Address): CodeInfo | undefined {
    return this.#entry(address)?.info;
  }

  /** A code object that was decoded before, unchecked; decodes it when it is new. */
  known(address: Address): CodeInfo | undefined {
    return (this.#entries.get(address) ?? this.#entry(address))?.info;
  }

  /** The line in a code object that was decoded before, unchecked. */
  knownLine(address: Address, offset: number): number {
    const entry = this.#entries.get(address);
    return entry === undefined ? 0 : this.#lineOf(entry, offset);
  }

  /** Source line of the instruction at byte `offset`; 0 when it has none or the code is unknown. */
  line(address: Address, offset: number): number {
    const entry = this.#entry(address);
    return entry === undefined ? 0 : this.#lineOf(entry, offset);
  }

  /** What a code object mentions; nothing when it was not decoded before. */
  mentions(address: Address): CodeMentions {
    const entry = this.#entries.get(address);
    if (entry === undefined) return NO_MENTIONS;
    entry.mentions ??= readCodeMentions(this.#reader, this.#layout, address);
    return entry.mentions;
  }

  #lineOf(entry: Entry, offset: number): number {
    entry.lines ??= this.#readLines(entry);
    return offset < 0 ? entry.info.firstLine : lineAt(entry.lines, offset);
  }

  #entry(address: Address): Entry | undefined {
    const known = this.#entries.get(address);
    if (known !== undefined && known.checkedAt === this.#look) return known;
    if (address === 0 || address % 8 !== 0 || this.#refused.has(address)) return undefined;
    if (known !== undefined && this.#isUnchanged(known)) {
      known.checkedAt = this.#look;
      return known;
    }
    const struct = this.#reader.view(address, this.#structBytes);
    const fresh = struct === undefined ? undefined : this.#decode(address, struct);
    if (fresh === undefined) {
      this.#refused.add(address);
      this.#entries.delete(address);
      return undefined;
    }
    return fresh;
  }

  #isUnchanged({ info, key }: Entry): boolean {
    const { code } = this.#layout;
    const struct = this.#reader.peek(info.address, this.#structBytes);
    return (
      struct !== undefined &&
      pointerAt(struct, 8) === this.#codeType &&
      pointerAt(struct, code.fileName) === key[0] &&
      pointerAt(struct, code.name) === key[1] &&
      pointerAt(struct, code.lineTable) === key[2] &&
      struct.getInt32(code.firstLine, true) === key[3]
    );
  }

  #decode(address: Address, struct: DataView): Entry | undefined {
    const { code } = this.#layout;
    const type = pointerAt(struct, 8);
    if (type !== this.#codeType) {
      if (this.#codeType !== 0 || !this.#isCodeType(type)) return undefined;
      this.#codeType = type;
    }
    const key = [
      pointerAt(struct, code.fileName),
      pointerAt(struct, code.name),
      pointerAt(struct, code.lineTable),
      struct.getInt32(code.firstLine, true),
    ] as const;
    const name = this.#text(key[1]);
    const fileName = this.#text(key[0]);
    if (name === undefined || fileName === undefined) return undefined;
    const qualified = code.qualifiedName === undefined ? undefined : this.#text(pointerAt(struct, code.qualifiedName));
    const info: CodeInfo = {
      address,
      fileName,
      name,
      qualifiedName: qualified ?? name,
      firstLine: key[3],
      flags: struct.getInt32(code.flags, true),
      argumentCount: struct.getInt32(code.argumentCount, true),
      keywordOnlyCount: code.keywordOnlyCount === undefined ? 0 : struct.getInt32(code.keywordOnlyCount, true),
      stackSize: struct.getInt32(code.stackSize, true),
      localCount: code.localCount === undefined ? 0 : struct.getInt32(code.localCount, true),
      index: this.#nextIndex++,
    };
    const entry: Entry = { info, key, lines: undefined, mentions: undefined, checkedAt: this.#look };
    if (this.#entries.size >= MAX_CODES) this.#entries.clear();
    this.#entries.set(address, entry);
    return entry;
  }

  // In a core without its program the names of built-in types are missing: then a type with items whose instance has
  // two strings where a code object has its names must do.
  #isCodeType(address: Address): boolean {
    const type = this.#objects.types.at(address);
    return type?.name === 'code' || (type?.name === '?' && type.itemSize > 0 && type.dictOffset === 0);
  }

  // Through the uncached reader: a name that was freed and reused must not come from an old page.
  #text(address: Address): string | undefined {
    return readPythonString(this.#reader, this.#layout, address, MAX_NAME_CHARACTERS)?.text;
  }

  #readLines(entry: Entry): LineRanges {
    const table = entry.key[2];
    const size = this.#reader.i64(table + 16) ?? 0;
    const bytes = size >= 0 && size <= MAX_LINE_TABLE_BYTES ? this.#reader.bytes(table + 32, size) : undefined;
    return decodeLineTable(lineTableKind(this.#layout.minor), bytes ?? new Uint8Array(0), entry.info.firstLine);
  }
}
