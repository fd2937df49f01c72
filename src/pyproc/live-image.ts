// The image of a running process: /proc/PID/mem, /proc/PID/maps, and its files through /proc/PID/root, so that a
// container's libraries are read from the container, and deleted ones through /proc/PID/map_files.
import { existsSync, readlinkSync } from 'node:fs';
import type { Result } from '../base/result.ts';
import { withElfFile, type ElfFile } from './elf/elf-file.ts';
import { LiveMemory } from './memory/live-memory.ts';
import { readMaps, type Mapping } from './procfs/maps.ts';
import type { MappedModule, ProcessImage } from './process-image.ts';

/** A running process. `close` releases its memory descriptor. */
export class LiveImage implements ProcessImage {
  readonly pid: number;
  readonly memory: LiveMemory;
  mappings: readonly Mapping[];
  readonly executable: string;

  /** Throws the system's error when memory, map or program link cannot be read. */
  constructor(pid: number) {
    this.pid = pid;
    this.mappings = readMaps(pid);
    this.executable = readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '');
    this.memory = new LiveMemory(pid);
  }

  withModule<T>(module: MappedModule, use: (elf: ElfFile) => T): Result<T, string> {
    return withElfFile(this.#pathOf(module), use);
  }

  refresh(): void {
    try {
      this.mappings = readMaps(this.pid);
    } catch {
      // The process has ended: the last list stays, and reads will give nothing.
      return;
    }
  }

  #pathOf(module: MappedModule): string {
    if (module.path === this.executable) return `/proc/${this.pid}/exe`;
    const inRoot = `/proc/${this.pid}/root${module.path}`;
    const [first] = module.mappings;
    if (first === undefined || (!first.isDeleted && existsSync(inRoot))) return inRoot;
    return `/proc/${this.pid}/map_files/${first.start.toString(16)}-${first.end.toString(16)}`;
  }

  close(): void {
    this.memory.close();
  }
}
