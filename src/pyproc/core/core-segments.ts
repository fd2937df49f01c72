// Which segments of a core can be believed: its headers come from a file that may be damaged or made up.
import type { ElfSegment } from '../elf/elf-file.ts';
import { USER_SPACE_END } from '../memory/process-memory.ts';

const PT_LOAD = 1;

function isSound({ address, memorySize, fileOffset, fileSize }: ElfSegment): boolean {
  return (
    memorySize > 0 &&
    address + memorySize <= USER_SPACE_END &&
    fileOffset >= 0 &&
    fileSize >= 0 &&
    fileOffset + fileSize <= Number.MAX_SAFE_INTEGER
  );
}

export interface CoreSegments {
  /** In order of address. */
  readonly segments: readonly ElfSegment[];
  /** Left out: of impossible place or size, or made of bytes that belong to another one. */
  readonly refused: number;
}

/** The loaded segments; no byte of the file is in two of them, so a small file cannot claim to be a large memory. */
export function pickSegments(all: readonly ElfSegment[]): CoreSegments {
  // Every core on x86-64 has the kernel's vsyscall page, at the other end of the address space; nothing points there.
  const loaded = all.filter(({ type, address }) => type === PT_LOAD && address >= 0);
  const kept: ElfSegment[] = [];
  let taken = 0;
  for (const segment of loaded.toSorted((a, b) => a.fileOffset - b.fileOffset)) {
    const isEmpty = segment.fileSize === 0;
    if (!isSound(segment) || (!isEmpty && segment.fileOffset < taken)) continue;
    if (!isEmpty) taken = segment.fileOffset + segment.fileSize;
    kept.push(segment);
  }
  return { segments: kept.toSorted((a, b) => a.address - b.address), refused: loaded.length - kept.length };
}
