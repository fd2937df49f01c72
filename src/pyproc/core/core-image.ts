// The image of a process that has died: memory from the core's segments, and, where the kernel left out what it could
// read from files again, from those files, when they are the same by build id.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { err, ok, type Result } from '../../base/result.ts';
import { parseElf, READ_WITHOUT_WAITING, withElfFile, type ElfFile, type ElfSegment } from '../elf/elf-file.ts';
import type { Address, ProcessMemory } from '../memory/process-memory.ts';
import type { Mapping } from '../procfs/maps.ts';
import type { MappedModule, ProcessImage } from '../process-image.ts';
import { pickSegments } from './core-segments.ts';
import { parseNotes, type CoreFile, type CoreNotes } from './core-notes.ts';

const PT_NOTE = 4;
const MAX_NOTE_BYTES = 256 * 1024 * 1024;
const ELF_CORE = 4;

/** Reads ranges of the core file; ranges may span segments. */
class CoreMemory implements ProcessMemory {
  readonly #descriptor: number;
  readonly #segments: readonly ElfSegment[];
  readonly #fileSize: number;
  /** Fills what the core does not hold; set once the files are known. */
  fallback: ((address: Address, target: Uint8Array, offset: number, length: number) => number) | undefined;

  constructor(descriptor: number, segments: readonly ElfSegment[], fileSize: number) {
    this.#descriptor = descriptor;
    this.#segments = segments;
    this.#fileSize = fileSize;
  }

  #segmentAt(address: Address): ElfSegment | undefined {
    let [low, high] = [0, this.#segments.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const segment = this.#segments[middle] as ElfSegment;
      if (address < segment.address) high = middle - 1;
      else if (address >= segment.address + segment.memorySize) low = middle + 1;
      else return segment;
    }
    return undefined;
  }

  holds(address: Address, length: number): boolean {
    for (let at = address; at < address + length;) {
      const segment = this.#segmentFrom(at);
      if (segment === undefined || segment.address >= address + length) return false;
      if (segment.fileSize > Math.max(0, at - segment.address)) return true;
      at = segment.address + segment.memorySize;
    }
    return false;
  }

  // The segment at the address, or the next one behind it.
  #segmentFrom(address: Address): ElfSegment | undefined {
    let [low, high] = [0, this.#segments.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const { address: start, memorySize } = this.#segments[middle] as ElfSegment;
      if (start + memorySize <= address) low = middle + 1;
      else high = middle;
    }
    return this.#segments[low];
  }

  read(address: Address, target: Uint8Array, offset: number, length: number): number {
    let done = 0;
    while (done < length) {
      const at = address + done;
      const segment = this.#segmentAt(at);
      if (segment === undefined) {
        // gcore leaves out whole mappings of files.
        const got = this.fallback?.(at, target, offset + done, length - done) ?? 0;
        if (got <= 0) break;
        done += got;
        continue;
      }
      const within = at - segment.address;
      const available = Math.min(segment.fileSize, this.#fileSize - segment.fileOffset) - within;
      const left = Math.min(length - done, segment.memorySize - within);
      let got: number;
      if (available > 0) {
        const count = Math.min(left, available);
        got = readSync(this.#descriptor, target, offset + done, count, segment.fileOffset + within);
      } else got = this.fallback?.(at, target, offset + done, left) ?? 0;
      if (got <= 0) break;
      done += got;
    }
    return done;
  }
}

export interface CoreOptions {
  /** The program, when it is not where it was. */
  readonly executable?: string;
}

export class CoreImage implements ProcessImage {
  readonly memory: ProcessMemory;
  readonly mappings: readonly Mapping[];
  readonly executable: string;
  readonly notes: CoreNotes;
  /** Bytes that the headers promise and the file does not have. */
  readonly missingBytes: number;
  /** Files that were mapped and are gone, or are others now, with the reason. */
  readonly problems = new Map<string, string>();
  readonly #descriptor: number;
  readonly #options: CoreOptions;
  readonly #files = new Map<string, number | undefined>();

  constructor(descriptor: number, elf: ElfFile, notes: CoreNotes, options: CoreOptions) {
    this.#descriptor = descriptor;
    this.#options = options;
    this.notes = notes;
    const size = fstatSync(descriptor).size;
    const { segments, refused } = pickSegments(elf.segments);
    if (refused > 0) this.problems.set('', `${refused} segments of the core cannot be and are left out: it is damaged`);
    this.missingBytes = segments.reduce(
      (sum, { fileOffset, fileSize }) => sum + Math.max(0, Math.min(fileSize, fileOffset + fileSize - size)),
      0,
    );
    const starts = new Set(segments.map(({ address }) => address));
    const absent = notes.files.filter(({ start }) => !starts.has(start)).map(toFileMapping);
    this.mappings = [
      ...segments.map((segment) => toMapping(segment, findFile(notes.files, segment.address))),
      ...absent,
    ].toSorted((a, b) => a.start - b.start);
    const main = notes.files.find(({ path }) => path.slice(path.lastIndexOf('/') + 1).startsWith(notes.program));
    this.executable = main?.path ?? notes.files[0]?.path ?? notes.program;
    const memory = new CoreMemory(descriptor, segments, size);
    this.memory = memory;
    memory.fallback = (address, target, offset, length) => this.#readFile(address, target, offset, length);
  }

  #pathOf(path: string): string {
    return path === this.executable && this.#options.executable !== undefined ? this.#options.executable : path;
  }

  withModule<T>(module: MappedModule, use: (elf: ElfFile) => T): Result<T, string> {
    const path = this.#pathOf(module.path);
    const refusal = this.#refuseFile(module.path);
    return refusal === undefined ? withElfFile(path, use) : err(refusal);
  }

  // The first page of a mapped program is in the core, with its build id: another file of that name must not be trusted.
  #refuseFile(path: string): string | undefined {
    const known = this.problems.get(path);
    if (known !== undefined) return known;
    const wanted = this.#buildIdInCore(path);
    const found = withElfFile(this.#pathOf(path), (elf) => elf.readBuildId());
    let problem: string | undefined;
    if (!found.ok) problem = found.error;
    else if (wanted !== undefined && found.value !== undefined && wanted !== found.value) {
      problem = `${path} is another build now: the core was made with ${wanted}, the file is ${found.value}`;
    }
    if (problem !== undefined) this.problems.set(path, problem);
    return problem;
  }

  #buildIdInCore(path: string): string | undefined {
    const start = this.notes.files.find((file) => file.path === path && file.offset === 0)?.start;
    if (start === undefined) return undefined;
    const elf = parseElf((position, length) => {
      const bytes = new Uint8Array(Math.min(length, 1 << 20));
      return bytes.subarray(0, this.memory.read(start + position, bytes, 0, bytes.length));
    });
    return elf.ok ? elf.value.readBuildId() : undefined;
  }

  #readFile(address: Address, target: Uint8Array, offset: number, length: number): number {
    const file = findFile(this.notes.files, address);
    if (file === undefined) return 0;
    if (!this.#files.has(file.path)) {
      // Set first: checking the file reads the core, which must not ask for the same file again.
      this.#files.set(file.path, undefined);
      if (this.#refuseFile(file.path) === undefined)
        this.#files.set(file.path, openSync(this.#pathOf(file.path), READ_WITHOUT_WAITING));
    }
    const descriptor = this.#files.get(file.path);
    if (descriptor === undefined) return 0;
    const count = Math.min(length, file.end - address);
    const position = file.offset + (address - file.start);
    return Number.isSafeInteger(position) && position >= 0 ? readSync(descriptor, target, offset, count, position) : 0;
  }

  close(): void {
    for (const descriptor of [this.#descriptor, ...this.#files.values()])
      if (descriptor !== undefined) closeSync(descriptor);
    this.#files.clear();
  }
}

/** The kernel lists mapped files in order of address. */
function findFile(files: readonly CoreFile[], address: Address): CoreFile | undefined {
  let [low, high] = [0, files.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const file = files[middle] as CoreFile;
    if (address < file.start) high = middle - 1;
    else if (address >= file.end) low = middle + 1;
    else return file;
  }
  return undefined;
}

/** A mapping of a file that the core left out: it was not written to. */
function toFileMapping({ start, end, offset, path }: CoreFile): Mapping {
  const access = { isReadable: true, isWritable: false, isExecutable: false };
  return { start, end, ...access, fileOffset: offset, fileKey: path, path, isDeleted: false };
}

function toMapping(segment: ElfSegment, file: CoreFile | undefined): Mapping {
  const { address, memorySize, flags } = segment;
  return {
    start: address,
    end: address + memorySize,
    isReadable: (flags & 4) !== 0,
    isWritable: (flags & 2) !== 0,
    isExecutable: (flags & 1) !== 0,
    fileOffset: file?.offset ?? 0,
    fileKey: file?.path ?? '',
    path: file?.path ?? '',
    isDeleted: false,
  };
}

/** Opens a core file that is not compressed. The error is a sentence. */
export function openCore(path: string, options: CoreOptions = {}): Result<CoreImage, string> {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    return err(`cannot open ${path}: ${(error as Error).message}`);
  }
  const refuse = (message: string): Result<CoreImage, string> => {
    closeSync(descriptor);
    return err(`${path}: ${message}`);
  };
  try {
    const { size } = fstatSync(descriptor);
    if (size === 0) return refuse('expected a core file, got an empty one');
    const elf = parseElf((position, length) => {
      const bytes = new Uint8Array(Math.max(0, Math.min(length, size - position)));
      return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, position));
    });
    if (!elf.ok) return refuse(elf.error);
    if (elf.value.type !== ELF_CORE) return refuse('expected a core file, got a program or library');
    if (elf.value.machine !== 'x86-64')
      return refuse(`a core of a ${elf.value.machine} program; only x86-64 is supported so far`);
    const noteSegments = elf.value.segments.filter(({ type }) => type === PT_NOTE);
    const parts = noteSegments.map(({ fileOffset, fileSize }) =>
      elf.value.bytesAt(fileOffset, Math.min(fileSize, MAX_NOTE_BYTES)),
    );
    const notes = parseNotes(new Uint8Array(Buffer.concat(parts)));
    if (notes.threads.length === 0) return refuse('no thread is described in it: the file is cut off inside its notes');
    return ok(new CoreImage(descriptor, elf.value, notes, options));
  } catch (error) {
    return refuse((error as Error).message);
  }
}
