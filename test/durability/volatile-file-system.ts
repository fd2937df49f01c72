// A file system in memory that loses what was not synced when it crashes: bytes of files and entries of directories. What a crash
// keeps of the rest is up to the test: nothing, or any sectors and entries.
import { dirname } from 'node:path';
import type { FileSystem, SpoolFile } from '../../src/spool/file-system.ts';

const SECTOR = 512;

interface Inode {
  /** What a reader sees. */
  data: Uint8Array;
  /** What survives. */
  durable: Uint8Array;
}

interface DirectoryChange {
  readonly inode: Inode;
  apply(entries: Map<string, Inode>): void;
}

/** Says of each unsynced sector or directory change whether the crash keeps it. */
export type Keep = () => boolean;

export class VolatileFileSystem implements FileSystem {
  #entries = new Map<string, Inode>();
  #durableEntries = new Map<string, Inode>();
  /** Changes of directories that are not synced. */
  #changes: DirectoryChange[] = [];
  /** Crashes before the operation with this count; during it, when that is a commit. */
  crashAt = Number.POSITIVE_INFINITY;
  operations = 0;
  crashed = false;
  /** Disk size. */
  capacity = Number.POSITIVE_INFINITY;
  /** Makes the next commits fail after writing part of their bytes. */
  failCommits = 0;
  /** Whether reading from `position` of a file fails. */
  isBroken: (path: string, position: number) => boolean = () => false;
  onCrash: () => void = () => undefined;

  /** Counts an operation; a dead process never hears of it again. */
  async #step(): Promise<void> {
    if (!this.crashed && ++this.operations >= this.crashAt) this.crash();
    if (this.crashed) await new Promise<never>(() => undefined);
  }

  crash(): void {
    this.crashed = true;
    this.onCrash();
  }

  get usedBytes(): number {
    return new Set(this.#entries.values()).values().reduce((sum, { data }) => sum + data.length, 0);
  }

  /** The file system that the next process finds. */
  afterCrash(keep: Keep): VolatileFileSystem {
    const next = new VolatileFileSystem();
    next.capacity = this.capacity;
    const survivors = new Map<Inode, Inode>();
    const survive = (inode: Inode): Inode => {
      const known = survivors.get(inode);
      if (known !== undefined) return known;
      const data = Uint8Array.from(inode.durable);
      for (let at = 0; at < data.length; at += SECTOR) {
        const sector = inode.data.subarray(at, at + SECTOR);
        if (Buffer.compare(sector, data.subarray(at, at + SECTOR)) !== 0 && keep()) data.set(sector, at);
      }
      const survivor = { data, durable: Uint8Array.from(data) };
      survivors.set(inode, survivor);
      return survivor;
    };
    // What happens to one file happens in order; a rename happens whole or not at all.
    const entries = new Map(this.#durableEntries);
    const stuck = new Set<Inode>();
    for (const change of this.#changes) {
      const { inode } = change;
      if (stuck.has(inode)) continue;
      if (keep()) change.apply(entries);
      else stuck.add(inode);
    }
    for (const [path, inode] of entries) next.#entries.set(path, survive(inode));
    next.#durableEntries = new Map(next.#entries);
    return next;
  }

  /** Changes bytes of a file behind everybody's back. */
  corrupt(path: string, change: (data: Uint8Array) => void): void {
    const inode = this.#entries.get(path)!;
    change(inode.data);
    inode.durable = Uint8Array.from(inode.data);
  }

  async createFolder(): Promise<void> {
    await this.#step();
  }

  async list(folder: string): Promise<readonly string[]> {
    await this.#step();
    return [...this.#entries.keys()]
      .filter((path) => dirname(path) === folder)
      .map((path) => path.slice(folder.length + 1));
  }

  async open(path: string): Promise<SpoolFile> {
    await this.#step();
    const inode = this.#entries.get(path);
    if (inode === undefined) throw Object.assign(new Error(`no file ${path}`), { code: 'ENOENT' });
    return {
      commit: async (chunks, position) => this.#commit(inode, Buffer.concat(chunks), position),
      read: async (into, position) => {
        await this.#step();
        if (this.isBroken(path, position)) throw Object.assign(new Error('i/o error'), { code: 'EIO' });
        const part = inode.data.subarray(position, position + into.length);
        into.set(part);
        return part.length;
      },
      close: async () => undefined,
    };
  }

  async #commit(inode: Inode, bytes: Uint8Array, position: number): Promise<void> {
    const growth = Math.max(0, position + bytes.length - inode.data.length);
    if (growth > 0) throw new Error('the spool writes into what it allocated only');
    const fails = this.failCommits > 0;
    if (fails) this.failCommits--;
    inode.data.set(fails ? bytes.subarray(0, bytes.length >> 1) : bytes, position);
    await this.#step();
    if (fails) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    // Others may have run, and crashed, since the step.
    if (this.crashed) await new Promise<never>(() => undefined);
    inode.durable = Uint8Array.from(inode.data);
  }

  async allocate(path: string, size: number): Promise<void> {
    await this.#step();
    if (this.usedBytes + size > this.capacity)
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const inode = { data: new Uint8Array(size), durable: new Uint8Array(size) };
    this.#change(inode, (entries) => entries.set(path, inode));
  }

  async writeFile(path: string, bytes: Uint8Array): Promise<void> {
    await this.#step();
    const inode = { data: Uint8Array.from(bytes), durable: Uint8Array.from(bytes) };
    this.#change(inode, (entries) => entries.set(path, inode));
  }

  async size(path: string): Promise<number> {
    await this.#step();
    return this.#entries.get(path)!.data.length;
  }

  async remove(path: string): Promise<void> {
    await this.#step();
    this.#change(this.#entries.get(path)!, (entries) => entries.delete(path));
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#step();
    const inode = this.#entries.get(from)!;
    this.#change(inode, (entries) => entries.set(to, inode) && entries.delete(from));
  }

  #change(inode: Inode, apply: DirectoryChange['apply']): void {
    this.#changes.push({ inode, apply });
    apply(this.#entries);
  }

  /** All lie in one folder, or in folders that nobody syncs. */
  async syncFolder(): Promise<void> {
    await this.#step();
    if (this.crashed) return;
    this.#durableEntries = new Map(this.#entries);
    this.#changes = [];
  }

  async freeBytes(): Promise<number> {
    await this.#step();
    return this.capacity - this.usedBytes;
  }
}
