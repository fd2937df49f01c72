// pprof's Profile message (github.com/google/pprof, proto/profile.proto), not compressed: the file is its gzip.
// Locations are listed from the leaf; string 0 is empty; every frame is one function with one location. The thread's state,
// what it waited for and its trace are labels of a sample.
import { stackOf, type Profile, type SampleState } from '../../profile/profile.ts';

const encoder = new TextEncoder();

/** Appends protobuf fields to a growing buffer. */
class ProtoWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }

  varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** A number field; zero is the default and is left out. */
  number(field: number, value: number): void {
    if (value === 0) return;
    this.varint(field * 8);
    this.varint(value);
  }

  bytes(field: number, value: Uint8Array): void {
    this.varint(field * 8 + 2);
    this.varint(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  packed(field: number, values: readonly number[]): void {
    const inner = new ProtoWriter();
    for (const value of values) inner.varint(value);
    this.bytes(field, inner.finish());
  }

  message(field: number, write: (inner: ProtoWriter) => void): void {
    const inner = new ProtoWriter();
    write(inner);
    this.bytes(field, inner.finish());
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

/** The message's bytes. */
export function encodePprof(profile: Profile): Uint8Array {
  const { meta } = profile;
  const strings = [''];
  const known = new Map([['', 0]]);
  const text = (value: string): number => {
    let index = known.get(value);
    if (index === undefined) {
      index = strings.push(value) - 1;
      known.set(value, index);
    }
    return index;
  };
  const periodNanos = meta.rate > 0 ? Math.round(1e9 / meta.rate) : 0;
  const writer = new ProtoWriter();
  const valueType = (field: number, type: string, unit: string): void =>
    writer.message(field, (inner) => {
      inner.number(1, text(type));
      inner.number(2, text(unit));
    });
  valueType(1, 'samples', 'count');
  valueType(1, meta.mode, 'nanoseconds');
  const label = (inner: ProtoWriter, key: string, value: string): void => {
    if (value === '') return;
    inner.message(3, (pair) => {
      pair.number(1, text(key));
      pair.number(2, text(value));
    });
  };
  const sample = (node: number, weight: number, state: SampleState | undefined): void => {
    const count = Math.round(weight);
    if (node === 0 || count === 0) return;
    writer.message(2, (inner) => {
      inner.packed(
        1,
        stackOf(profile, node)
          .reverse()
          .map((frame) => frame + 1),
      );
      inner.packed(2, [count, count * periodNanos]);
      if (state === undefined) return;
      label(inner, 'state', state.kind);
      label(inner, 'waiting for', state.reason);
      label(inner, 'trace_id', state.traceId);
    });
  };
  const { states, selfs } = profile;
  if (states === undefined) for (const [node, weight] of selfs.entries()) sample(node, weight, undefined);
  for (const [row, node] of states?.nodes.entries() ?? []) {
    sample(node, states?.weights[row] as number, states?.table[states.states[row] as number]);
  }
  for (const [index, { name, file, line }] of profile.frames.entries()) {
    writer.message(4, (location) => {
      location.number(1, index + 1);
      location.message(4, (inner) => {
        inner.number(1, index + 1);
        inner.number(2, line);
      });
    });
    writer.message(5, (inner) => {
      inner.number(1, index + 1);
      inner.number(2, text(name));
      inner.number(3, text(name));
      inner.number(4, text(file));
    });
  }
  valueType(11, meta.mode, 'nanoseconds');
  const comment = text(meta.title);
  for (const value of strings) writer.bytes(6, encoder.encode(value));
  writer.number(9, meta.startTime * 1_000_000);
  writer.number(10, Math.round(meta.durationSeconds * 1e9));
  writer.number(12, periodNanos);
  if (comment > 0) writer.packed(13, [comment]);
  return writer.finish();
}
