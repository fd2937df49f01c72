// Finds _PyRuntime, the struct from which everything in an interpreter hangs, and the interpreter's version.
// Order: the exported symbol (dynamic table, so stripped builds too), the section .PyRuntime (3.10+), and last the
// cookie that 3.13+ writes at the start of the struct, which needs no file at all. Without a file, older ones are found by shape.
import type { ElfFile } from '../elf/elf-file.ts';
import type { MemoryReader } from '../memory/memory-reader.ts';
import type { Address } from '../memory/process-memory.ts';
import type { Mapping } from '../procfs/maps.ts';
import { scanForStructs } from './scan-for-structs.ts';
import { groupModules, type MappedModule, type ProcessImage } from '../process-image.ts';

const PYTHON_LIBRARY = /\/libpython(\d)\.(\d+)[^/]*\.so[^/]*$/;
const PYTHON_PROGRAM = /\/python(\d)\.(\d+)[^/]*$/;
const MAX_EMBEDDING_MODULES = 64;
const MAX_SCAN_BYTES = 64 * 1024 * 1024;
const COOKIE = Buffer.from('xdebugpy', 'latin1');

export interface PythonVersion {
  readonly major: number;
  readonly minor: number;
}

export interface RuntimeLocation {
  readonly address: Address;
  readonly module: string;
  /** `undefined` when only trying the layouts can tell. */
  readonly version: PythonVersion | undefined;
}

/** What a search came to: a runtime, signs of a Python that has none (2.7, 3.6), or nothing. */
export type RuntimeSearch =
  | { readonly kind: 'found'; readonly location: RuntimeLocation }
  | { readonly kind: 'old'; readonly version: PythonVersion }
  | { readonly kind: 'absent'; readonly problems: readonly string[] };

function versionFromName(path: string): PythonVersion | undefined {
  const match = PYTHON_LIBRARY.exec(path) ?? PYTHON_PROGRAM.exec(path);
  return match === null ? undefined : { major: Number(match[1]), minor: Number(match[2]) };
}

/** Modules that may hold an interpreter, likeliest first; without a telling name, everything that has writable data. */
function candidateModules(image: ProcessImage): MappedModule[] {
  const modules = groupModules(image.mappings);
  const libraries = modules.filter((module) => PYTHON_LIBRARY.test(module.path));
  const program = modules.filter((module) => module.path === image.executable);
  const named = [...libraries, ...program];
  const others = modules.filter(
    (module) => !named.includes(module) && module.mappings.some((mapping) => mapping.isWritable),
  );
  return [...named, ...others.slice(0, MAX_EMBEDDING_MODULES)];
}

interface ModuleFacts {
  readonly runtime: Address | undefined;
  readonly versionWordAt: Address | undefined;
  readonly hasPython2: boolean;
  readonly hasPython3: boolean;
}

function examineModule(elf: ElfFile, bias: number): ModuleFacts {
  const shifted = (address: number | undefined): Address | undefined =>
    address === undefined ? undefined : address + bias;
  const runtime = elf.findSymbol('_PyRuntime') ?? elf.findSection('.PyRuntime')?.address;
  return {
    runtime: shifted(runtime),
    versionWordAt: runtime === undefined ? undefined : shifted(elf.findSymbol('Py_Version')),
    hasPython2: runtime === undefined && elf.findSymbol('Py_InitModule4_64') !== undefined,
    hasPython3: runtime === undefined && elf.findSymbol('PyModule_Create2') !== undefined,
  };
}

/** Looks for an interpreter in the image. Reads files and memory, changes nothing. */
export function findRuntime(image: ProcessImage, reader: MemoryReader): RuntimeSearch {
  const problems: string[] = [];
  let old: PythonVersion | undefined;
  for (const module of candidateModules(image)) {
    const bias = module.mappings[0]?.start ?? 0;
    const examined = image.withModule(module, (elf) => examineModule(elf, bias - elf.baseAddress));
    if (!examined.ok) {
      if (versionFromName(module.path) !== undefined) problems.push(examined.error);
      continue;
    }
    const facts = examined.value;
    if (facts.runtime !== undefined && isWritableAddress(image.mappings, facts.runtime)) {
      const word = facts.versionWordAt === undefined ? undefined : reader.u32(facts.versionWordAt);
      const version = word === undefined || word >>> 24 !== 3 ? undefined : { major: 3, minor: (word >>> 16) & 0xff };
      const location = {
        address: facts.runtime,
        module: module.path,
        version: version ?? versionFromName(module.path),
      };
      return location.version !== undefined && isTooOld(location.version)
        ? { kind: 'old', version: location.version }
        : { kind: 'found', location };
    }
    if (facts.hasPython2 || facts.hasPython3) {
      old ??= versionFromName(module.path) ?? { major: facts.hasPython2 ? 2 : 3, minor: facts.hasPython2 ? 7 : 6 };
    }
  }
  const scanned = scanForCookie(image, reader);
  if (scanned !== undefined) return { kind: 'found', location: scanned };
  // Only where a file with Python's name could not be read: anything else is no Python.
  const structs = problems.length === 0 ? undefined : scanForStructs(image.mappings, reader);
  if (structs !== undefined) {
    const { address, minor, module } = structs;
    return { kind: 'found', location: { address, module, version: { major: 3, minor } } };
  }
  return old === undefined ? { kind: 'absent', problems } : { kind: 'old', version: old };
}

const isTooOld = (version: PythonVersion): boolean => version.major < 3 || version.minor < 8;

function isWritableAddress(mappings: readonly Mapping[], address: Address): boolean {
  return mappings.some((mapping) => mapping.isWritable && address >= mapping.start && address < mapping.end);
}

function scanForCookie(image: ProcessImage, reader: MemoryReader): RuntimeLocation | undefined {
  let budget = MAX_SCAN_BYTES;
  for (const mapping of image.mappings) {
    if (!mapping.isWritable || mapping.path === '' || mapping.path.startsWith('[')) continue;
    const size = Math.min(mapping.end - mapping.start, budget);
    budget -= size;
    const bytes = reader.bytes(mapping.start, size);
    const at = bytes === undefined ? -1 : Buffer.from(bytes.buffer).indexOf(COOKIE);
    if (at === -1) continue;
    const address = mapping.start + at;
    const word = reader.u32(address + 8) ?? 0;
    if (word >>> 24 !== 3) continue;
    return { address, module: mapping.path, version: { major: 3, minor: (word >>> 16) & 0xff } };
  }
  return undefined;
}
