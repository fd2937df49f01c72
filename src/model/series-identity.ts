// The identity of a series, the same whoever brings it (scrape, remote write, OTLP, StatsD): the fingerprint of its canonical bytes.
//
// Canonical bytes: all labels with a value, `__name__` among them, sorted by name as UTF-8 bytes sort; of a repeated name the last
// value counts; each label is its name, then its value, each as an unsigned LEB128 length and UTF-8 bytes. A label with an empty
// value is no label. Resources and streams are identified by the same bytes.
import { ByteBuffer } from '../base/byte-buffer.ts';
import { fingerprint } from '../base/fingerprint.ts';

/** A label name and its value. */
export type LabelPair = readonly [name: string, value: string];

const encoder = new TextEncoder();
const scratch = new ByteBuffer(4096);

/** Orders names as their UTF-8 bytes do; JavaScript's own order differs behind U+FFFF. */
export function compareUtf8(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const a = left.charCodeAt(i);
    const b = right.charCodeAt(i);
    if (a === b) continue;
    const isSurrogateA = a >= 0xd800 && a < 0xe000;
    const isSurrogateB = b >= 0xd800 && b < 0xe000;
    return isSurrogateA === isSurrogateB ? a - b : isSurrogateA ? 1 : -1;
  }
  return left.length - right.length;
}

/** The labels in canonical order, without empty values and repeated names. */
export function canonicalLabels(labels: Iterable<LabelPair>): LabelPair[] {
  const byName = new Map<string, LabelPair>();
  for (const label of labels) byName.set(label[0], label);
  return [...byName.values()].filter(([, value]) => value !== '').sort(([a], [b]) => compareUtf8(a, b));
}

function appendText(text: string): void {
  const most = text.length * 3;
  scratch.reserve(most + 10);
  if (most < 0x80) {
    const { written } = encoder.encodeInto(text, scratch.bytes.subarray(scratch.length + 1));
    scratch.bytes[scratch.length] = written;
    scratch.length += 1 + written;
  } else {
    const encoded = encoder.encode(text);
    scratch.writeVarint(encoded.length);
    scratch.append(encoded);
  }
}

/** The fingerprint of labels that `canonicalLabels` gave. */
export function fingerprintLabels(canonical: Iterable<LabelPair>): bigint {
  scratch.clear();
  for (const [name, value] of canonical) {
    appendText(name);
    appendText(value);
  }
  return fingerprint(scratch.bytes, 0, scratch.length);
}
