// All series of the last days by number: their fingerprints, their labels, and an inverted index from label pairs to series.
// Typed arrays throughout: a series costs about 150 bytes.
import { giveBack, regrow } from '../../base/regrow.ts';
import { Labels, METRIC_NAME } from '../../model/labels.ts';
import { describeRegex, type Matcher } from '../../query/promql/matcher.ts';
import { LabelPairs, NO_PAIR } from './label-pairs.ts';
import { PostingLists } from './posting-lists.ts';
import { SeriesDays } from './series-days.ts';

export const NO_SERIES = -1;
/** Label sets that are kept as objects. */
const MAX_LABEL_SETS = 20_000;

function grow(array: Int32Array<ArrayBuffer>, needed: number): Int32Array<ArrayBuffer> {
  return needed <= array.length ? array : regrow(array, Math.max(needed, array.length * 2));
}

const isPlain = (name: string): boolean => /^[ -~]*$/.test(name);

/** A matcher with what is known of the pairs that it takes. */
interface Condition {
  readonly matcher: Matcher;
  readonly nameId: number;
  /** Whether a series without the label is taken. */
  readonly takesAbsent: boolean;
  /** Exactly these pairs are taken; undefined when they were not looked up. */
  readonly pairs: readonly number[] | undefined;
  readonly verdicts: Map<number, boolean>;
}

export class SeriesIndex {
  readonly pairs = new LabelPairs();
  readonly days = new SeriesDays();
  readonly #postings = new PostingLists();
  #fingerprints = new Int32Array(2048);
  #slots = new Int32Array(2048);
  /** Where the pairs of each series begin in `#labels`, with the end of the last behind them. */
  #starts = new Int32Array(1024);
  #labels = new Int32Array(8192);
  #size = 0;
  readonly #labelSets = new Map<number, Labels>();
  readonly #scratch: number[] = [];
  /** The label names and pairs of the last new row, the metric's name not among them. */
  readonly #rowNames: number[] = [];
  readonly #rowPairs: number[] = [];

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    const own = this.#fingerprints.length + this.#slots.length + this.#starts.length + this.#labels.length;
    return 4 * own + this.pairs.bytes + this.#postings.bytes + this.days.bytes;
  }

  /** The series with this fingerprint, or NO_SERIES. */
  find(low: number, high: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = (low ^ high) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const series = (slots[slot] as number) - 1;
      if (this.isFingerprint(series, low, high)) return series;
    }
    return NO_SERIES;
  }

  isFingerprint(series: number, low: number, high: number): boolean {
    return this.#fingerprints[series * 2] === low && this.#fingerprints[series * 2 + 1] === high;
  }

  /** The fingerprint, unsigned. */
  fingerprintOf(series: number): bigint {
    const [low, high] = [this.#fingerprints[series * 2]!, this.#fingerprints[series * 2 + 1]!];
    return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  }

  /** Orders two series by their fingerprints. */
  compare(left: number, right: number): number {
    const fingerprints = this.#fingerprints;
    const high = ((fingerprints[left * 2 + 1] as number) >>> 0) - ((fingerprints[right * 2 + 1] as number) >>> 0);
    return high !== 0 ? high : ((fingerprints[left * 2] as number) >>> 0) - ((fingerprints[right * 2] as number) >>> 0);
  }

  /** Adds a series that is not known; `pairs` holds its label pairs, the name's among them, in canonical order. */
  add(low: number, high: number, pairs: readonly number[]): number {
    const series = this.#size++;
    const start = this.#starts[series] as number;
    this.#labels = grow(this.#labels, start + pairs.length);
    this.#starts = grow(this.#starts, series + 2);
    this.#fingerprints = grow(this.#fingerprints, series * 2 + 2);
    for (let i = 0; i < pairs.length; i++) {
      this.#labels[start + i] = pairs[i] as number;
      this.#postings.push(pairs[i] as number, series);
    }
    this.#starts[series + 1] = start + pairs.length;
    this.#fingerprints[series * 2] = low;
    this.#fingerprints[series * 2 + 1] = high;
    if (this.#size * 2 > this.#slots.length) this.#rehash();
    else this.#enter(series);
    return series;
  }

  #enter(series: number): void {
    const mask = this.#slots.length - 1;
    let slot = ((this.#fingerprints[series * 2] as number) ^ (this.#fingerprints[series * 2 + 1] as number)) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = series + 1;
  }

  #rehash(): void {
    const before = this.#slots;
    this.#slots = new Int32Array(before.length * 2);
    giveBack(before);
    for (let series = 0; series < this.#size; series++) this.#enter(series);
  }

  labelsOf(series: number): Labels {
    let labels = this.#labelSets.get(series);
    if (labels === undefined) {
      if (this.#labelSets.size >= MAX_LABEL_SETS) this.#labelSets.clear();
      labels = this.#makeLabels(series);
      this.#labelSets.set(series, labels);
    }
    return labels;
  }

  /** One of the labels of a series, or the empty text. */
  labelOf(series: number, name: string): string {
    const nameId = this.pairs.findName(name);
    const pair = nameId === NO_PAIR ? NO_PAIR : this.pairOf(series, nameId);
    return pair === NO_PAIR ? '' : this.pairs.textOf(pair);
  }

  #makeLabels(series: number): Labels {
    const flat: string[] = [];
    let isSorted = true;
    let before = '';
    for (let at = this.#starts[series] as number; at < (this.#starts[series + 1] as number); at++) {
      const pair = this.#labels[at] as number;
      const name = this.pairs.names[this.pairs.nameOf(pair)]!;
      // UTF-8 and JavaScript order names differently behind U+FFFF.
      isSorted &&= before <= name && isPlain(name);
      before = name;
      flat.push(name, this.pairs.textOf(pair));
    }
    if (isSorted) return Labels.ofSorted(flat);
    return Labels.of(Array.from({ length: flat.length / 2 }, (_, i) => [flat[i * 2]!, flat[i * 2 + 1]!] as const));
  }

  /** The series' pair of a name, or NO_PAIR. */
  pairOf(series: number, nameId: number): number {
    for (let at = this.#starts[series] as number; at < (this.#starts[series + 1] as number); at++) {
      const pair = this.#labels[at] as number;
      if (this.pairs.nameOf(pair) === nameId) return pair;
    }
    return NO_PAIR;
  }

  /** All pairs of a series; valid until the next is added. */
  pairsOf(series: number): Int32Array {
    return this.#labels.subarray(this.#starts[series], this.#starts[series + 1]);
  }

  /** The series that have the pair, ascending; valid until the next is added. */
  seriesOf(pair: number): Int32Array {
    return this.#postings.of(pair);
  }

  /** How many series have the pair. */
  countOf(pair: number): number {
    return pair === NO_PAIR ? 0 : this.#postings.countOf(pair);
  }

  /** The series that match, ascending by number. */
  select(matchers: readonly Matcher[]): Int32Array {
    const conditions: Condition[] = [];
    for (const matcher of matchers) {
      const nameId = this.pairs.findName(matcher.name);
      const takesAbsent = matcher.matches('');
      if (nameId === NO_PAIR) {
        if (!takesAbsent) return new Int32Array(0);
        continue;
      }
      const pairs = takesAbsent ? undefined : this.#literalPairs(matcher);
      conditions.push({ matcher, nameId, takesAbsent, pairs, verdicts: new Map() });
    }
    const driver = this.#chooseDriver(conditions);
    const candidates = this.#candidates(driver);
    const others = conditions.filter((condition) => condition !== driver);
    if (others.length === 0) return candidates;
    return candidates.filter((series) => others.every((condition) => this.#holds(condition, series)));
  }

  /** The pairs that a matcher for literal values takes. */
  #literalPairs({ name, operator, value }: Matcher): readonly number[] | undefined {
    if (operator === '=') return [this.pairs.find(name, value)].filter((pair) => pair !== NO_PAIR);
    const literals = operator === '=~' ? describeRegex(value).literals : undefined;
    if (literals === undefined) return undefined;
    return [...new Set(literals.map((one) => this.pairs.find(name, one)))].filter((pair) => pair !== NO_PAIR);
  }

  /** The condition that leaves the fewest series to be looked at. */
  #chooseDriver(conditions: readonly Condition[]): Condition | undefined {
    let best: Condition | undefined;
    let least = Infinity;
    const consider = (condition: Condition): void => {
      const count = condition.pairs!.reduce((sum, pair) => sum + this.countOf(pair), 0);
      if (count < least) [best, least] = [condition, count];
    };
    for (const condition of conditions) if (condition.pairs !== undefined) consider(condition);
    for (const condition of conditions) {
      // To try all values of a label pays when they are fewer than the series that are left.
      if (condition.pairs !== undefined || condition.takesAbsent) continue;
      const all = this.pairs.pairsOfName[condition.nameId]!;
      if (best !== undefined && all.length > least) continue;
      const pairs = all.filter((pair) => this.#takes(condition, pair));
      consider({ ...condition, pairs });
      // The matcher itself need not be tried again: its verdicts are known.
      if (best?.matcher === condition.matcher) {
        const at = (conditions as Condition[]).indexOf(condition);
        (conditions as Condition[])[at] = best;
      }
    }
    return best;
  }

  #candidates(driver: Condition | undefined): Int32Array {
    if (driver === undefined) return Int32Array.from({ length: this.#size }, (_, series) => series);
    const { pairs } = driver;
    if (pairs!.length === 1) return this.#postings.of(pairs![0]!).slice();
    const lists = pairs!.map((pair) => this.#postings.of(pair));
    const all = new Int32Array(lists.reduce((sum, list) => sum + list.length, 0));
    let at = 0;
    for (const list of lists) {
      all.set(list, at);
      at += list.length;
    }
    // A series has one value of a name: no number stands twice.
    return all.sort();
  }

  #takes(condition: Condition, pair: number): boolean {
    let verdict = condition.verdicts.get(pair);
    if (verdict === undefined) {
      verdict = condition.matcher.matches(this.pairs.textOf(pair));
      condition.verdicts.set(pair, verdict);
    }
    return verdict;
  }

  #holds(condition: Condition, series: number): boolean {
    const pair = this.pairOf(series, condition.nameId);
    if (pair === NO_PAIR) return condition.takesAbsent;
    return condition.pairs === undefined ? this.#takes(condition, pair) : condition.pairs.includes(pair);
  }

  /**
   * Enters the series that stands at `at` as RowBinary writes (UInt64 fingerprint, UInt16 day since 1970, String metric,
   * Map(String, String) labels); of a known one only the day is noted. Returns where the next begins.
   */
  readRow(bytes: Uint8Array, view: DataView, at: number): number {
    const low = view.getInt32(at, true);
    const high = view.getInt32(at + 4, true);
    const known = this.find(low, high);
    const isKnown = known !== NO_SERIES;
    const day = view.getUint16(at + 8, true);
    const scratch = this.#scratch;
    scratch.length = 0;
    let position = at + 10;
    const length = (): number => {
      let value = 0;
      let scale = 1;
      for (;;) {
        const byte = bytes[position++] as number;
        value += (byte & 0x7f) * scale;
        if (byte < 0x80) return value;
        scale *= 0x80;
      }
    };
    const metricLength = length();
    const metricStart = position;
    position += metricLength;
    let isNamed = false;
    let place = 0;
    const enterName = (): void => {
      scratch.push(this.pairs.enter(this.pairs.nameId(METRIC_NAME), bytes, metricStart, metricStart + metricLength));
      isNamed = true;
    };
    for (let left = length(); left > 0; left--) {
      const nameLength = length();
      const nameStart = position;
      position += nameLength;
      const valueLength = length();
      const valueStart = position;
      position += valueLength;
      if (isKnown) continue;
      // Mostly the names of the row before, one for one, and many of its values.
      let nameId = this.#rowNames[place] ?? NO_PAIR;
      if (!this.pairs.isName(nameId, bytes, nameStart, nameStart + nameLength))
        nameId = this.pairs.nameId(this.#nameAt(bytes, nameStart, nameStart + nameLength));
      this.#rowNames[place] = nameId;
      if (!isNamed && this.pairs.names[nameId]! > METRIC_NAME) enterName();
      const before = this.#rowPairs[place] ?? NO_PAIR;
      const isSame = this.pairs.isPair(before, nameId, bytes, valueStart, valueStart + valueLength);
      const pair = isSame ? before : this.pairs.enter(nameId, bytes, valueStart, valueStart + valueLength);
      this.#rowPairs[place++] = pair;
      scratch.push(pair);
    }
    if (!isKnown && !isNamed) enterName();
    this.days.note(isKnown ? known : this.add(low, high, scratch), day);
    return position;
  }

  #nameAt(bytes: Uint8Array, start: number, end: number): string {
    let text = '';
    for (let i = start; i < end; i++) {
      const byte = bytes[i] as number;
      if (byte >= 0x80) return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(start, end));
      text += String.fromCharCode(byte);
    }
    return text;
  }
}
