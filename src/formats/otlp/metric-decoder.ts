// ExportMetricsServiceRequest (opentelemetry/proto/metrics/v1) into series, samples, histograms, exemplars and metadata.
import { classSpans, type MetricClasses } from '../../model/metric-classes.ts';
import type { TelemetryBlock } from '../../model/telemetry-block.ts';
import type { DecodedScope, RowDecoder } from './export-walker.ts';
import { translateMetricName, type NameKind } from './metric-names.ts';
import { ExponentialPointDecoder } from './points/exponential-point.ts';
import { HistogramPointDecoder } from './points/histogram-point.ts';
import { NumberPointDecoder } from './points/number-point.ts';
import type { PointDecoder } from './points/point-decoder.ts';
import { millisOf } from './points/point-decoder.ts';
import { SummaryPointDecoder } from './points/summary-point.ts';
import type { DecodedResource } from './resource.ts';
import type { RowTally } from './row-tally.ts';
import { SeriesWriter, type MetricFamily } from './series-writer.ts';
import type { ExportContext } from './export-context.ts';
import { TimeWindow } from './time-window.ts';
import type { WireReader } from './wire-reader.ts';

const POINT = 0x0a;
const TEMPORALITY = 0x10;
const IS_MONOTONIC = 0x18;
const DELTA = 1;
const CUMULATIVE = 2;
const SECOND_NANOS = 1_000_000_000n;

/** The data of one metric, by kind. */
interface MetricKind {
  /** Tag of the field of Metric that holds it. */
  readonly tag: number;
  readonly points: () => PointDecoder;
  /** Type in the metadata, and what the name depends on. */
  readonly describe: (temporality: number, isMonotonic: boolean) => readonly [type: string, name: NameKind];
}

const metricKinds: readonly MetricKind[] = [
  { tag: 0x2a, points: () => new NumberPointDecoder(), describe: () => ['gauge', 'gauge'] },
  { tag: 0x3a, points: () => new NumberPointDecoder(), describe: describeSum },
  { tag: 0x4a, points: () => new HistogramPointDecoder(), describe: () => ['histogram', 'other'] },
  { tag: 0x52, points: () => new ExponentialPointDecoder(), describe: () => ['histogram', 'other'] },
  { tag: 0x5a, points: () => new SummaryPointDecoder(), describe: () => ['summary', 'other'] },
];

function describeSum(temporality: number, isMonotonic: boolean): readonly [string, NameKind] {
  if (temporality === CUMULATIVE) return isMonotonic ? ['counter', 'counter'] : ['gauge', 'other'];
  return [temporality === DELTA ? 'gauge' : 'unknown', 'other'];
}

export class MetricDecoder implements RowDecoder {
  readonly #reader: WireReader;
  readonly #writer: SeriesWriter;
  readonly #points = new Map(metricKinds.map((kind) => [kind.tag, { kind, decoder: kind.points() }]));
  /** By retention class. */
  #windows: readonly TimeWindow[] = [];
  #classes: MetricClasses | undefined;
  #tally!: RowTally;
  #hasResource = false;

  constructor(block: TelemetryBlock, reader: WireReader) {
    this.#reader = reader;
    this.#writer = new SeriesWriter(block);
  }

  begin(window: TimeWindow, tally: RowTally, context: ExportContext): void {
    const { classes, received } = context;
    this.#classes = classes;
    this.#windows =
      classes === undefined
        ? [window]
        : [window, ...classSpans.map((span) => new TimeWindow(received, received - BigInt(span) * SECOND_NANOS))];
    this.#tally = tally;
    this.#hasResource = false;
    this.#writer.begin(millisOf(window.receivedLow, window.receivedHigh), tally, context);
  }

  beginResource(resource: DecodedResource): void {
    if (this.#hasResource) this.#writer.endResource();
    this.#hasResource = true;
    this.#writer.beginResource(resource);
  }

  beginScope(scope: DecodedScope): void {
    this.#writer.beginScope(scope);
  }

  decodeRow(start: number, end: number): void {
    const reader = this.#reader;
    let name = '';
    let unit = '';
    let help = '';
    let dataTag = 0;
    let dataStart = 0;
    let dataEnd = 0;
    reader.at = start;
    while (reader.at < end) {
      const tag = reader.readTag(end);
      const isData = this.#points.has(tag);
      if (!isData && tag !== 0x0a && tag !== 0x12 && tag !== 0x1a) {
        reader.skip(tag, end);
        continue;
      }
      const stop = reader.readLength(end);
      if (isData) {
        dataTag = tag;
        dataStart = reader.at;
        dataEnd = stop;
      } else if (tag === 0x0a) name = reader.text(reader.at, stop);
      else if (tag === 0x12) help = reader.text(reader.at, stop);
      else unit = reader.text(reader.at, stop);
      reader.at = stop;
    }
    if (dataTag !== 0) this.#decodeData(dataTag, dataStart, dataEnd, name, unit, help);
  }

  #decodeData(dataTag: number, start: number, end: number, name: string, unit: string, help: string): void {
    const reader = this.#reader;
    const { kind, decoder } = this.#points.get(dataTag)!;
    let temporality = 0;
    let isMonotonic = false;
    reader.at = start;
    while (reader.at < end) {
      const tag = reader.readTag(end);
      if (tag === TEMPORALITY) temporality = reader.readVarint(end);
      else if (tag === IS_MONOTONIC) isMonotonic = reader.readVarint(end) !== 0;
      else reader.skip(tag, end);
    }
    const [type, nameKind] = kind.describe(temporality, isMonotonic);
    const isDelta = temporality === DELTA;
    const translated = translateMetricName(name, unit, nameKind);
    // Numbers that start again at each point must not be taken for ones that grow: they have a name of their own.
    const family: MetricFamily = { name: isDelta ? `${translated}_delta` : translated, type, unit, help, isDelta };
    const window = this.#windows[this.#classes?.of(family.name) ?? 0]!;
    reader.at = start;
    while (reader.at < end) {
      const tag = reader.readTag(end);
      if (tag !== POINT) {
        reader.skip(tag, end);
        continue;
      }
      const stop = reader.readLength(end);
      const pointStart = reader.at;
      if (translated !== '') decoder.decode(reader, stop, family, this.#writer, window, this.#tally);
      else {
        this.#tally.receive();
        this.#tally.quarantine('a metric has no name', reader, pointStart, stop);
      }
      reader.at = stop;
    }
  }

  finish(): void {
    if (this.#hasResource) this.#writer.endResource();
  }
}
