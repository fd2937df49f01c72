// Where a tailed path stands, as it is kept with each frame: all files that go by that path's name, the rotated ones first.
import type { Fingerprint, ReadPart } from './file-fingerprint.ts';

/** One file and how far its records are durable. */
export interface FilePosition {
  readonly device: number;
  readonly inode: number;
  readonly head: Fingerprint;
  /** The bytes of the head in base64, of a file that may still be cut: its copy may be shorter than the head. */
  readonly headBytes?: string;
  readonly offset: number;
  /** Of the bytes before `offset`. */
  readonly tail: Fingerprint;
}

export interface TailPosition {
  readonly files: readonly FilePosition[];
  /** Files that were read to their end and then left the path; the newest last. */
  readonly finished: readonly FilePosition[];
  /** When the files were looked at, ms. */
  readonly at: number;
  /** What the path's naive clocks were found to show. */
  readonly clocks: Readonly<Record<string, string>>;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

function isFingerprint(value: unknown): value is Fingerprint {
  return isObject(value) && isNumber(value['length']) && typeof value['hash'] === 'string';
}

function isFile(value: unknown): value is FilePosition {
  if (!isObject(value)) return false;
  const numbers = [value['device'], value['inode'], value['offset']].every(isNumber);
  if (!['string', 'undefined'].includes(typeof value['headBytes'])) return false;
  return numbers && isFingerprint(value['head']) && isFingerprint(value['tail']);
}

/** What was read of the file, as far as the position tells. */
export function readPartOf({ head, headBytes, offset, tail }: FilePosition): ReadPart {
  if (headBytes === undefined) return { head, offset, tail };
  return { head, headBytes: Buffer.from(headBytes, 'base64'), offset, tail };
}

/** Reads a kept position; undefined when it is none of ours. */
export function readTailPosition(value: unknown): TailPosition | undefined {
  if (!isObject(value) || !Array.isArray(value['files']) || !isNumber(value['at'])) return undefined;
  const clocks = isObject(value['clocks']) ? value['clocks'] : {};
  return {
    files: value['files'].filter(isFile),
    finished: (Array.isArray(value['finished']) ? (value['finished'] as unknown[]) : []).filter(isFile),
    at: value['at'],
    clocks: Object.fromEntries(
      Object.entries(clocks).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
  };
}
