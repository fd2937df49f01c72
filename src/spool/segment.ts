// A segment is a file of records, its blocks allocated before the first byte is written; the first record is a checkpoint whose
// body says where the segment before it ended, so that what stands behind that place is never read again.
import type { SpoolFile } from './file-system.ts';

const SEGMENT_NAME = /^segment-(\d{10})\.log$/;

export function segmentName(id: number): string {
  return `segment-${String(id).padStart(10, '0')}.log`;
}

/** The segment's number, or undefined when the file name is none of ours. */
export function segmentIdOf(name: string): number | undefined {
  const match = SEGMENT_NAME.exec(name);
  return match === null ? undefined : Number(match[1]);
}

/** Where a segment ends: known from the segment behind it, or because this process wrote it. */
export interface SegmentEnd {
  readonly segment: number;
  readonly end: number;
}

/** Body of a checkpoint record. */
export interface CheckpointBody {
  /** End of the segment before this one; undefined for the first. */
  readonly previous: SegmentEnd | undefined;
  /** What the owner of the spool wants to know again. */
  readonly state: unknown;
}

export interface Segment {
  readonly id: number;
  readonly path: string;
  /** Size of the file. */
  readonly capacity: number;
  /** Last frame number in it or before it; undefined while nobody has looked. */
  lastNumber: number | undefined;
  /** Bytes that are durable and valid; undefined while nobody has looked. */
  end: number | undefined;
  /** The segment behind it is missing, so that `end` is the end of the file: the records may end before. */
  endIsGuess: boolean;
  /** Open while it is written to. */
  file: SpoolFile | undefined;
  /** Taken from the emergency reserve: only for records that lead to space being freed. */
  readonly emergency: boolean;
}

/** A place in the spool: behind the record that was read or written last. */
export interface SpoolPlace {
  readonly segment: number;
  readonly offset: number;
}
