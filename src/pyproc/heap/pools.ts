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
/** 256 KiB of 4 KiB pools up to 3.9, 1 MiB of 16 KiB pools since. */
const POOLS_IN_ARENA = 64;
const BLOCK_SIZE = 1024 * 1024;
/** Address space that is looked through; what a process has mapped and never touched may be far more. */
const MAX_SCANNED = 2 ** 40;

export interface PoolTotals {
  pools: number;
  /** Bytes in blocks that are in use. */
  usedBytes: number;
  /** Bytes of pools as a whole. */
  poolBytes: number;
  /** The allocator's arenas that have a pool in use, and their bytes. */
  arenas: number;
  arenaBytes: number;
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
  readonly arena: number;
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
  return {
    blockSize,
    end: Math.min(end, HEADER + capacity * blockSize),
    freeList,
    used,
    arena: snapshot.word32(start + 32),
  };
}

/** Whether any pool begins in the block of memory: reads headers only, so that large buffers are not copied for nothing. */
function hasPool(snapshot: SnapshotMemory, block: Address, poolSize: number, header: Uint8Array): boolean {
  const view = new DataView(header.buffer);
  for (let start = block; start < block + BLOCK_SIZE; start += poolSize) {
    if (!snapshot.peek(start, header)) continue;
    const sizeClass = view.getUint32(36, true);
    const isPool = sizeClass < SIZE_CLASSES && view.getUint32(0, true) > 0;
    if (isPool && view.getUint32(44, true) === poolSize - (sizeClass + 1) * ALIGNMENT) return true;
  }
  return false;
}

/** Calls `visit` with every block in use and its size. */
export function visitPoolBlocks(
  snapshot: SnapshotMemory,
  mappings: readonly Mapping[],
  poolSize: number,
  visit: (block: Address, size: number) => void,
): PoolTotals {
  const totals: PoolTotals = { pools: 0, usedBytes: 0, poolBytes: 0, arenas: 0, arenaBytes: 0 };
  const arenas = new Set<number>();
  const header = new Uint8Array(HEADER);
  const free = new Uint8Array(poolSize / ALIGNMENT);
  let budget = MAX_SCANNED;
  for (const mapping of mappings) {
    if (!isAnonymous(mapping)) continue;
    const first = Math.ceil(mapping.start / poolSize) * poolSize;
    const end = Math.min(mapping.end, first + budget);
    budget -= Math.max(0, end - first);
    for (let start = first; start + poolSize <= end; start += poolSize) {
      const isWhole = start % BLOCK_SIZE === 0 && start + BLOCK_SIZE <= end;
      const isCopied = !isWhole || snapshot.isCopied(start);
      if (!isCopied && !(snapshot.holds(start, BLOCK_SIZE) && hasPool(snapshot, start, poolSize, header))) {
        start += BLOCK_SIZE - poolSize;
        continue;
      }
      const pool = readPool(snapshot, start, poolSize);
      if (pool === undefined) continue;
      free.fill(0);
      let block = pool.freeList;
      for (let guard = 0; block > start && block < start + poolSize && guard < free.length; guard++) {
        free[(block - start) / ALIGNMENT] = 1;
        block = snapshot.word(block);
      }
      arenas.add(pool.arena);
      totals.pools++;
      totals.poolBytes += poolSize;
      totals.usedBytes += pool.used * pool.blockSize;
      for (let offset = HEADER; offset < pool.end; offset += pool.blockSize) {
        if (free[offset / ALIGNMENT] === 0) visit(start + offset, pool.blockSize);
      }
    }
  }
  totals.arenas = arenas.size;
  totals.arenaBytes = arenas.size * POOLS_IN_ARENA * poolSize;
  return totals;
}
