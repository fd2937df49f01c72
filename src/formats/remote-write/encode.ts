// Remote-write requests 1.0 of our own: one sample a series, as rules give them. The message is packed as snappy literals, which every
// reader takes; what is written here stays on this machine.
// https://prometheus.io/docs/specs/prw/remote_write_spec/ (prompb/remote.proto, types.proto)
import type { Labels } from '../../model/labels.ts';

/** A sample; without a value it is the stale marker. */
export interface EncodedSample {
  readonly labels: Labels;
  /** Unix ms, whole. */
  readonly timeMs: number;
  readonly value: number | undefined;
}

const SERIES_TAG = (1 << 3) | 2;
const LABEL_TAG = (1 << 3) | 2;
const SAMPLE_TAG = (2 << 3) | 2;
const NAME_TAG = (1 << 3) | 2;
const VALUE_TAG = (2 << 3) | 2;
const DOUBLE_TAG = (1 << 3) | 1;
const TIME_TAG = 2 << 3;
const STALE_BITS = 0x7ff0_0000_0000_0002n;
const MAX_LITERAL = 65_536;
const encoder = new TextEncoder();

function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length++;
  return length;
}

/** Bytes that grow at their end. */
class Writer {
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  length = 0;

  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  #reserve(count: number): void {
    if (this.length + count <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + count));
    bytes.set(this.written);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.length++] = value;
  }

  bytes(values: Uint8Array): void {
    this.#reserve(values.length);
    this.#bytes.set(values, this.length);
    this.length += values.length;
  }

  varint(value: number): void {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.byte((rest % 128) | 128);
    this.byte(rest);
  }

  /** A negative int64 has all of its ten bytes. */
  int64(value: number): void {
    if (value >= 0) return this.varint(value);
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest >= 128n; rest >>= 7n) this.byte(Number(rest & 127n) | 128);
    this.byte(Number(rest));
  }

  double(value: number | undefined): void {
    this.#reserve(8);
    if (value === undefined) this.#view.setBigUint64(this.length, STALE_BITS, true);
    else this.#view.setFloat64(this.length, value, true);
    this.length += 8;
  }
}

function writeLabels({ flat }: Labels, out: Writer): void {
  for (let i = 0; i < flat.length; i += 2) {
    const [name, value] = [encoder.encode(flat[i]), encoder.encode(flat[i + 1])];
    const size = 2 + varintLength(name.length) + name.length + varintLength(value.length) + value.length;
    out.byte(LABEL_TAG);
    out.varint(size);
    out.byte(NAME_TAG);
    out.varint(name.length);
    out.bytes(name);
    out.byte(VALUE_TAG);
    out.varint(value.length);
    out.bytes(value);
  }
}

function writeSample({ timeMs, value }: EncodedSample, out: Writer): void {
  const sample = new Writer();
  sample.byte(DOUBLE_TAG);
  sample.double(value);
  sample.byte(TIME_TAG);
  sample.int64(timeMs);
  out.byte(SAMPLE_TAG);
  out.varint(sample.length);
  out.bytes(sample.written);
}

function packLiterals(bytes: Uint8Array): Uint8Array {
  const out = new Writer();
  out.varint(bytes.length);
  for (let at = 0; at < bytes.length; at += MAX_LITERAL) {
    const part = bytes.subarray(at, at + MAX_LITERAL);
    // A tag of 61 says that two bytes with the length less one follow.
    out.byte(61 << 2);
    out.byte((part.length - 1) & 255);
    out.byte((part.length - 1) >> 8);
    out.bytes(part);
  }
  return out.written.slice();
}

/** The body of a request with `samples`. */
export function encodeWriteRequest(samples: readonly EncodedSample[]): Uint8Array {
  const message = new Writer();
  for (const sample of samples) {
    const series = new Writer();
    writeLabels(sample.labels, series);
    writeSample(sample, series);
    message.byte(SERIES_TAG);
    message.varint(series.length);
    message.bytes(series.written);
  }
  return packLiterals(message.written);
}
