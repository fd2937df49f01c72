import { expect, test } from 'vitest';
import type { ElfSegment } from '../elf/elf-file.ts';
import { pickSegments } from './core-segments.ts';

const segment = (address: number, fileOffset: number, fileSize: number, memorySize = fileSize): ElfSegment => ({
  type: 1,
  flags: 6,
  fileOffset,
  address,
  fileSize,
  memorySize,
});

test('the vsyscall page is no damage', () => {
  const vsyscall = segment(-10_485_760, 0x3000, 0x1000);
  const plain = segment(0x5000, 0x1000, 0x1000);
  expect(pickSegments([plain, vsyscall])).toEqual({ segments: [plain], refused: 0 });
});

test('bytes that belong to two segments, and impossible sizes', () => {
  const first = segment(0x9000, 0x1000, 0x1000);
  const behind = segment(0x1000, 0x2000, 0x1000);
  const twice = segment(0x20_000, 0x1800, 0x1000);
  const huge = segment(0x30_000, 0x3000, 0, 2 ** 60);
  const empty = segment(0x40_000, 0x1000, 0, 0x1000);
  expect(pickSegments([first, twice, huge, behind, empty])).toEqual({ segments: [behind, first, empty], refused: 2 });
});
