// The series of one target as they are stored, by numbers from 0 on, and their places in the columns of a block. Typed arrays and the
// bytes of labels, no object a series: a million of them live as long as their targets.
import { giveBack, regrow } from '../../base/regrow.ts';
import { canonicalLabels, fingerprintLabels, type LabelPair } from '../../model/series-identity.ts';
import type { MetricClasses } from '../../model/metric-classes.ts';
import type { SeriesAdmission } from '../../model/series-admission.ts';
import type { TelemetryBlock } from '../../model/telemetry-block.ts';
import { LabelArena } from './label-arena.ts';

const DAY = 86_400_000;
const FIRST_PLACES = 16;
const GROWTH = 1.5;
const NONE = -1;
const UNKNOWN = -1;

type Numbers = Int32Array<ArrayBuffer>;

export class TargetSeries {
  readonly #arena = new LabelArena();
  #size = 0;
  /** Fingerprints, as low and high 32 bits. */
  low: Numbers = new Int32Array(FIRST_PLACES);
  high: Numbers = new Int32Array(FIRST_PLACES);
  /** The last good answer that had the series, counted from 1. */
  goodAnswer: Numbers = new Int32Array(FIRST_PLACES).fill(NONE);
  /** What the last exemplar was. */
  readonly exemplars = new Map<number, string>();
  // Metric and names of the labels, by their numbers in the arena, and where the labels' values begin there.
  #metrics: Numbers = new Int32Array(FIRST_PLACES);
  #names: Numbers = new Int32Array(FIRST_PLACES);
  #starts: Numbers = new Int32Array(FIRST_PLACES);
  /** The day on which it was placed last, which block has its labels for that day, or need not have them, and in which generation of
   * what is stored the tables had them. */
  #days: Numbers = new Int32Array(FIRST_PLACES).fill(NONE);
  #placed: Numbers = new Int32Array(FIRST_PLACES).fill(NONE);
  #stored: Numbers = new Int32Array(FIRST_PLACES).fill(NONE);
  /** The day on which it was admitted last. */
  #admitted: Numbers = new Int32Array(FIRST_PLACES).fill(NONE);
  /** Open addressing by fingerprint: number + 1, or 0. */
  #slots: Numbers = new Int32Array(2 * FIRST_PLACES);
  // Blocks by the generation of their series, counted here.
  #generation = NONE;
  #block = 0;
  // By metric: its place in the dictionary of the samples of one generation, and its retention class.
  #indexes: Numbers = new Int32Array(0);
  #indexesOf = NONE;
  #classes: MetricClasses | undefined;
  #retentions: number[] = [];

  get size(): number {
    return this.#size;
  }

  /** The number of the series with these labels, which is new or known. */
  add(labels: Iterable<LabelPair>): number {
    const canonical = canonicalLabels(labels);
    const fingerprint = fingerprintLabels(canonical);
    const low = Number(BigInt.asIntN(32, fingerprint));
    const high = Number(BigInt.asIntN(32, fingerprint >> 32n));
    const known = this.find(low, high);
    if (known !== NONE) return known;
    const others = canonical.filter(([name]) => name !== '__name__');
    const metric = canonical.find(([name]) => name === '__name__')?.[1] ?? '';
    const series = this.#open(low, high);
    this.#metrics[series] = this.#arena.metric(metric);
    this.#names[series] = this.#arena.names(others);
    this.#starts[series] = this.#arena.add(others);
    return series;
  }

  /** Takes a series of another table over, with what is remembered of it; for one that is not here yet. */
  take(other: TargetSeries, from: number): void {
    const series = this.add([['__name__', other.metricOf(from)], ...other.labelsOf(from)]);
    this.goodAnswer[series] = other.goodAnswer[from]!;
    const exemplar = other.exemplars.get(from);
    if (exemplar !== undefined) this.exemplars.set(series, exemplar);
  }

  /** Gives back what is reserved for more labels: none will come for long. */
  fit(): void {
    this.#arena.values.fit();
  }

  #open(low: number, high: number): number {
    if (this.#size === this.low.length) this.#grow();
    const series = this.#size++;
    this.low[series] = low;
    this.high[series] = high;
    this.#slots[this.#slotOf(low, high)] = series + 1;
    if (this.#size * 2 > this.#slots.length) this.#rehash();
    return series;
  }

  #grow(): void {
    const { length } = this.low;
    const grown = (array: Numbers): Numbers => regrow(array, Math.ceil(length * GROWTH)).fill(NONE, length);
    this.low = grown(this.low);
    this.high = grown(this.high);
    this.goodAnswer = grown(this.goodAnswer);
    this.#metrics = grown(this.#metrics);
    this.#names = grown(this.#names);
    this.#starts = grown(this.#starts);
    this.#placed = grown(this.#placed);
    this.#days = grown(this.#days);
    this.#stored = grown(this.#stored);
    this.#admitted = grown(this.#admitted);
  }

  #rehash(): void {
    const before = this.#slots;
    this.#slots = new Int32Array(before.length * 2);
    giveBack(before);
    for (let series = 0; series < this.#size; series++)
      this.#slots[this.#slotOf(this.low[series]!, this.high[series]!)] = series + 1;
  }

  #slotOf(low: number, high: number): number {
    const mask = this.#slots.length - 1;
    let slot = low & mask;
    for (; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const series = this.#slots[slot]! - 1;
      if (this.low[series] === low && this.high[series] === high) break;
    }
    return slot;
  }

  /** The number of the series with this fingerprint; -1 when it is not here. */
  find(low: number, high: number): number {
    return this.#slots[this.#slotOf(low, high)]! - 1;
  }

  fingerprintOf(series: number): bigint {
    return BigInt.asIntN(64, (BigInt(this.high[series]!) << 32n) | BigInt(this.low[series]! >>> 0));
  }

  metricOf(series: number): string {
    return this.#arena.metrics[this.#metrics[series]!]!;
  }

  /** All labels but the name, sorted by name. */
  labelsOf(series: number): LabelPair[] {
    return this.#arena.read(this.#names[series]!, this.#starts[series]!);
  }

  /** The retention class of its metric. */
  classOf(series: number, classes: MetricClasses | undefined): number {
    if (classes === undefined) return 0;
    if (classes !== this.#classes) {
      this.#classes = classes;
      this.#retentions = [];
    }
    const metric = this.#metrics[series]!;
    return (this.#retentions[metric] ??= classes.of(this.#arena.metrics[metric]!));
  }

  /**
   * Writes the labels, unless the block has them for that day or the tables do, and gives the place in the samples' dictionary; -1 when
   * the series may not be stored.
   */
  place(
    series: number,
    block: TelemetryBlock,
    timeMillis: number,
    retention: number,
    admission?: SeriesAdmission,
  ): number {
    // The generation changes when a block is cut back.
    if (this.#generation !== block.series.generation) {
      this.#generation = block.series.generation;
      this.#block++;
    }
    const day = Math.floor(timeMillis / DAY);
    if (this.#days[series] !== day) {
      this.#days[series] = day;
      this.#placed[series] = this.#stored[series] = NONE;
    }
    if (this.#placed[series] !== this.#block) {
      const [low, high] = [this.low[series]!, this.high[series]!];
      const isStored = this.#isStored(series, block, day, retention);
      if (admission !== undefined && !(isStored && this.#admitted[series] === admission.day)) {
        if (!admission.admits(this.metricOf(series), low, high, () => this.labelsOf(series))) return NONE;
        this.#admitted[series] = admission.day ?? NONE;
      }
      if (!isStored) this.#writeLabels(series, block, day, retention);
      this.#placed[series] = this.#block;
    }
    return this.#indexIn(block, this.#metrics[series]!);
  }

  #isStored(series: number, { series: columns }: TelemetryBlock, day: number, retention: number): boolean {
    const generation = columns.storedGeneration;
    if (this.#stored[series] === generation) {
      columns.relyOnStored();
      return true;
    }
    const isStored = columns.isStored(this.low[series]!, this.high[series]!, day, retention);
    this.#stored[series] = isStored ? generation : NONE;
    return isStored;
  }

  #indexIn({ samples: { metric } }: TelemetryBlock, number: number): number {
    if (this.#indexesOf !== metric.generation || number >= this.#indexes.length) {
      this.#indexesOf = metric.generation;
      this.#indexes = new Int32Array(this.#arena.metrics.length).fill(UNKNOWN);
    }
    const known = this.#indexes[number]!;
    return known === UNKNOWN ? (this.#indexes[number] = metric.indexOf(this.#arena.metrics[number]!)) : known;
  }

  #writeLabels(number: number, { series }: TelemetryBlock, day: number, retention: number): void {
    const { keys, values } = series.labels;
    const { bytes, view } = this.#arena.values;
    series.open(series.metric.indexOf(this.metricOf(number)), this.low[number]!, this.high[number]!, day);
    let at = this.#starts[number]!;
    for (const index of this.#arena.indexesIn(keys, this.#names[number]!)) {
      const [, end] = this.#arena.span(at);
      keys.pushIndex(index);
      values.pushPrefixed(bytes, view, at, end);
      at = end;
    }
    series.closeLabels(retention);
  }
}
