// The series of remote-write requests by the numbers that the decoder gives them: fingerprints, and whether the open block has them.
import { regrow } from '../../base/regrow.ts';
import type { RemoteWriteDecoder, NewSeries } from '../../formats/remote-write/decode.ts';
import { canonicalLabels, fingerprintLabels, type LabelPair } from '../../model/series-identity.ts';
import { METRIC_NAME } from '../../model/labels.ts';
import type { SeriesAdmission } from '../../model/series-admission.ts';
import type { TelemetryBlock } from '../../model/telemetry-block.ts';

const FIRST_CAPACITY = 1024;
const NEVER = -1;
const decoder = new TextDecoder();

/** `bytes[start, end)` is `text`, which is plain ASCII; other texts are taken for different. */
function isText(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80 || bytes[start + i] !== code) return false;
  }
  return true;
}

/** A varint of at most two bytes: lengths of labels are bounded before. */
function lengthAt(bytes: Uint8Array, at: number): { readonly value: number; readonly behind: number } {
  let value = 0;
  let scale = 1;
  let behind = at;
  for (;;) {
    const byte = bytes[behind++] as number;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return { value, behind };
    scale *= 0x80;
  }
}

export class WrittenSeries {
  readonly #decoder: RemoteWriteDecoder;
  /** Low and high 32 bits of the fingerprints. */
  fingerprints = new Int32Array(2 * FIRST_CAPACITY);
  /** Place of the metric name in the dictionary of the block that `#generations` speaks of. */
  metrics = new Int32Array(FIRST_CAPACITY);
  #generations = new Int32Array(FIRST_CAPACITY).fill(NEVER);
  #days = new Int32Array(FIRST_CAPACITY);
  readonly #names: string[] = [];
  /** Labels of the series whose raw bytes are not in canonical order, or repeat or miss something. */
  readonly #unordered = new Map<number, readonly LabelPair[]>();
  /** Why a series is refused. */
  readonly problems = new Map<number, string>();
  readonly #nameTexts = new Map<string, string>();

  constructor(decoder: RemoteWriteDecoder) {
    this.#decoder = decoder;
  }

  learn(one: NewSeries): void {
    const { seriesId, plain, problem } = one;
    if (seriesId >= this.metrics.length) this.#grow(seriesId + 1);
    if (plain !== undefined) {
      this.fingerprints[seriesId * 2] = plain.low;
      this.fingerprints[seriesId * 2 + 1] = plain.high;
      this.#generations[seriesId] = NEVER;
      this.#names[seriesId] = plain.metric;
      return;
    }
    const { labels } = one;
    const canonical = canonicalLabels(labels);
    const fingerprint = fingerprintLabels(canonical);
    this.fingerprints[seriesId * 2] = Number(BigInt.asIntN(32, fingerprint));
    this.fingerprints[seriesId * 2 + 1] = Number(BigInt.asIntN(32, fingerprint >> 32n));
    this.#generations[seriesId] = NEVER;
    this.#names[seriesId] = this.#oneText(labels.metricName);
    if (problem !== undefined) this.problems.set(seriesId, `${showSeries(canonical)}: ${problem}`);
    else if (!this.#isCanonical(seriesId, canonical)) this.#unordered.set(seriesId, canonical);
  }

  /** The same text as one string: a million series share a few names. */
  #oneText(text: string): string {
    const known = this.#nameTexts.get(text);
    if (known !== undefined) return known;
    this.#nameTexts.set(text, text);
    return text;
  }

  #grow(needed: number): void {
    const capacity = Math.max(needed, this.metrics.length * 2);
    this.fingerprints = regrow(this.fingerprints, capacity * 2);
    this.metrics = regrow(this.metrics, capacity);
    this.#days = regrow(this.#days, capacity);
    const known = this.#generations.length;
    this.#generations = regrow(this.#generations, capacity).fill(NEVER, known);
  }

  /** Whether the raw labels are the canonical ones, one for one: then they are written as they came. */
  #isCanonical(seriesId: number, canonical: readonly LabelPair[]): boolean {
    const { bytes } = this.#decoder.rawLabels(seriesId);
    let at = 0;
    let isSame = true;
    this.#walk(seriesId, (name, nameEnd, value, valueEnd) => {
      const expected = canonical[at++];
      isSame &&= expected !== undefined && valueEnd > value + 1 && isText(bytes, name, nameEnd, expected[0]);
    });
    return isSame && at === canonical.length;
  }

  /**
   * Calls `visit` with the places of each label's name and of its value with the value's length before it. A label that is
   * written otherwise than all senders write it (fields swapped, more fields) is given with an empty name.
   */
  #walk(seriesId: number, visit: (name: number, nameEnd: number, value: number, valueEnd: number) => void): void {
    const { bytes, start, end } = this.#decoder.rawLabels(seriesId);
    for (let at = start; at < end;) {
      const field = lengthAt(bytes, at + 1);
      const behind = field.behind + field.value;
      const name = bytes[field.behind] === 10 ? lengthAt(bytes, field.behind + 1) : undefined;
      const value = name === undefined ? 0 : name.behind + name.value;
      if (name !== undefined && bytes[value] === 18) {
        const text = lengthAt(bytes, value + 1);
        if (text.behind + text.value === behind) visit(name.behind, value, value + 1, behind);
        else visit(at, at, at, at);
      } else visit(at, at, at, at);
      at = behind;
    }
  }

  /** Whether the block has the series on that day, with its place in the dictionary known. */
  isPlaced(seriesId: number, generation: number, day: number): boolean {
    return this.#generations[seriesId] === generation && this.#days[seriesId] === day;
  }

  /** Writes the labels, unless the block has them for that day; false when the series may not be stored. */
  place(
    block: TelemetryBlock,
    seriesId: number,
    day: number,
    retention: number,
    admission: SeriesAdmission | undefined,
  ): boolean {
    const { series, samples } = block;
    const name = this.#names[seriesId]!;
    const [low, high] = [this.fingerprints[seriesId * 2]!, this.fingerprints[seriesId * 2 + 1]!];
    if (admission?.admits(name, low, high, () => this.#labelsOf(seriesId)) === false) return false;
    this.#generations[seriesId] = series.generation;
    this.#days[seriesId] = day;
    this.metrics[seriesId] = samples.metric.indexOf(name);
    if (!series.isNewOf(low, high, day, retention)) return true;
    const unordered = this.#unordered.get(seriesId);
    if (unordered !== undefined) {
      const labels = unordered.filter(([label]) => label !== '__name__');
      series.push(name, this.fingerprint(seriesId), day, labels, 0n, retention);
      return true;
    }
    series.open(series.metric.indexOf(name), low, high, day);
    const { bytes, view } = this.#decoder.rawLabels(seriesId);
    const { keys, values } = series.labels;
    this.#walk(seriesId, (from, nameEnd, value, valueEnd) => {
      if (isText(bytes, from, nameEnd, METRIC_NAME)) return;
      keys.pushIndex(keys.indexOfBytes(bytes, from, nameEnd));
      values.pushPrefixed(bytes, view, value, valueEnd);
    });
    series.closeLabels(retention);
    return true;
  }

  #labelsOf(seriesId: number): readonly LabelPair[] {
    const unordered = this.#unordered.get(seriesId);
    if (unordered !== undefined) return unordered;
    const { bytes } = this.#decoder.rawLabels(seriesId);
    const labels: LabelPair[] = [];
    this.#walk(seriesId, (name, nameEnd, value, valueEnd) => {
      const text = bytes.subarray(lengthAt(bytes, value).behind, valueEnd);
      labels.push([decoder.decode(bytes.subarray(name, nameEnd)), decoder.decode(text)]);
    });
    return labels;
  }

  fingerprint(seriesId: number): bigint {
    const [low, high] = [this.fingerprints[seriesId * 2]!, this.fingerprints[seriesId * 2 + 1]!];
    return BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low >>> 0));
  }

  nameOf(seriesId: number): string {
    return this.#names[seriesId]!;
  }
}

const SHOWN_LENGTH = 300;

export function showSeries(labels: readonly LabelPair[]): string {
  const name = labels.find(([label]) => label === '__name__')?.[1] ?? '';
  const rest = labels
    .filter(([label]) => label !== '__name__')
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${name}{${rest.join(', ')}}`.slice(0, SHOWN_LENGTH);
}
