// What a target's bodies have in common. Most differ from the one before in values alone: then reading one is comparing bytes, line by
// line, and reading numbers; no text is made of it. A body that differs in anything else, or whose values are followed by times or
// exemplars, is left to the parser.
import { ByteBuffer } from '../../base/byte-buffer.ts';
import { regrow } from '../../base/regrow.ts';
import { NumberReader } from './number-reader.ts';
import type { SeriesMemory } from './series-memory.ts';

const NEWLINE = 10;
const SPACE = 32;
const HASH = 35;
const FIRST_SAMPLES = 16;
const GROWTH = 1.5;
const WORD = 4;

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** Whether the bytes of `known` from `start` to `end` stand in `body` at `at`. */
function stands(known: DataView, start: number, end: number, body: DataView, at: number): boolean {
  if (at + end - start > body.byteLength) return false;
  let [from, to] = [start, at];
  for (; from + WORD <= end; from += WORD, to += WORD) if (known.getInt32(from) !== body.getInt32(to)) return false;
  for (; from < end; from++, to++) if (known.getInt8(from) !== body.getInt8(to)) return false;
  return true;
}

/** What stands between two samples, or in front of the first one, or behind the last one. */
interface Stretch {
  /** The number of the sample behind it. */
  readonly before: number;
  /** Where it ends among the bytes of all stretches. */
  readonly end: number;
}

export class BodyOutline {
  readonly #memory: SeriesMemory;
  readonly #numbers = new NumberReader();
  /** The series of the samples, as the memory numbers them, in the order of the lines. */
  #series = new Int32Array(FIRST_SAMPLES);
  #samples = 0;
  /** Comments and empty lines. */
  #others = new Uint8Array(0);
  #stretches: Stretch[] = [];
  #isKnown = false;

  constructor(memory: SeriesMemory) {
    this.#memory = memory;
  }

  /** Forgets the body that it knows: another one is parsed. */
  start(): void {
    this.#isKnown = false;
    this.#samples = 0;
  }

  /** The next sample of the body that is parsed is of this series. */
  note(series: number): void {
    if (this.#samples === this.#series.length) this.#series = regrow(this.#series, Math.ceil(this.#samples * GROWTH));
    this.#series[this.#samples++] = series;
  }

  /** The body whose samples were noted was parsed without an error: what is like it need not be, if its lines are plain. */
  learn(body: Uint8Array): void {
    const view = viewOf(body);
    const texts = viewOf(this.#memory.bytes);
    const others = new ByteBuffer();
    const stretches: Stretch[] = [];
    let at = 0;
    for (let sample = 0; sample <= this.#samples; sample++) {
      const begin = at;
      if (sample === this.#samples) at = body.length;
      while (body[at] === HASH || body[at] === NEWLINE) {
        at = body.indexOf(NEWLINE, at) + 1;
        if (at === 0) return;
      }
      if (at > begin) {
        others.append(body.subarray(begin, at));
        stretches.push({ before: sample, end: others.length });
      }
      if (sample === this.#samples) break;
      at = this.#valueAt(this.#series[sample]!, texts, view, at);
      if (at === -1) return;
      this.#numbers.read(body, at);
      if (this.#numbers.end === -1) return;
      at = this.#numbers.end + 1;
    }
    this.#others = others.contents().slice();
    this.#stretches = stretches;
    this.#isKnown = true;
  }

  /** Where the value stands when the line at `at` is one of this series; -1 when it is not. */
  #valueAt(series: number, texts: DataView, body: DataView, at: number): number {
    const { starts } = this.#memory;
    const start = starts[series]!;
    const end = starts[series + 1]!;
    const behind = at + end - start;
    return stands(texts, start, end, body, at) && behind < body.byteLength && body.getUint8(behind) === SPACE
      ? behind + 1
      : -1;
  }

  /**
   * Reads a body like the one that it knows: `values` has room for as many as that one has samples. False when the body is another one;
   * then the values are void.
   */
  read(body: Uint8Array, values: Float64Array): boolean {
    if (!this.#isKnown) return false;
    const view = viewOf(body);
    const texts = viewOf(this.#memory.bytes);
    const others = viewOf(this.#others);
    const numbers = this.#numbers;
    const series = this.#series;
    const samples = this.#samples;
    let at = 0;
    let from = 0;
    let stretch = 0;
    for (let sample = 0; ; sample++) {
      if (this.#stretches[stretch]?.before === sample) {
        const { end } = this.#stretches[stretch++]!;
        if (!stands(others, from, end, view, at)) return false;
        at += end - from;
        from = end;
      }
      if (sample === samples) return at === body.length;
      at = this.#valueAt(series[sample]!, texts, view, at);
      if (at === -1) return false;
      values[sample] = numbers.read(body, at);
      if (numbers.end === -1) return false;
      at = numbers.end + 1;
    }
  }
}
