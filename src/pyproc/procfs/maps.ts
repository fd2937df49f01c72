// The memory map of a process: /proc/PID/maps, see proc_pid_maps(5). A core file gives the same list from its NT_FILE note.
import { readFileSync } from 'node:fs';
import type { Address } from '../memory/process-memory.ts';

/** One mapping. `path` is empty for anonymous memory, `[heap]` or `[stack]` for what the kernel names. */
export interface Mapping {
  readonly start: Address;
  readonly end: Address;
  readonly isReadable: boolean;
  readonly isWritable: boolean;
  readonly isExecutable: boolean;
  /** Where in the file the mapping begins, in bytes. */
  readonly fileOffset: number;
  /** Device and inode, which tell files apart also when their names are gone; empty without a file. */
  readonly fileKey: string;
  readonly path: string;
  readonly isDeleted: boolean;
}

const LINE = /^([0-9a-f]+)-([0-9a-f]+) (....) ([0-9a-f]+) (\S+) (\d+)\s*(.*)$/;
const DELETED = ' (deleted)';

/** Parses the text of a maps file; a line of another shape is left out. */
export function parseMaps(text: string): Mapping[] {
  const mappings: Mapping[] = [];
  for (const line of text.split('\n')) {
    const match = LINE.exec(line);
    if (match === null) continue;
    const [, start = '', end = '', flags = '', offset = '', device = '', inode = '', name = ''] = match;
    const isDeleted = name.endsWith(DELETED);
    // The kernel writes a newline in a file name as \012.
    const path = (isDeleted ? name.slice(0, -DELETED.length) : name).replaceAll('\\012', '\n');
    mappings.push({
      start: Number.parseInt(start, 16),
      end: Number.parseInt(end, 16),
      isReadable: flags[0] === 'r',
      isWritable: flags[1] === 'w',
      isExecutable: flags[2] === 'x',
      fileOffset: Number.parseInt(offset, 16),
      fileKey: inode === '0' ? '' : `${device} ${inode}`,
      path,
      isDeleted,
    });
  }
  return mappings;
}

/** The map of a live process. Throws the system's error when it cannot be read. */
export function readMaps(pid: number): Mapping[] {
  return parseMaps(readFileSync(`/proc/${pid}/maps`, 'utf8'));
}
