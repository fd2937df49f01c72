// pymalloc's pools: all blocks of up to 512 bytes, in pools of 4 KiB (up to 3.9) or 16 KiB, aligned to their size.
//   pool header, 48 bytes: used u32 │ first free block │ next │ previous │ arena u32 │ size class u32 │ next fresh
//   offset u32 │ last fresh offset u32
// Pools are recognised by their headers, so no arena table is needed; see Objects/obmalloc.c.
import type { Address } from '../memory/process-memory.ts';
import type { Mapping } from '../procfs/maps.ts';
import type { SnapshotMemory } from './snapshot-memory.ts';

const HEADER = 48;
const ALIGNMENT = 16;
const SIZE_CLASSES = 32;

export interface PoolTotals {
  pools: number;
  /** Bytes in blocks that are in use. */
  usedBytes: number;
  /** Bytes of pools as a whole. */
  poolBytes: number;
}

/** Whether the mapping is memory that an allocator may have asked for. */
export function isAnonymous(mapping: Mapping): boolean {
  const isPlain = mapping.path === '' || mapping.path === '[heap]' || mapping.path.startsWith('[anon');
  return mapping.isReadable && mapping.isWritable && isPlain;
}

interface Pool {
  readonly blockSize: number;
  readonly end: number;
  readonly freeList: Address;
  readonly used: number;
}

function readPool(snapshot: SnapshotMemory, start: Address, poolSize: number): Pool | undefined {
  const sizeClass = snapshot.word32(start + 36);
  const used = snapshot.word32(start);
  if (sizeClass >= SIZE_CLASSES || used === 0) return undefined;
  const blockSize = (sizeClass + 1) * ALIGNMENT;
  const last = snapshot.word32(start + 44);
  const end = snapshot.word32(start + 40);
  const capacity = Math.floor((poolSize - HEADER) / blockSize);
  if (last !== poolSize - blockSize || used > capacity) return undefined;
  if (end < HEADER + blockSize || end > poolSize || (end - HEADER) % blockSize !== 0) return undefined;
  const freeList = snapshot.word(start + 8);
  if (freeList !== 0 && (freeList <= start || freeList >= start + poolSize)) return undefined;
  return { blockSize, end: Math.min(end, HEADER + capacity * blockSize), freeList, used };
}

/** Calls `visit` with every block in use and its size. */
export function visitPoolBlocks(
  snapshot: SnapshotMemory,
  mappings: readonly Mapping[],
  poolSize: number,
  visit: (block: Address, size: number) => void,
): PoolTotals {
  const totals: PoolTotals = { pools: 0, usedBytes: 0, poolBytes: 0 };
  const free = new Uint8Array(poolSize / ALIGNMENT);
  for (const mapping of mappings) {
    if (!isAnonymous(mapping)) continue;
    const first = Math.ceil(mapping.start / poolSize) * poolSize;
    for (let start = first; start + poolSize <= mapping.end; start += poolSize) {
      const pool = readPool(snapshot, start, poolSize);
      if (pool === undefined) continue;
      free.fill(0);
      let block = pool.freeList;
      for (let guard = 0; block > start && block < start + poolSize && guard < free.length; guard++) {
        free[(block - start) / ALIGNMENT] = 1;
        block = snapshot.word(block);
      }
      totals.pools++;
      totals.poolBytes += poolSize;
      totals.usedBytes += pool.used * pool.blockSize;
      for (let offset = HEADER; offset < pool.end; offset += pool.blockSize) {
        if (free[offset / ALIGNMENT] === 0) visit(start + offset, pool.blockSize);
      }
    }
  }
  return totals;
}
