// One record of the spool on disk, little-endian, padded with zeros to a multiple of 8 bytes:
//   0 magic · 4 version, type · 8 length of head · 12 length of body · 16 segment · 20 durable end · 24 number (float64)
//   32 CRC-32 of bytes 0–31, head and body · 36 zero · 40 head (a JSON object) · body
// The segment's number is part of it, so that what an earlier life of a recycled file left behind is never taken for a record.
// "Durable end" says how far the segment was synced when the record was written: with it a reader tells a torn tail
// (nobody was promised anything) from damage to something acknowledged.
import { crc32 } from 'node:zlib';

export const RECORD_HEADER_BYTES = 40;
const MAGIC = 0x4c505348;
/** First bytes of every record. */
export const RECORD_MAGIC = Uint8Array.of(0x48, 0x53, 0x50, 0x4c);
const VERSION = 1;
const MAX_HEAD_BYTES = 16 << 20;

/** First record of every segment: everything that the segments before it would have told. */
export const CHECKPOINT = 0;

export interface SpoolRecord {
  readonly type: number;
  /** Number of the frame, or of the last frame before a record that is none. */
  readonly number: number;
  readonly head: Readonly<Record<string, unknown>>;
  readonly body: Uint8Array;
}

/** What a record needs on disk, padding included. */
export function recordBytes(headLength: number, bodyLength: number): number {
  return Math.ceil((RECORD_HEADER_BYTES + headLength + bodyLength) / 8) * 8;
}

/** The header of a record that goes to `segment` while that is synced up to `durableEnd`. */
export function encodeRecordHeader(
  type: number,
  number: number,
  head: Uint8Array,
  body: Uint8Array,
  segment: number,
  durableEnd: number,
): Uint8Array {
  const header = new Uint8Array(RECORD_HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setUint32(0, MAGIC, true);
  header[4] = VERSION;
  header[5] = type;
  view.setUint32(8, head.length, true);
  view.setUint32(12, body.length, true);
  view.setUint32(16, segment, true);
  view.setUint32(20, durableEnd, true);
  view.setFloat64(24, number, true);
  view.setUint32(32, checksum(header, head, body), true);
  return header;
}

function checksum(header: Uint8Array, head: Uint8Array, body: Uint8Array): number {
  return crc32(body, crc32(head, crc32(header.subarray(0, 32))));
}

/** What a header says before anything is checked against its checksum; undefined when it is none of `segment`. */
export interface RecordHeader {
  readonly type: number;
  readonly number: number;
  readonly headLength: number;
  readonly bodyLength: number;
  readonly durableEnd: number;
  /** The whole record with its padding. */
  readonly size: number;
}

/** Reads the header at the start of `bytes` (at least RECORD_HEADER_BYTES long). */
export function readRecordHeader(bytes: Uint8Array, segment: number): RecordHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, RECORD_HEADER_BYTES);
  if (view.getUint32(0, true) !== MAGIC || bytes[4] !== VERSION || view.getUint32(16, true) !== segment)
    return undefined;
  const headLength = view.getUint32(8, true);
  const bodyLength = view.getUint32(12, true);
  if (headLength > MAX_HEAD_BYTES) return undefined;
  return {
    type: bytes[5]!,
    number: view.getFloat64(24, true),
    headLength,
    bodyLength,
    durableEnd: view.getUint32(20, true),
    size: recordBytes(headLength, bodyLength),
  };
}

const decoder = new TextDecoder();

/** What is left of a record whose checksum is wrong but whose header still says how long it is. */
export interface DamagedRecord {
  readonly type: number;
  readonly number: number;
  /** Undefined when it cannot be read. Nothing vouches for it. */
  readonly head: Readonly<Record<string, unknown>> | undefined;
}

/** What can be read of the damaged record that `bytes` begins with. */
export function readDamaged(bytes: Uint8Array, { type, number, headLength }: RecordHeader): DamagedRecord {
  const head = bytes.subarray(RECORD_HEADER_BYTES, RECORD_HEADER_BYTES + headLength);
  try {
    return { type, number, head: JSON.parse(decoder.decode(head)) as Record<string, unknown> };
  } catch {
    return { type, number, head: undefined };
  }
}

/** The record that `bytes` begins with, all of it; undefined when its checksum or its head is wrong. `body` is a view into `bytes`. */
export function decodeRecord(bytes: Uint8Array, header: RecordHeader): SpoolRecord | undefined {
  const bodyStart = RECORD_HEADER_BYTES + header.headLength;
  const head = bytes.subarray(RECORD_HEADER_BYTES, bodyStart);
  const body = bytes.subarray(bodyStart, bodyStart + header.bodyLength);
  const expected = new DataView(bytes.buffer, bytes.byteOffset, RECORD_HEADER_BYTES).getUint32(32, true);
  if (checksum(bytes, head, body) !== expected) return undefined;
  const parsed = JSON.parse(decoder.decode(head)) as Record<string, unknown>;
  return { type: header.type, number: header.number, head: parsed, body };
}
