// One path that is followed through its rotations. By rename or delete and create: the old file is read on through its descriptor
// until it has been still for a while; files that came and went between two looks are found beside it. By copy and truncate: the
// file begins again, and what the copy has more than was read is read from the copy; what only the file had is counted as missed.
import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { ClockJudge } from '../../pipeline/lines/clock-judge.ts';
import { LineSource, type LineSourceOptions } from '../lines/line-source.ts';
import { beginsLike, isCopyOf, matchesAt, wholeOf, type Fingerprint, type ReadPart } from './file-fingerprint.ts';
import { FollowedFile } from './followed-file.ts';
import {
  findRotated,
  locate,
  lookAgain,
  readLastLines,
  statFile,
  withFile,
  withFound,
  type FoundFile,
} from './tail-files.ts';
import { readPartOf, type FilePosition, type TailPosition } from './tail-position.ts';

/** Finished files that are remembered, so that they are not taken for new ones. */
const MAX_FINISHED = 32;
/** File times are as coarse as a clock tick or a second, by the file system. */
const MTIME_SLACK = 1000;
/** While nothing stands at the path, rotated files are sought this often (ms). */
const SEEK_EVERY = 500;
const BYTES_A_POLL = 16 << 20;

/** What a tail has to say beside the lines. */
export type TailEvent =
  | { readonly kind: 'unreadable'; readonly path: string; readonly error: Error }
  | {
      readonly kind: 'truncated';
      readonly path: string;
      readonly missedBytes: number;
      readonly copy: string | undefined;
    }
  | { readonly kind: 'vanished'; readonly path: string; readonly offset: number }
  | { readonly kind: 'cut'; readonly path: string; readonly lines: number; readonly bytes: number };

/** What paths know of each other. */
export interface TailCircle {
  /** Whether another path follows, or has finished, this file. */
  isKnown(device: number, inode: number, asking: TailedPath): boolean;
  /** Says that this path follows, or has finished, the file. */
  claim(device: number, inode: number, by: TailedPath): void;
  /** Whether that path is followed by itself. */
  isTailed(path: string): boolean;
  /** Followed paths whose name that path's begins with. */
  neighbours(path: string): Iterable<TailedPath>;
}

export interface TailedPathOptions {
  readonly path: string;
  readonly lines: Omit<LineSourceOptions, 'clocks'>;
  readonly circle: TailCircle;
  readonly saved: TailPosition | undefined;
  /** Clocks by a person's word. */
  readonly clocks: Readonly<Record<string, string>>;
  /** How long a rotated file has to be still before it is left, ms. */
  readonly rotateWait: number;
  /** How long a record waits for more lines, ms. */
  readonly joinWait: number;
  readonly report: (event: TailEvent) => void;
}

export class TailedPath {
  readonly path: string;
  readonly #options: TailedPathOptions;
  readonly #clocks: ClockJudge;
  /** Rotated ones first, the path's own last. */
  #files: FollowedFile[] = [];
  #finished: FilePosition[];
  #lookedAt: number;
  #lookingAt = 0;
  /** When the path's own file was last the one that is followed: what is younger and unknown was never seen. */
  #ownedAt: number;
  #soughtAt = 0;
  /** Files that were followed and are not found now; they may turn up under another name. */
  #missing: FilePosition[] = [];
  /** Places that were read to in files that were cut since, of which no copy was found yet. */
  #cuts: ReadPart[] = [];
  #resumed = false;
  #unreadable = false;
  /** When it last had something to read, ms. */
  activeAt = 0;

  constructor(options: TailedPathOptions) {
    this.path = options.path;
    this.#options = options;
    this.#clocks = new ClockJudge(options.lines.zone, { ...options.saved?.clocks, ...options.clocks });
    this.#finished = [...(options.saved?.finished ?? [])];
    this.#lookedAt = options.saved?.at ?? Date.now();
    this.#ownedAt = this.#lookedAt;
    for (const { device, inode } of [...(options.saved?.files ?? []), ...this.#finished]) {
      options.circle.claim(device, inode, this);
    }
  }

  /** Zones that the path's naive clocks were found to show. */
  get clocks(): Readonly<Record<string, string>> {
    return this.#clocks.clocks;
  }

  /** Descriptors in use. */
  get openFiles(): number {
    return this.#files.reduce((sum, file) => sum + (file.isOpen ? 1 : 0), 0);
  }

  /** Whether the file is, or was, followed here. */
  knows(device: number, inode: number): boolean {
    const same = (file: { device: number; inode: number }): boolean => file.device === device && file.inode === inode;
    const saved = this.#resumed ? [] : (this.#options.saved?.files ?? []);
    return [this.#files, this.#finished, this.#missing, saved].some((files) => files.some(same));
  }

  /** Fingerprints of the files that are, or were, followed here. */
  heads(): Fingerprint[] {
    const saved = this.#resumed ? [] : (this.#options.saved?.files ?? []);
    return [...this.#files, ...this.#finished, ...saved].map(({ head }) => head);
  }

  /** Whether the open file is a copy of one that is followed here, or about to become one. */
  async hasCopy(handle: FileHandle): Promise<boolean> {
    const { size } = await handle.stat();
    if (size === 0) return true;
    for (const file of this.#files) {
      if (await file.isCopy(handle, size)) return true;
      const early = file.head.length === 0 || size < file.head.length;
      if (early && (await beginsLike(handle, file))) return true;
    }
    const saved = this.#resumed ? [] : (this.#options.saved?.files ?? []);
    for (const position of [...saved, ...this.#finished])
      if (await isCopyOf(handle, size, readPartOf(position))) return true;
    return false;
  }

  /**
   * Looks at the path and reads what is new, up to a bound; resolves to whether there may be more. Rejects when the tail is stopped,
   * or with the intake's refusal.
   */
  async poll(): Promise<boolean> {
    this.#lookingAt = Date.now();
    if (!this.#resumed) await this.#resume();
    await this.#look();
    let hasMore = false;
    for (const file of this.#files.slice()) if (await this.#follow(file)) hasMore = true;
    this.#lookedAt = this.#lookingAt;
    return hasMore;
  }

  /** Gives up descriptors that are not needed now; files that left the path keep theirs. */
  async rest(): Promise<void> {
    for (const file of this.#files) if (file.leftAt === undefined && file.partialBytes === 0) await file.close();
  }

  async close(): Promise<void> {
    for (const file of this.#files) await file.close();
  }

  /** Sends what is complete before the end. */
  async flush(): Promise<void> {
    for (const file of this.#files) {
      file.lines.flush();
      await this.#send(file, false);
    }
  }

  // ── which files

  async #look(): Promise<void> {
    let stats: Stats | undefined;
    try {
      stats = await statFile(this.path);
    } catch (error) {
      return this.#unreadableOnce(error as Error);
    }
    const current = this.#files.at(-1);
    const owns =
      current !== undefined && stats !== undefined && current.device === stats.dev && current.inode === stats.ino;
    if (owns) {
      this.#ownedAt = this.#lookingAt;
      current.leftAt = undefined;
      current.path = this.path;
      return;
    }
    if (current !== undefined) {
      current.leftAt ??= Date.now();
      if (!current.isOpen && stats !== undefined) await this.#lost(current);
    }
    const isDue = stats !== undefined || Date.now() - this.#soughtAt >= SEEK_EVERY;
    if (isDue) await this.#findMissing();
    if (isDue && (current !== undefined || this.#finished.length > 0)) await this.#adoptUnseen();
    if (stats === undefined) return;
    const file = await this.#beginOwn({ path: this.path, stats });
    if (file === undefined) return;
    this.#files.push(file);
    this.#ownedAt = this.#lookingAt;
    // From now on the path is known, also to a tail that starts after a crash and finds the file rotated away.
    if (this.#options.saved === undefined && current === undefined) {
      await file.open().then(
        () => file.lines.sendPosition(() => this.#position(file, 0)),
        () => undefined,
      );
    }
  }

  #unreadableOnce(error: Error): void {
    if (!this.#unreadable) this.#options.report({ kind: 'unreadable', path: this.path, error });
    this.#unreadable = true;
  }

  /** Begins the file that stands at the path; undefined when it is a neighbour's, or not there any more. */
  async #beginOwn(found: FoundFile): Promise<FollowedFile | undefined> {
    const { path, stats } = found;
    if (this.#options.circle.isKnown(stats.dev, stats.ino, this)) return undefined;
    const begin = async (handle: FileHandle): Promise<FollowedFile | undefined> =>
      (await this.#isNeighbours(handle)) ? undefined : this.#begin(path, stats, await this.#cutOf(handle));
    return withFound(found, begin, (error) => this.#unreadableOnce(error));
  }

  /** The open file is a neighbour's: a copy of its file, under a name that the glob also matches. */
  async #isNeighbours(handle: FileHandle): Promise<boolean> {
    for (const neighbour of this.#options.circle.neighbours(this.path)) {
      if (neighbour !== this && this.path.startsWith(neighbour.path) && (await neighbour.hasCopy(handle))) return true;
    }
    return false;
  }

  async #begin(path: string, stats: Stats, saved?: FilePosition): Promise<FollowedFile> {
    const known = saved ?? this.#finished.find(({ device, inode }) => device === stats.dev && inode === stats.ino);
    const goesOn =
      known !== undefined &&
      (await withFile(
        path,
        async (handle) => (await matchesAt(handle, 0, known.head)) && stats.size >= known.offset,
      )) === true;
    if (known !== undefined) this.#finished = this.#finished.filter((file) => file !== known);
    const lines = new LineSource({ ...this.#options.lines, clocks: this.#clocks });
    const file = new FollowedFile(path, stats.dev, stats.ino, lines, goesOn || saved !== undefined ? known : undefined);
    if (path !== this.path) file.leftAt = Date.now();
    this.#options.circle.claim(stats.dev, stats.ino, this);
    // A file that is read from its beginning is old, but its last line was written when the file last changed.
    if (known === undefined) await readLastLines(path, stats, (line) => lines.judge(line, stats.mtimeMs / 1000));
    return file;
  }

  /** Takes up the files where they stood when the last frame was made. */
  async #resume(): Promise<void> {
    const { saved } = this.#options;
    const files: FollowedFile[] = [];
    for (const position of saved?.files ?? []) {
      const found = await lookAgain(() => locate(this.path, position));
      if (found === undefined) this.#miss(position);
      else files.push(await this.#begin(found.path, found.stats, position));
    }
    this.#files = files;
    this.#resumed = true;
    // Of a file that was cut meanwhile the rest is sought first: until then its new contents are not known, and a copy of them is taken
    // for something unseen.
    const own = files.at(-1);
    const goesOn = own?.path !== this.path || (await own.goesOn().catch(() => true));
    if (saved !== undefined && goesOn) await this.#adoptUnseen();
  }

  #miss(position: FilePosition): void {
    this.#missing = [...this.#missing, position].slice(-MAX_FINISHED);
    this.#options.report({ kind: 'vanished', path: this.path, offset: position.offset });
  }

  /** Takes up missing files that have turned up. */
  async #findMissing(): Promise<void> {
    for (const position of this.#missing) {
      const found = await locate(this.path, position);
      if (found === undefined) continue;
      this.#missing = this.#missing.filter((other) => other !== position);
      this.#files.unshift(await this.#begin(found.path, found.stats, position));
    }
  }

  /** Where a cut file had been read to, of which the open one is a copy; it is forgotten here then. */
  async takeCut(handle: FileHandle): Promise<FilePosition | undefined> {
    const { size, dev: device, ino: inode } = await handle.stat();
    for (const cut of this.#cuts) {
      if (!(await isCopyOf(handle, size, cut))) continue;
      this.#cuts = this.#cuts.filter((other) => other !== cut);
      // It may have been made before the last of what was read: there is nothing new in it then.
      const { head, offset, tail } = size < cut.offset ? await wholeOf(handle, size) : cut;
      return { device, inode, head, offset, tail };
    }
    return undefined;
  }

  async #cutOf(handle: FileHandle): Promise<FilePosition | undefined> {
    for (const neighbour of [this, ...this.#options.circle.neighbours(this.path)]) {
      const cut = await neighbour.takeCut(handle);
      if (cut !== undefined) return cut;
    }
    return undefined;
  }

  /** Finds files that stood at the path and were rotated away between two looks, and follows them from their beginning. */
  async #adoptUnseen(): Promise<void> {
    const since = this.#ownedAt - MTIME_SLACK;
    this.#soughtAt = Date.now();
    await lookAgain(async () => {
      const isStill = await this.#adoptSince(since);
      return isStill ? true : undefined;
    });
  }

  /** Whether all of the files stood still meanwhile. */
  async #adoptSince(since: number): Promise<boolean> {
    const { circle } = this.#options;
    let isStill = true;
    for (const found of await findRotated(this.path)) {
      const { path, stats } = found;
      if (stats.mtimeMs < since || stats.size === 0 || circle.isTailed(path)) continue;
      if (this.knows(stats.dev, stats.ino) || circle.isKnown(stats.dev, stats.ino, this)) continue;
      const adopted = await withFound(found, async (handle) => {
        if (await this.hasCopy(handle)) return [];
        return [await this.#begin(path, stats, await this.#cutOf(handle))];
      });
      if (adopted === undefined) isStill = false;
      const at = this.#files.at(-1)?.path === this.path ? this.#files.length - 1 : this.#files.length;
      this.#files.splice(at, 0, ...(adopted ?? []));
    }
    return isStill;
  }

  // ── one file

  /** Reads on; true when it stopped before the end. */
  async #follow(file: FollowedFile): Promise<boolean> {
    try {
      await file.open();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') await this.#lost(file);
      else this.#unreadableOnce(error as Error);
      return false;
    }
    this.#unreadable = false;
    const wasAtEnd = file.offset > 0 && file.offset === file.lastSize;
    const total = await this.#readOn(file, wasAtEnd);
    if (total > 0) this.activeAt = Date.now();
    const still = Date.now() - file.grewAt;
    if (file.lines.isPending && still >= this.#options.joinWait) file.lines.flush();
    const left = file.leftAt !== undefined && Math.min(still, Date.now() - file.leftAt) >= this.#options.rotateWait;
    if (left && total === 0) await this.#finish(file);
    else await this.#send(file, wasAtEnd);
    this.#reportCut(file);
    return total >= BYTES_A_POLL;
  }

  /** Reads up to the end or a bound and gives how many bytes that were. One frame becomes durable while the next is read. */
  async #readOn(file: FollowedFile, wasAtEnd: boolean): Promise<number> {
    let sending = Promise.resolve();
    try {
      let total = 0;
      while (total < BYTES_A_POLL) {
        const size = await file.size();
        if (size < file.offset) {
          await sending;
          await this.#truncated(file);
          continue;
        }
        file.lastSize = Math.max(file.lastSize, size);
        const { kind, bytes } = await file.readChunk();
        if (kind === 'rewritten') {
          await sending;
          await this.#truncated(file);
          continue;
        }
        if (kind === 'end') break;
        total += bytes;
        if (!file.lines.isFull) continue;
        await sending;
        sending = this.#send(file, wasAtEnd && total === bytes);
        // It is awaited before anything else is sent.
        sending.catch(() => undefined);
      }
      return total;
    } finally {
      await sending;
    }
  }

  #reportCut(file: FollowedFile): void {
    const { bytes, lines } = file.takeCut();
    if (lines > 0 || bytes > 0) this.#options.report({ kind: 'cut', path: file.path, lines, bytes });
  }

  async #send(file: FollowedFile, writtenNow: boolean): Promise<void> {
    const end = await file.lines.send(writtenNow, (records) => this.#position(file, records));
    if (end !== undefined) file.committed = end;
  }

  async #position(sending: FollowedFile, end: number): Promise<Readonly<Record<string, unknown>>> {
    const files: FilePosition[] = [...this.#missing];
    for (const file of this.#files) files.push(await file.positionAt(file === sending ? end : file.committed));
    return {
      files,
      finished: this.#finished,
      at: Math.min(this.#lookedAt, this.#ownedAt),
      clocks: this.#clocks.clocks,
    };
  }

  /** A file that is not open has gone from its path: it stands elsewhere, or nowhere. */
  async #lost(file: FollowedFile): Promise<void> {
    const position = await file.positionAt(file.offset);
    const found = await lookAgain(() => locate(this.path, position));
    if (found !== undefined) {
      file.path = found.path;
      if (found.path !== this.path) file.leftAt ??= Date.now();
      return;
    }
    file.lines.flush();
    await this.#send(file, false);
    this.#files = this.#files.filter((other) => other !== file);
    this.#miss({ ...position, offset: file.offset - file.partialBytes });
  }

  /** A file that left the path and has been still: its last line ends here. */
  async #finish(file: FollowedFile): Promise<void> {
    file.endLines();
    await this.#send(file, false);
    const position = await file.positionAt(file.offset);
    await file.close();
    this.#files = this.#files.filter((other) => other !== file);
    this.#remember(position);
  }

  /** What is finished is not cut any more: its first bytes need not be kept with every frame. */
  #remember({ device, inode, head, offset, tail }: FilePosition): void {
    this.#finished = [...this.#finished, { device, inode, head, offset, tail }].slice(-MAX_FINISHED);
  }

  /** The file was cut, or written anew in place. What it had behind the place that was read to may stand in a copy. */
  async #truncated(file: FollowedFile): Promise<void> {
    const { lastSize } = file;
    const cut = file.readPart;
    const copyPath = await lookAgain(() => this.#readCopies(file));
    if (copyPath === undefined) this.#cuts = [...this.#cuts, cut].slice(-MAX_FINISHED);
    const missedBytes = Math.max(0, lastSize - file.offset);
    file.endLines();
    this.#reportCut(file);
    await this.#send(file, false);
    file.restart();
    this.#options.report({ kind: 'truncated', path: this.path, missedBytes, copy: copyPath });
    await this.#adoptUnseen();
  }

  /** Finds the copy of a file that was cut and reads the rest from it; its path. */
  async #readCopies(file: FollowedFile): Promise<string | undefined> {
    for (const found of (await findRotated(this.path)).toReversed()) {
      const { path, stats } = found;
      if (this.knows(stats.dev, stats.ino)) continue;
      if (this.#options.circle.isKnown(stats.dev, stats.ino, this)) continue;
      const read = await withFound(found, (handle) => this.#readCopy(file, handle));
      if (read === undefined) continue;
      this.#options.circle.claim(stats.dev, stats.ino, this);
      this.#remember({ ...read, device: stats.dev, inode: stats.ino });
      return path;
    }
    return undefined;
  }

  /** Reads from a copy what the file had; where the copy ends. Undefined when it is no copy. */
  async #readCopy(file: FollowedFile, copy: FileHandle): Promise<FilePosition | undefined> {
    const { size } = await copy.stat();
    if (!(await file.isCopy(copy, size))) return undefined;
    // It was made before the last of what was read.
    if (size < file.offset) {
      const { head, offset, tail } = await wholeOf(copy, size);
      return { device: file.device, inode: file.inode, head, offset, tail };
    }
    while ((await file.readChunkFrom(copy)).kind === 'bytes') if (file.lines.isFull) await this.#send(file, false);
    file.endLines();
    await this.#send(file, false);
    return file.positionAt(file.offset);
  }
}
