// What a start finds in the spool's folder: which segments there are, where the last one ends, and what has to be set aside.
// Only the newest segment with a valid checkpoint is read: the checkpoint stands for everything before it.
import { join } from 'node:path';
import type { Log } from '../base/log.ts';
import type { FileSystem, SpoolFile } from './file-system.ts';
import { CHECKPOINT, RECORD_HEADER_BYTES, readRecordHeader } from './record.ts';
import type { DamagedRecord, SpoolRecord } from './record.ts';
import { RecordReader } from './record-reader.ts';
import { EMERGENCY_NAME, SPARE_NAME } from './spare-segments.ts';
import { segmentIdOf, segmentName } from './segment.ts';
import type { Segment, SegmentEnd } from './segment.ts';

/** Frame numbers in damaged bytes are unknown but must not come twice: no segment holds more frames than this. */
const NUMBERS_TO_SKIP = 2 ** 24;

interface RecoverOptions {
  readonly folder: string;
  readonly quarantineFolder: string;
  readonly fileSystem: FileSystem;
  readonly log: Log;
}

/** Learns of the records that are found in the newest segment, in their order. */
export interface RecordSink {
  restore(record: SpoolRecord): void;
  /** One that was acknowledged is damaged. */
  lost(record: DamagedRecord): void;
}

export interface Recovered {
  readonly segments: Segment[];
  readonly nextId: number;
  /** End of the newest segment. */
  readonly previous: SegmentEnd | undefined;
  readonly spare: boolean;
  readonly emergency: boolean;
}

export async function recoverSegments(
  options: RecoverOptions,
  spareBytes: number,
  emergencyBytes: number,
  sink: RecordSink,
): Promise<Recovered> {
  const { folder, fileSystem } = options;
  const names = await fileSystem.list(folder);
  const keepSpare = async (name: string, size: number): Promise<boolean> => {
    if (!names.includes(name)) return false;
    if ((await fileSystem.size(join(folder, name))) === size) return true;
    await fileSystem.remove(join(folder, name));
    return false;
  };
  const spare = await keepSpare(SPARE_NAME, spareBytes);
  const emergency = await keepSpare(EMERGENCY_NAME, emergencyBytes);
  const ids = names.map(segmentIdOf).filter((id) => id !== undefined);
  ids.sort((a, b) => a - b);
  const nextId = (ids.at(-1) ?? 0) + 1;
  let skip = 0;
  let last: Segment | undefined;
  while (last === undefined && ids.length > 0) {
    const id = ids.at(-1)!;
    const segment = await describe(options, id);
    last = await withFile(fileSystem, segment.path, (file) => restoreFrom(options, segment, file, sink));
    if (last === undefined) {
      if (await setAsideWhole(options, segment)) skip = NUMBERS_TO_SKIP;
      ids.pop();
    }
  }
  const segments: Segment[] = [];
  for (const id of ids.slice(0, -1)) segments.push(await describe(options, id));
  if (last !== undefined) {
    last.lastNumber! += skip;
    segments.push(last);
  }
  await readLastNumbers(options, segments);
  const previous = last === undefined ? undefined : { segment: last.id, end: last.end! };
  return { segments, nextId, previous, spare, emergency };
}

async function describe({ folder, fileSystem }: RecoverOptions, id: number): Promise<Segment> {
  const path = join(folder, segmentName(id));
  const capacity = await fileSystem.size(path);
  const unknown = { lastNumber: undefined, end: undefined, endIsGuess: false, file: undefined };
  return { ...unknown, id, path, capacity, emergency: false };
}

async function withFile<T>(fileSystem: FileSystem, path: string, use: (file: SpoolFile) => Promise<T>): Promise<T> {
  const file = await fileSystem.open(path);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

/** Reads a whole segment into `sink` and cuts its tail; undefined when it does not begin with a valid checkpoint. */
async function restoreFrom(
  options: RecoverOptions,
  segment: Segment,
  file: SpoolFile,
  sink: RecordSink,
): Promise<Segment | undefined> {
  const { capacity } = segment;
  const reader = new RecordReader(file, segment.id);
  let record = await reader.next(capacity);
  if (record?.type !== CHECKPOINT) return undefined;
  let lastNumber = 0;
  for (;;) {
    for (; record !== undefined; record = await reader.next(capacity)) {
      lastNumber = record.number;
      sink.restore(record);
    }
    if (!(await reader.isDamaged(capacity))) break;
    const damaged = await reader.stepOver(capacity);
    if (damaged === undefined) {
      lastNumber += NUMBERS_TO_SKIP;
      await setAside(options, segment, file, reader.offset, capacity, false);
      break;
    }
    // The replay, which comes by here, sets them aside.
    for (const one of damaged) sink.lost(one);
    record = await reader.next(capacity);
  }
  return { ...segment, end: reader.offset, lastNumber };
}

/** Copies a damaged range of a segment into the quarantine folder, with a word to the operator. */
export async function setAside(
  { fileSystem, quarantineFolder, log }: Pick<RecoverOptions, 'fileSystem' | 'quarantineFolder' | 'log'>,
  segment: Pick<Segment, 'id' | 'path'>,
  file: SpoolFile,
  from: number,
  to: number,
  counted = true,
): Promise<void> {
  const name = `segment-${segment.id}-bytes-${from}-to-${to}.damaged`;
  const target = join(quarantineFolder, name);
  log.error(
    `the spool segment ${segment.path} is damaged from byte ${from} on (it had been acknowledged; its checksum is wrong or the disk cannot read it): ` +
      `these ${to - from} bytes were copied to ${target}; their rows are ${counted ? 'counted as quarantined' : 'missing from the store and from the ledger'}, everything else is kept`,
  );
  try {
    const bytes = new Uint8Array(to - from);
    const length = await file.read(bytes, from);
    await fileSystem.createFolder(quarantineFolder);
    await fileSystem.writeFile(target, bytes.subarray(0, length));
  } catch (error) {
    log.error(`copying the damaged bytes to ${target} failed: ${String(error)}`);
  }
}

/** Disposes of a newest segment without a valid checkpoint; true when it had held acknowledged records. */
async function setAsideWhole(options: RecoverOptions, segment: Segment): Promise<boolean> {
  const { fileSystem, quarantineFolder, log } = options;
  const damaged = await withFile(fileSystem, segment.path, (file) =>
    new RecordReader(file, segment.id).isDamaged(segment.capacity),
  );
  if (!damaged) {
    // Its making was interrupted: nothing in it was ever acknowledged.
    await fileSystem.remove(segment.path);
    return false;
  }
  const target = join(quarantineFolder, segmentName(segment.id));
  log.error(
    `the spool segment ${segment.path} does not begin with a valid checkpoint: it was moved to ${target} whole; ` +
      `its rows are missing from the store and from the ledger, everything else is kept`,
  );
  await fileSystem.createFolder(quarantineFolder);
  await fileSystem.rename(segment.path, target);
  return true;
}

/** A segment's checkpoint says which frame was the last one before it. */
async function readLastNumbers({ fileSystem }: RecoverOptions, segments: Segment[]): Promise<void> {
  for (let index = segments.length - 2; index >= 0; index--) {
    const [segment, next] = [segments[index]!, segments[index + 1]!];
    const start = new Uint8Array(RECORD_HEADER_BYTES);
    // An unreadable one stays zero, and is no header then.
    await withFile(fileSystem, next.path, (file) => file.read(start, 0)).catch(() => 0);
    segment.lastNumber = readRecordHeader(start, next.id)?.number ?? next.lastNumber;
  }
}
