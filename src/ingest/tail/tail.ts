// Follows the files of globs. Polling is the truth: paths that move are looked at often, the others rarely; inotify only brings the
// next look forward. Descriptors are bounded: paths that have been still longest give theirs back.
import { watch, type FSWatcher } from 'node:fs';
import { glob } from 'node:fs/promises';
import { basename, dirname, extname, resolve } from 'node:path';
import { CodedError } from '../../base/coded-error.ts';
import { ClockJudge } from '../../pipeline/lines/clock-judge.ts';
import type { Intake } from '../intake.ts';
import { LineSource } from '../lines/line-source.ts';
import { readGzipHead, sendGzipFile } from './gzip-file.ts';
import { statFile } from './tail-files.ts';
import { readTailPosition, type FilePosition } from './tail-position.ts';
import { TailedPath, type TailCircle, type TailEvent } from './tailed-path.ts';

const MAX_PATHS = 10_000;
const MAX_WATCHERS = 1000;
const CONCURRENT_POLLS = 8;
const TICK = 50;
const FAST_POLL = 200;
const SLOW_POLL = 2000;
const ACTIVE_FOR = 10_000;
const DISCOVERY = 1000;

export interface TailOptions {
  readonly globs: readonly string[];
  readonly intake: Intake;
  /** Positions as the intake kept them with the frames: source → position. */
  readonly positions?: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly host?: string;
  /** Zone of the files' naive clocks unless they prove to be UTC; default: this machine's. */
  readonly zone?: string;
  /** Zones by a person's word: key of a clock (`timestamp/T`) → zone. */
  readonly clocks?: Readonly<Record<string, string>>;
  readonly report?: (event: TailEvent) => void;
  readonly maxOpenFiles?: number;
  /** ms; shorter in tests. */
  readonly rotateWait?: number;
  readonly joinWait?: number;
  readonly pollInterval?: number;
}

export interface TailStatistics {
  readonly paths: number;
  readonly openFiles: number;
  /** Bytes that a file had when it was cut, as far as they were seen and stand in no copy. */
  readonly missedBytes: number;
  readonly truncations: number;
  readonly cutBytes: number;
  readonly cutLines: number;
  readonly unreadable: number;
}

/** The service that a file name speaks of: orders.log, orders-2.log.1 → orders. */
export function serviceOfPath(path: string): string {
  const name = basename(path).replace(/(?:\.gz|\.log|\.json|\.out|\.err|\.txt|[.\-_]\d[\d.\-_T:]*)+$/, '');
  return name === '' ? basename(path) : name;
}

export class Tail {
  readonly #options: TailOptions;
  readonly #paths = new Map<string, TailedPath>();
  readonly #compressed = new Set<string>();
  readonly #dueAt = new Map<TailedPath, number>();
  readonly #polling = new Set<TailedPath>();
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #abort = new AbortController();
  readonly #circle: TailCircle;
  #timer: NodeJS.Timeout | undefined;
  #discoverAt = 0;
  #discovering: Promise<void> | undefined;
  #missedBytes = 0;
  #truncations = 0;
  #cutBytes = 0;
  #cutLines = 0;
  #unreadable = 0;
  #openFiles = 0;
  #failure: Error | undefined;
  readonly #running = new Set<Promise<void>>();

  constructor(options: TailOptions) {
    this.#options = options;
    const paths = this.#paths;
    const owners = new Map<string, TailedPath>();
    this.#circle = {
      isKnown: (device, inode, asking) => {
        const owner = owners.get(`${device}:${inode}`);
        return owner !== undefined && owner !== asking && owner.knows(device, inode);
      },
      claim: (device, inode, by) => void owners.set(`${device}:${inode}`, by),
      isTailed: (path) => paths.has(path),
      neighbours: function* (path) {
        for (let size = dirname(path).length + 2; size < path.length; size++) {
          const other = paths.get(path.slice(0, size));
          if (other !== undefined) yield other;
        }
      },
    };
  }

  get statistics(): TailStatistics {
    return {
      paths: this.#paths.size,
      openFiles: this.#openFiles,
      missedBytes: this.#missedBytes,
      truncations: this.#truncations,
      cutBytes: this.#cutBytes,
      cutLines: this.#cutLines,
      unreadable: this.#unreadable,
    };
  }

  /** What the naive clocks of each path were found to show: path → clock → zone. */
  get clocks(): Readonly<Record<string, Readonly<Record<string, string>>>> {
    return Object.fromEntries([...this.#paths].map(([path, tailed]) => [path, tailed.clocks]));
  }

  /** Finds the files and begins to follow them. */
  async start(): Promise<void> {
    // Paths with a position come first, so that their rotated files are not taken for new ones.
    for (const source of this.#options.positions?.keys() ?? []) {
      if (source.startsWith('tail:')) this.#add(source.slice('tail:'.length));
    }
    await this.#discover();
    this.#timer = setInterval(() => this.#tick(), TICK);
  }

  /** Stops reading, sends what is complete, closes the files. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
    await this.#discovering;
    await Promise.all(this.#running);
    for (const path of this.#paths.values()) if (this.#failure === undefined) await path.flush();
    await this.kill();
  }

  /** Stops at once, as a crash would: what was not sent is read again by the next tail. */
  async kill(): Promise<void> {
    clearInterval(this.#timer);
    this.#abort.abort(new Error('the tail was stopped'));
    for (const watcher of this.#watchers.values()) watcher.close();
    await this.#discovering;
    await Promise.all(this.#running);
    for (const path of this.#paths.values()) await path.close();
  }

  #report(event: TailEvent): void {
    if (event.kind === 'truncated') {
      this.#truncations++;
      this.#missedBytes += event.missedBytes;
    } else if (event.kind === 'cut') {
      this.#cutBytes += event.bytes;
      this.#cutLines += event.lines;
    } else if (event.kind === 'unreadable') this.#unreadable++;
    this.#options.report?.(event);
  }

  async #discover(): Promise<void> {
    for (const pattern of this.#options.globs) {
      for await (const found of glob(pattern)) {
        const path = resolve(found);
        if (extname(path) === '.gz') this.#addCompressed(path);
        else if (!this.#paths.has(path) && (await statFile(path).catch(() => true)) !== undefined) this.#add(path);
      }
    }
  }

  #zone(): string {
    return this.#options.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  }

  #lineOptions(path: string): Omit<ConstructorParameters<typeof LineSource>[0], 'clocks'> {
    const { intake, host } = this.#options;
    return {
      intake,
      source: `tail:${path}`,
      stream: { path },
      service: serviceOfPath(path),
      ...(host === undefined ? {} : { host }),
      zone: this.#zone(),
      signal: this.#abort.signal,
    };
  }

  #add(path: string): void {
    if (this.#paths.size >= MAX_PATHS || this.#paths.has(path)) return;
    const tailed = new TailedPath({
      path,
      lines: this.#lineOptions(path),
      circle: this.#circle,
      saved: readTailPosition(this.#options.positions?.get(`tail:${path}`)),
      clocks: this.#options.clocks ?? {},
      rotateWait: this.#options.rotateWait ?? 5000,
      joinWait: this.#options.joinWait ?? 1000,
      report: (event) => this.#report(event),
    });
    this.#paths.set(path, tailed);
    this.#dueAt.set(tailed, 0);
    this.#watch(dirname(path));
  }

  #watch(folder: string): void {
    if (this.#watchers.has(folder) || this.#watchers.size >= MAX_WATCHERS) return;
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        const tailed = name === null ? undefined : this.#paths.get(resolve(folder, name));
        if (tailed !== undefined) this.#dueAt.set(tailed, 0);
      });
      // A hint that fails is no hint any more; polling goes on.
      watcher.on('error', () => watcher.close());
      this.#watchers.set(folder, watcher);
    } catch {
      // No inotify here (a network file system, no watches left): polling alone.
    }
  }

  #tick(): void {
    if (this.#failure !== undefined) return;
    const now = Date.now();
    if (now >= this.#discoverAt && this.#discovering === undefined) {
      this.#discoverAt = now + DISCOVERY;
      this.#discovering = this.#discover()
        .catch((error: unknown) =>
          this.#report({ kind: 'unreadable', path: this.#options.globs.join(' '), error: error as Error }),
        )
        .finally(() => (this.#discovering = undefined));
    }
    for (const [tailed, dueAt] of this.#dueAt) {
      if (this.#polling.size >= CONCURRENT_POLLS) break;
      if (dueAt <= now && !this.#polling.has(tailed)) this.#run(this.#poll(tailed));
    }
  }

  #run(work: Promise<void>): void {
    const done = work.finally(() => this.#running.delete(done));
    this.#running.add(done);
  }

  async #poll(tailed: TailedPath): Promise<void> {
    this.#polling.add(tailed);
    this.#dueAt.set(tailed, Infinity);
    const openBefore = tailed.openFiles;
    let hasMore = false;
    try {
      hasMore = await tailed.poll();
      this.#openFiles += tailed.openFiles - openBefore;
      await this.#boundDescriptors(tailed);
    } catch (error) {
      this.#failed(tailed.path, error as Error);
    } finally {
      this.#polling.delete(tailed);
      const fast = this.#options.pollInterval ?? FAST_POLL;
      const active = Date.now() - tailed.activeAt < ACTIVE_FOR;
      // A hint that came meanwhile set it to 0.
      if (this.#dueAt.get(tailed) === Infinity)
        this.#dueAt.set(tailed, hasMore ? 0 : Date.now() + (active ? fast : Math.max(fast, SLOW_POLL)));
      // The map's order is the order of the looks: who was looked at goes to the end.
      const due = this.#dueAt.get(tailed) ?? 0;
      this.#dueAt.delete(tailed);
      this.#dueAt.set(tailed, due);
    }
    if (hasMore) this.#tick();
  }

  #failed(path: string, error: Error): void {
    if (this.#abort.signal.aborted) return;
    if (!(error instanceof CodedError)) return this.#report({ kind: 'unreadable', path, error });
    // The intake will never take this frame: to go on would lose its lines silently.
    this.#failure = error;
    this.#report({ kind: 'unreadable', path, error });
  }

  async #boundDescriptors(recent: TailedPath): Promise<void> {
    const most = this.#options.maxOpenFiles ?? 512;
    if (this.#openFiles <= most) return;
    const byAge = [...this.#paths.values()].filter((path) => path !== recent && !this.#polling.has(path));
    byAge.sort((a, b) => a.activeAt - b.activeAt);
    for (const path of byAge) {
      const before = path.openFiles;
      if (before === 0) continue;
      await path.rest();
      this.#openFiles -= before - path.openFiles;
      // Some more than needed, so that not every look sorts all paths.
      if (this.#openFiles <= most * 0.9) return;
    }
  }

  #addCompressed(path: string): void {
    if (this.#compressed.has(path)) return;
    this.#compressed.add(path);
    this.#run(this.#readCompressed(path).catch((error: unknown) => this.#failed(path, error as Error)));
  }

  /** Reads a compressed file once: not when it holds a file that was followed, nor when it was read before. */
  async #readCompressed(path: string): Promise<void> {
    const source = `tail:${path}`;
    const saved = readTailPosition(this.#options.positions?.get(source))?.files[0];
    const stats = await statFile(path);
    if (stats === undefined) return;
    const head = await readGzipHead(path);
    const offset = saved?.head.hash === head.hash ? saved.offset : 0;
    if (offset === 0 && (await this.#isFollowedOne(path))) return;
    const clocks = new ClockJudge(this.#zone(), this.#options.clocks);
    const lines = new LineSource({ ...this.#lineOptions(path), clocks });
    const position = (end: number): Readonly<Record<string, unknown>> => {
      const file: FilePosition = {
        device: stats.dev,
        inode: stats.ino,
        head,
        offset: end,
        tail: { length: 0, hash: '' },
      };
      return { files: [file], finished: [], at: Date.now(), clocks: clocks.clocks };
    };
    await sendGzipFile(path, offset, lines, position);
  }

  async #isFollowedOne(path: string): Promise<boolean> {
    for (const neighbour of this.#circle.neighbours(path)) {
      for (const { length, hash } of neighbour.heads()) {
        if (length > 0 && (await readGzipHead(path, length)).hash === hash) return true;
      }
    }
    return false;
  }
}
