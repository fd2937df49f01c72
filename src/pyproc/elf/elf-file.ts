// What is needed of an ELF file (System V ABI, 64-bit little-endian): program headers, sections, symbol addresses, build id.
//   header 64 bytes │ program headers, 56 bytes each │ … │ section headers, 64 bytes each
// Symbols are found by searching the string table for the name and then the symbol table for its offset, so that a
// table of 30 000 symbols costs two linear scans and no object per symbol.
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { err, ok, type Result } from '../../base/result.ts';
import { signed64At } from '../memory/memory-reader.ts';
import { readNotes } from './elf-notes.ts';

const MAX_HEADERS = 4096;

/** A path comes from the target: opening a pipe or a terminal of that name must not wait. */
export const READ_WITHOUT_WAITING = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

const MAX_TABLE_BYTES = 256 * 1024 * 1024;
const TYPE_SYMTAB = 2;
const SEGMENT_NOTE = 4;
const NOTE_BUILD_ID = 3;
const MAX_NOTE_BYTES = 65_536;
const TYPE_DYNSYM = 11;
const SYMBOL_SIZE = 24;

const MACHINES: ReadonlyMap<number, string> = new Map([
  [3, 'i386'],
  [21, 'ppc64'],
  [22, 's390'],
  [40, 'arm'],
  [62, 'x86-64'],
  [183, 'aarch64'],
  [243, 'riscv'],
  [258, 'loongarch'],
]);

export interface ElfSegment {
  readonly type: number;
  readonly flags: number;
  readonly fileOffset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
}

export interface ElfSection {
  readonly name: string;
  readonly type: number;
  readonly address: number;
  readonly fileOffset: number;
  readonly size: number;
  readonly link: number;
}

/** Reads `length` bytes of the file at `position`; shorter at its end. */
export type ReadAt = (position: number, length: number) => Uint8Array;

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** An open ELF file. Addresses are those of the file; add the load bias for those of a process. */
export class ElfFile {
  readonly machine: string;
  /** 2 executable, 3 shared object or position-independent executable, 4 core. */
  readonly type: number;
  readonly segments: readonly ElfSegment[];
  readonly sections: readonly ElfSection[];
  readonly #readAt: ReadAt;

  constructor(
    machine: string,
    type: number,
    segments: readonly ElfSegment[],
    sections: readonly ElfSection[],
    readAt: ReadAt,
  ) {
    this.machine = machine;
    this.type = type;
    this.segments = segments;
    this.sections = sections;
    this.#readAt = readAt;
  }

  /** The address of a defined symbol: from the dynamic table, which survives stripping, else from the full one. */
  findSymbol(name: string): number | undefined {
    return this.#findIn(TYPE_DYNSYM, name) ?? this.#findIn(TYPE_SYMTAB, name);
  }

  #findIn(tableType: number, name: string): number | undefined {
    const table = this.sections.find((section) => section.type === tableType);
    const strings = table === undefined ? undefined : this.sections[table.link];
    if (table === undefined || strings === undefined) return undefined;
    const text = Buffer.from(this.sectionBytes(strings));
    const at = text.indexOf(`\0${name}\0`);
    if (at === -1) return undefined;
    const symbols = viewOf(this.sectionBytes(table));
    for (let entry = 0; entry + SYMBOL_SIZE <= symbols.byteLength; entry += SYMBOL_SIZE) {
      if (symbols.getUint32(entry, true) === at + 1 && symbols.getUint16(entry + 6, true) !== 0) {
        return signed64At(symbols, entry + 8);
      }
    }
    return undefined;
  }

  findSection(name: string): ElfSection | undefined {
    return this.sections.find((section) => section.name === name);
  }

  sectionBytes(section: ElfSection): Uint8Array {
    return this.#readAt(section.fileOffset, Math.min(section.size, MAX_TABLE_BYTES));
  }

  /** Bytes of the file by position. */
  bytesAt(position: number, length: number): Uint8Array {
    return this.#readAt(position, Math.min(length, MAX_TABLE_BYTES));
  }

  /** The first loaded address, rounded down to a page: what the lowest mapping of the file stands for. */
  get baseAddress(): number {
    let base = Number.POSITIVE_INFINITY;
    for (const segment of this.segments) if (segment.type === 1) base = Math.min(base, segment.address);
    return base === Number.POSITIVE_INFINITY ? 0 : base - (base % 4096);
  }

  /** The build id in hexadecimal, from the GNU note; program headers alone are enough. */
  readBuildId(): string | undefined {
    for (const segment of this.segments) {
      if (segment.type !== SEGMENT_NOTE) continue;
      const bytes = this.#readAt(segment.fileOffset, Math.min(segment.fileSize, MAX_NOTE_BYTES));
      for (const { type, description } of readNotes(bytes))
        if (type === NOTE_BUILD_ID) return Buffer.from(description).toString('hex');
    }
    return undefined;
  }
}

/** Parses the headers of an ELF file. The error is a sentence that says what came instead. */
export function parseElf(read: ReadAt): Result<ElfFile, string> {
  // Sizes come from the file, or from hostile memory: negative ones read nothing.
  const readAt: ReadAt = (position, length) =>
    position >= 0 && length > 0 ? read(position, Math.min(length, MAX_TABLE_BYTES)) : new Uint8Array(0);
  const header = readAt(0, 64);
  if (header.length < 20 || header[0] !== 0x7f || header[1] !== 0x45 || header[2] !== 0x4c || header[3] !== 0x46) {
    return err('expected an ELF file, got something that does not begin with \\x7fELF');
  }
  const view = viewOf(header);
  const machineNumber = view.getUint16(18, true);
  const machine = MACHINES.get(machineNumber) ?? `machine ${machineNumber}`;
  if (header[4] !== 2 || header[5] !== 1)
    return err(`expected a 64-bit little-endian ELF file, got one for ${machine}`);
  if (header.length < 64) return err('expected an ELF header of 64 bytes, got a shorter file');
  let segmentCount = view.getUint16(56, true);
  const sectionOffset = signed64At(view, 40);
  // More than 65 534 segments (a core of a large process): the true count stands in the first section header.
  if (segmentCount === 0xffff && sectionOffset > 0) {
    const first = readAt(sectionOffset, 64);
    if (first.length === 64) segmentCount = viewOf(first).getUint32(44, true);
  }
  const segments = parseSegments(readAt(signed64At(view, 32), segmentCount * 56));
  const sectionCount = Math.min(view.getUint16(60, true), MAX_HEADERS);
  const sections =
    sectionOffset > 0 ? parseSections(readAt, readAt(sectionOffset, sectionCount * 64), view.getUint16(62, true)) : [];
  return ok(new ElfFile(machine, view.getUint16(16, true), segments, sections, readAt));
}

function parseSegments(bytes: Uint8Array): ElfSegment[] {
  const view = viewOf(bytes);
  const segments: ElfSegment[] = [];
  for (let at = 0; at + 56 <= bytes.length; at += 56) {
    segments.push({
      type: view.getUint32(at, true),
      flags: view.getUint32(at + 4, true),
      fileOffset: signed64At(view, at + 8),
      address: signed64At(view, at + 16),
      fileSize: signed64At(view, at + 32),
      memorySize: signed64At(view, at + 40),
    });
  }
  return segments;
}

function parseSections(readAt: ReadAt, bytes: Uint8Array, namesIndex: number): ElfSection[] {
  const view = viewOf(bytes);
  const raw: (Omit<ElfSection, 'name'> & { nameAt: number })[] = [];
  for (let at = 0; at + 64 <= bytes.length; at += 64) {
    raw.push({
      nameAt: view.getUint32(at, true),
      type: view.getUint32(at + 4, true),
      address: signed64At(view, at + 16),
      fileOffset: signed64At(view, at + 24),
      size: signed64At(view, at + 32),
      link: view.getUint32(at + 40, true),
    });
  }
  const names = raw[namesIndex];
  const text =
    names === undefined ? Buffer.alloc(0) : Buffer.from(readAt(names.fileOffset, Math.min(names.size, 1 << 20)));
  return raw.map(({ nameAt, ...section }) => {
    const end = text.indexOf(0, nameAt);
    return { name: text.toString('utf8', nameAt, end === -1 ? text.length : end), ...section };
  });
}

/** Opens a file for `use` and closes it afterwards. The error is a sentence. */
export function withElfFile<T>(path: string, use: (elf: ElfFile) => T): Result<T, string> {
  let descriptor: number;
  try {
    descriptor = openSync(path, READ_WITHOUT_WAITING);
  } catch (error) {
    return err(`cannot open ${path}: ${(error as Error).message}`);
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) return err(`cannot read ${path}: it is no plain file`);
    const { size } = stat;
    const parsed = parseElf((position, length) => {
      if (!(position >= 0 && position < size) || length <= 0) return new Uint8Array(0);
      const bytes = new Uint8Array(Math.min(length, size - position));
      return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, position));
    });
    return parsed.ok ? ok(use(parsed.value)) : err(`${path}: ${parsed.error}`);
  } catch (error) {
    return err(`cannot read ${path}: ${(error as Error).message}`);
  } finally {
    closeSync(descriptor);
  }
}
