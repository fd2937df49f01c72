// Writes series, samples, exemplars and metadata of OTLP metrics, labelled as Prometheus' OTLP receiver labels them: `job` and
// `instance` from the resource, `otel_scope_…` from the scope, the point's attributes, and one `target_info` a resource.
import type { MetricClasses } from '../../model/metric-classes.ts';
import type { SeriesAdmission } from '../../model/series-admission.ts';
import type { TelemetryBlock } from '../../model/telemetry-block.ts';
import { canonicalLabels, compareUtf8, fingerprintLabels, type LabelPair } from '../../model/series-identity.ts';
import { BadRow } from './bad-row.ts';
import type { ExportContext } from './export-context.ts';
import type { DecodedScope } from './export-walker.ts';
import { translateLabelName } from './metric-names.ts';
import { readAttribute, type DecodedResource } from './resource.ts';
import type { RowTally } from './row-tally.ts';
import { WireReader } from './wire-reader.ts';

const IDENTIFYING: ReadonlySet<string> = new Set(['service.name', 'service.namespace', 'service.instance.id']);
/** A series with more labels than this has none that anybody reads. */
const MAX_LABELS = 1000;
/** What a sample becomes. */
const ROW_BYTES = 48;
const DAY_MS = 86_400_000;
/** Prometheus' stale marker, little-endian: this very NaN says that the series has ended. */
const STALE_NAN = Uint8Array.of(0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0xf0, 0x7f);
const valueBits = new DataView(new ArrayBuffer(8));
const valueBytes = new Uint8Array(valueBits.buffer);

/** A family as its samples and its metadata name it. */
export interface MetricFamily {
  readonly name: string;
  readonly type: string;
  readonly unit: string;
  readonly help: string;
  /** Whether points count what happened since the one before. */
  readonly isDelta: boolean;
}

/** An exemplar's ids as positions in the body; a size of 0 is none. */
export interface ExemplarValue {
  readonly millis: number;
  readonly value: number;
  readonly traceId: Uint8Array | undefined;
  readonly spanId: Uint8Array | undefined;
  readonly labels: readonly LabelPair[];
}

export class SeriesWriter {
  readonly #block: TelemetryBlock;
  #tally!: RowTally;
  #admission: SeriesAdmission | undefined;
  #classes: MetricClasses | undefined;
  // Whether a series was refused since `takeRefusal` was asked.
  #wasRefused = false;
  #resource!: DecodedResource;
  // job and instance; the scope's labels before them.
  #resourceLabels: LabelPair[] = [];
  #scopeLabels: LabelPair[] = [];
  #lastMillis = Number.NEGATIVE_INFINITY;
  #receivedMillis = 0;
  #labelBytes = 0;
  // family → what was said of it last in this block.
  readonly #described = new Map<string, string>();
  #generation = -1;

  constructor(block: TelemetryBlock) {
    this.#block = block;
  }

  begin(receivedMillis: number, tally: RowTally, { admission, classes }: ExportContext): void {
    this.#admission = admission;
    this.#classes = classes;
    this.#wasRefused = false;
    this.#tally = tally;
    this.#receivedMillis = receivedMillis;
    const { generation } = this.#block.metadata.metric;
    if (generation !== this.#generation) this.#described.clear();
    this.#generation = generation;
  }

  beginResource(resource: DecodedResource): void {
    this.#resource = resource;
    this.#lastMillis = Number.NEGATIVE_INFINITY;
    const value = (name: string): string => resource.labels.find(([label]) => label === name)?.[1] ?? '';
    const namespace = value('service.namespace');
    this.#resourceLabels = [];
    if (resource.service !== '') {
      this.#resourceLabels.push(['job', namespace === '' ? resource.service : `${namespace}/${resource.service}`]);
    }
    const instance = value('service.instance.id');
    if (instance !== '') this.#resourceLabels.push(['instance', instance]);
  }

  beginScope(scope: DecodedScope): void {
    this.#scopeLabels = [];
    if (scope.name === '') return;
    this.#scopeLabels.push(
      ['otel_scope_name', scope.name],
      ['otel_scope_version', scope.version],
      ['otel_scope_schema_url', scope.schemaUrl],
    );
    const reader = new WireReader();
    reader.open(scope.attributes.contents());
    const end = reader.bytes.length;
    while (reader.at < end) {
      reader.readTag(end);
      const { name, text } = readAttribute(reader, reader.readLength(end));
      if (name !== 'otel.scope.version') this.#scopeLabels.push([translateLabelName(name), text]);
    }
  }

  /** The canonical labels, without a name, of a point with these attributes. */
  labelsOf(attributes: readonly LabelPair[]): LabelPair[] {
    // Names that become one share a label, their values joined in the order of the names.
    const joined = new Map<string, string>();
    for (const [name, value] of attributes.toSorted(([a], [b]) => compareUtf8(a, b))) {
      const label = translateLabelName(name);
      const known = joined.get(label);
      joined.set(label, known === undefined ? value : `${known};${value}`);
    }
    joined.delete('__name__');
    if (joined.size > MAX_LABELS) throw new BadRow(`a data point has more than ${MAX_LABELS} attributes`);
    const labels = canonicalLabels([...joined, ...this.#scopeLabels, ...this.#resourceLabels]);
    this.#labelBytes = labels.reduce((sum, [label, value]) => sum + label.length + value.length, 0);
    return labels;
  }

  #classOf(name: string): number {
    return this.#classes === undefined ? 0 : this.#classes.of(name);
  }

  /** The fingerprint of the series `name{labels}`, written to the block when it is new there on that day; undefined when it is refused. */
  series(name: string, labels: readonly LabelPair[], millis: number): bigint | undefined {
    const series = fingerprintLabels(withLabel(labels, '__name__', name));
    if (this.#admission !== undefined) {
      const [low, high] = [Number(BigInt.asIntN(32, series)), Number(BigInt.asIntN(32, series >> 32n))];
      if (!this.#admission.admits(name, low, high, () => labels)) {
        this.#wasRefused = true;
        return undefined;
      }
    }
    const day = Math.floor(millis / DAY_MS);
    this.#tally.repeat(name.length + this.#labelBytes + ROW_BYTES);
    const retention = this.#classOf(name);
    if (this.#block.series.isNew(series, day, retention)) {
      const { fingerprint, service, labels: own, json } = this.#resource;
      this.#block.series.push(name, series, day, labels, fingerprint, retention);
      const { resources } = this.#block;
      if (fingerprint !== 0n && resources.isNew(fingerprint, day, retention))
        resources.push(fingerprint, day, retention, service, own, json);
    }
    return series;
  }

  /** Whether a series was refused since this was asked last. */
  takeRefusal(): boolean {
    const wasRefused = this.#wasRefused;
    this.#wasRefused = false;
    return wasRefused;
  }

  /** Writes a sample of the series, unless that is refused; a value of `undefined` is a stale marker. */
  sample(name: string, labels: readonly LabelPair[], millis: number, value: number | undefined): bigint | undefined {
    const series = this.series(name, labels, millis);
    if (series === undefined) return undefined;
    const { samples } = this.#block;
    const metric = samples.metric.indexOf(name);
    if (value !== undefined && !Number.isNaN(value)) samples.push(metric, series, millis, value, this.#classOf(name));
    else {
      if (value !== undefined) valueBits.setFloat64(0, value, true);
      samples.metric.pushIndex(metric);
      samples.series.push(series);
      samples.time.pushNumber(millis);
      samples.pushFloatBits(value === undefined ? STALE_NAN : valueBytes, 0);
      samples.retention.push(this.#classOf(name));
      samples.closeRow();
    }
    if (millis > this.#lastMillis) this.#lastMillis = millis;
    return series;
  }

  /** Writes an exponential histogram: `data` is its point as OTLP/JSON. */
  histogram(name: string, labels: readonly LabelPair[], millis: number, data: string): bigint | undefined {
    const series = this.series(name, labels, millis);
    if (series === undefined) return undefined;
    const { histograms } = this.#block;
    histograms.metric.push(name);
    histograms.series.push(series);
    histograms.time.pushNumber(millis);
    histograms.data.push(data);
    histograms.retention.push(this.#classOf(name));
    histograms.closeRow();
    return series;
  }

  /** Writes an exemplar of a series, unless that was refused. */
  exemplar(name: string, series: bigint | undefined, exemplar: ExemplarValue): void {
    if (series === undefined) return;
    const { exemplars } = this.#block;
    exemplars.metric.push(name);
    exemplars.series.push(series);
    exemplars.time.pushNumber(exemplar.millis);
    exemplars.value.push(exemplar.value);
    if (exemplar.traceId === undefined) exemplars.traceId.pushZero();
    else exemplars.traceId.pushBytes(exemplar.traceId, 0);
    if (exemplar.spanId === undefined) exemplars.spanId.pushZero();
    else exemplars.spanId.pushBytes(exemplar.spanId, 0);
    for (const [label, value] of exemplar.labels) {
      exemplars.labels.keys.push(label);
      exemplars.labels.values.push(value);
    }
    exemplars.labels.closeRow();
    exemplars.retention.push(this.#classOf(name));
    exemplars.closeRow();
  }

  /** Writes what the family says of itself, unless this block has it already. */
  describe({ name, type, unit, help }: MetricFamily): void {
    const text = `${type}\n${unit}\n${help}`;
    if (this.#described.get(name) === text) return;
    this.#described.set(name, text);
    const { metadata } = this.#block;
    metadata.metric.push(name);
    metadata.type.push(type);
    metadata.unit.push(unit);
    metadata.help.push(help);
    metadata.time.pushNumber(this.#receivedMillis);
    metadata.closeRow();
  }

  /** Called behind the last point of a resource: says once what else is known of it. */
  endResource(): void {
    if (this.#lastMillis === Number.NEGATIVE_INFINITY || this.#resourceLabels.length === 0) return;
    const others = this.#resource.labels.filter(([name]) => !IDENTIFYING.has(name));
    if (others.length === 0) return;
    this.#scopeLabels = [];
    const help = 'Attributes of the resource';
    this.describe({ name: 'target_info', type: 'info', unit: '', help, isDelta: false });
    if (others.length > MAX_LABELS) return;
    this.sample('target_info', this.labelsOf(others), this.#lastMillis, 1);
  }
}

/** Canonical labels with one more, in its place; a label of that name is replaced. */
export function withLabel(labels: readonly LabelPair[], name: string, value: string): LabelPair[] {
  const result: LabelPair[] = [];
  let placed = false;
  for (const pair of labels) {
    if (!placed && compareUtf8(name, pair[0]) <= 0) {
      result.push([name, value]);
      placed = true;
    }
    if (pair[0] !== name) result.push(pair);
  }
  if (!placed) result.push([name, value]);
  return result;
}
