// Labels as all senders write them – sorted by name, each once and with a value, in ASCII, name before value – need not be decoded: their
// bytes are the canonical ones but for the tags. Most series of most senders are such; the others go the long way.
import { ByteBuffer } from '../../base/byte-buffer.ts';
import { fingerprintParts } from '../../base/fingerprint.ts';
import { DictionaryColumn } from '../../model/columns.ts';
import { METRIC_NAME } from '../../model/labels.ts';

const LABEL = 10;
const NAME = 10;
const VALUE = 18;
const metricLabel = new TextEncoder().encode(METRIC_NAME);

/** What is known of plain labels without decoding them. */
export interface PlainIdentity {
  readonly metric: string;
  /** The fingerprint of the canonical labels (model/series-identity.ts), as two signed numbers. */
  readonly low: number;
  readonly high: number;
}

export class PlainLabels {
  readonly #canonical = new ByteBuffer(4096);
  readonly #metrics = new DictionaryColumn();
  readonly #metricTexts: string[] = [];
  readonly #parts = new Int32Array(2);
  #at = 0;
  /** Of all lengths and texts of the series: its highest bit tells what is not ASCII. */
  #seen = 0;

  /** The identity of the labels `bytes[from, to)`, a message field each; undefined when they are not plain. */
  read(bytes: Uint8Array, from: number, to: number): PlainIdentity | undefined {
    const canonical = this.#canonical;
    canonical.clear();
    canonical.reserve(to - from);
    this.#seen = 0;
    this.#at = from;
    let [before, beforeEnd] = [from, from];
    let [metric, metricEnd] = [0, 0];
    while (this.#at < to) {
      if (bytes[this.#at++] !== LABEL) return undefined;
      const size = this.#length(bytes);
      const end = this.#at + size;
      if (bytes[this.#at++] !== NAME) return undefined;
      const nameField = this.#at;
      const nameSize = this.#length(bytes);
      const name = this.#at;
      const nameEnd = name + nameSize;
      if (bytes[nameEnd] !== VALUE) return undefined;
      this.#at = nameEnd + 1;
      const valueSize = this.#length(bytes);
      const valueEnd = this.#at + valueSize;
      if (valueEnd !== end || end > to || nameSize === 0 || valueSize === 0) return undefined;
      if (!isBehind(bytes, name, nameEnd, before, beforeEnd)) return undefined;
      if (isMetricLabel(bytes, name, nameSize)) [metric, metricEnd] = [this.#at, valueEnd];
      this.#copy(bytes, nameField, name, nameEnd);
      this.#copy(bytes, nameEnd + 1, this.#at, valueEnd);
      [before, beforeEnd] = [name, nameEnd];
      this.#at = valueEnd;
    }
    if (this.#seen >= 0x80 || metricEnd === 0) return undefined;
    fingerprintParts(canonical.bytes, 0, canonical.length, this.#parts);
    const text = this.#metricText(bytes, metric, metricEnd);
    return { metric: text, low: this.#parts[0] as number, high: this.#parts[1] as number };
  }

  /** A length of at most two bytes in its shortest form; longer ones are given as one that never fits. */
  #length(bytes: Uint8Array): number {
    const first = bytes[this.#at++] as number;
    if (first < 0x80) return first;
    const second = bytes[this.#at++] as number;
    return second === 0 || second >= 0x80 ? Infinity : (first & 0x7f) | (second << 7);
  }

  /** Copies a length and its text, which begins at `text`. */
  #copy(bytes: Uint8Array, start: number, text: number, end: number): void {
    const out = this.#canonical.bytes;
    let to = this.#canonical.length;
    for (let at = start; at < text; at++) out[to++] = bytes[at] as number;
    let seen = 0;
    for (let at = text; at < end; at++) {
      const byte = bytes[at] as number;
      seen |= byte;
      out[to++] = byte;
    }
    this.#seen |= seen;
    this.#canonical.length = to;
  }

  #metricText(bytes: Uint8Array, start: number, end: number): string {
    const place = this.#metrics.indexOfBytes(bytes, start, end);
    return (this.#metricTexts[place] ??= this.#metrics.keys.get(place));
  }
}

/** Whether a name stands behind another in the order of their bytes. */
function isBehind(bytes: Uint8Array, name: number, end: number, before: number, beforeEnd: number): boolean {
  let at = name;
  for (let other = before; other < beforeEnd; other++, at++) {
    if (at === end) return false;
    const order = (bytes[at] as number) - (bytes[other] as number);
    if (order !== 0) return order > 0;
  }
  return at < end;
}

function isMetricLabel(bytes: Uint8Array, start: number, size: number): boolean {
  if (size !== metricLabel.length) return false;
  for (let i = 0; i < size; i++) if (bytes[start + i] !== metricLabel[i]) return false;
  return true;
}
