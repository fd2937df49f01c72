// What a live process and a core file have in common: memory, a list of mappings, and the files that were mapped.
import type { Result } from '../base/result.ts';
import type { ElfFile } from './elf/elf-file.ts';
import type { ProcessMemory } from './memory/process-memory.ts';
import type { Mapping } from './procfs/maps.ts';

/** All mappings of one file, lowest first. */
export interface MappedModule {
  readonly path: string;
  readonly mappings: readonly Mapping[];
}

export interface ProcessImage {
  readonly memory: ProcessMemory;
  readonly mappings: readonly Mapping[];
  /** Reads the list of mappings again: a growing process has new ones. A core has nothing to read again. */
  refresh?(): void;
  /** Path of the program, as the target sees it. */
  readonly executable: string;
  /** Opens the file of a module for `use`. The error is a sentence. */
  withModule<T>(module: MappedModule, use: (elf: ElfFile) => T): Result<T, string>;
}

/** Groups file mappings by file, in order of address. */
export function groupModules(mappings: readonly Mapping[]): MappedModule[] {
  const byKey = new Map<string, { path: string; mappings: Mapping[] }>();
  for (const mapping of mappings) {
    if (mapping.fileKey === '' || mapping.path === '') continue;
    const key = `${mapping.fileKey} ${mapping.path}`;
    const module = byKey.get(key);
    if (module === undefined) byKey.set(key, { path: mapping.path, mappings: [mapping] });
    else module.mappings.push(mapping);
  }
  return [...byKey.values()];
}
