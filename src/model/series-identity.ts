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
  const given = [...labels];
  // Most come in order.
  const isCanonical = given.every(
    ([name, value], i) => value !== '' && (i === 0 || compareUtf8(given[i - 1]![0], name) < 0),
  );
  if (isCanonical) return given;
  const byName = new Map<string, LabelPair>();
  for (const label of given) byName.set(label[0], label);
  return [...byName.values()].filter(([, value]) => value !== '').sort(([a], [b]) => compareUtf8(a, b));
}

/** Longer texts are left to the encoder. */
const MAX_PLAIN = 0x7f;

/** Writes the length of a text (LEB128) and its UTF-8 bytes. */
export function appendText(out: ByteBuffer, text: string): void {
  const { length } = text;
  if (length <= MAX_PLAIN) {
    out.reserve(length + 1);
    const { bytes } = out;
    let at = out.length;
    bytes[at++] = length;
    let i = 0;
    for (; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) break;
      bytes[at++] = code;
    }
    if (i === length) {
      out.length = at;
      return;
    }
  }
  const encoded = encoder.encode(text);
  out.writeVarint(encoded.length);
  out.append(encoded);
}

/** The fingerprint of labels that `canonicalLabels` gave. */
export function fingerprintLabels(canonical: Iterable<LabelPair>): bigint {
  scratch.clear();
  for (const [name, value] of canonical) {
    appendText(scratch, name);
    appendText(scratch, value);
  }
  return fingerprint(scratch.bytes, 0, scratch.length);
}
