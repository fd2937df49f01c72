// The frame kind `scrape`: one target's answer at one time, with the series that ended and the samples about the scrape itself.
import { codedError, type ErrorTable } from '../../base/coded-error.ts';
import { parseOpenMetrics } from '../../formats/openmetrics/parse.ts';
import { parsePrometheusText } from '../../formats/prometheus-text/parse.ts';
import type { ExpositionSample, ExpositionSink, MetricType } from '../../formats/exposition/sink.ts';
import type { LabelPair } from '../../model/series-identity.ts';
import type { TelemetryBlock } from '../../model/telemetry-block.ts';
import type { DecodeContext, DecodeOutcome, FrameKind } from '../intake.ts';
import { readScrapeBody } from './scrape-body.ts';
import { readScrapeMeta, type ScrapeMeta } from './scrape-meta.ts';
import { placeSeries, seriesOf, TargetMemory, TargetSeries } from './target-series.ts';

export const scrapeErrors = {
  SCRAPE_BODY: {
    status: 400,
    text: (place: string, reason: string) => `the answer of a scrape could not be read at ${place}: ${reason}`,
  },
} satisfies ErrorTable;

/** Targets whose series are remembered. */
const MAX_TARGETS = 4096;
/** A sample's own time may be at most this far ahead (ms). */
const MAX_AHEAD = 600_000;
/** Bits of the NaN that ends a series: 0x7ff0000000000002, little-endian. */
const STALE = Uint8Array.of(2, 0, 0, 0, 0, 0, 0xf0, 0x7f);

const memories = new Map<string, TargetMemory>();

function memoryOf(source: string, meta: ScrapeMeta): TargetMemory {
  const key = JSON.stringify([meta.labels, meta.honorLabels]);
  let memory = memories.get(source);
  // Series come and go: a memory far above what one answer holds begins again.
  const isOld = memory !== undefined && memory.answers.size > 10_000 && memory.answers.size > 4 * meta.samplesScraped;
  if (memory === undefined || memory.key !== key || isOld) {
    if (memories.size >= MAX_TARGETS) memories.delete(memories.keys().next().value!);
    memory = new TargetMemory(key);
    memories.set(source, memory);
  }
  return memory;
}

class ScrapeDecoder implements ExpositionSink {
  readonly #block: TelemetryBlock;
  readonly #meta: ScrapeMeta;
  readonly #memory: TargetMemory;
  readonly #oldest: number;
  readonly #families = new Map<string, { type: string; unit: string; help: string }>();
  received = 0;
  expired = 0;
  refused = 0;

  constructor(block: TelemetryBlock, meta: ScrapeMeta, memory: TargetMemory, oldest: number) {
    this.#block = block;
    this.#meta = meta;
    this.#memory = memory;
    this.#oldest = oldest;
  }

  sample(sample: ExpositionSample): void {
    const { labels, honorLabels, honorTimestamps, time: scrapedAt } = this.#meta;
    this.received++;
    const time = honorTimestamps ? (sample.timestampMs ?? scrapedAt) : scrapedAt;
    if (time < this.#oldest) {
      this.expired++;
      return;
    }
    if (time > scrapedAt + MAX_AHEAD) {
      this.refused++;
      return;
    }
    const series = seriesOf(sample, this.#memory.series, labels, honorLabels);
    this.#block.samples.push(placeSeries(this.#block, series, time), series.fingerprint, time, sample.value);
    if (sample.exemplar !== undefined) this.#exemplar(series, sample.exemplar, time);
  }

  #exemplar(series: TargetSeries, exemplar: NonNullable<ExpositionSample['exemplar']>, time: number): void {
    const { exemplars } = this.#block;
    exemplars.metric.push(series.metric);
    exemplars.series.push(series.fingerprint);
    exemplars.time.pushNumber(exemplar.timestampMs ?? time);
    exemplars.value.push(exemplar.value);
    pushHex(exemplars.traceId, exemplar.labels.get('trace_id'));
    pushHex(exemplars.spanId, exemplar.labels.get('span_id'));
    const { flat } = exemplar.labels;
    for (let i = 0; i < flat.length; i += 2) {
      exemplars.labels.keys.push(flat[i]!);
      exemplars.labels.values.push(flat[i + 1]!);
    }
    exemplars.labels.closeRow();
    exemplars.retention.push(0);
    exemplars.closeRow();
  }

  /** Ends a series. */
  end(series: TargetSeries): void {
    const { samples } = this.#block;
    this.received++;
    samples.metric.pushIndex(placeSeries(this.#block, series, this.#meta.time));
    samples.series.push(series.fingerprint);
    samples.time.pushNumber(this.#meta.time);
    samples.pushFloatBits(STALE, 0);
    samples.retention.push(0);
    samples.closeRow();
  }

  type(metric: string, type: MetricType): void {
    this.#family(metric).type = type;
  }

  help(metric: string, text: string): void {
    this.#family(metric).help = text;
  }

  unit(metric: string, unit: string): void {
    this.#family(metric).unit = unit;
  }

  #family(metric: string): { type: string; unit: string; help: string } {
    let family = this.#families.get(metric);
    if (family === undefined) this.#families.set(metric, (family = { type: 'unknown', unit: '', help: '' }));
    return family;
  }

  /** Writes what the answer said about its metrics. */
  writeMetadata(): void {
    if (!this.#meta.metadata) return;
    const { metadata } = this.#block;
    for (const [metric, { type, unit, help }] of this.#families) {
      metadata.metric.push(metric);
      metadata.type.push(type);
      metadata.unit.push(unit);
      metadata.help.push(help);
      metadata.time.pushNumber(this.#meta.time);
      metadata.closeRow();
    }
  }

  /** Writes the samples about the scrape itself. */
  writeReport(): void {
    const { up, duration, samplesScraped, seriesAdded, time, last } = this.#meta;
    const report: readonly (readonly [string, number])[] = [
      ['up', up],
      ['scrape_duration_seconds', duration],
      ['scrape_samples_scraped', samplesScraped],
      ['scrape_samples_post_metric_relabeling', samplesScraped],
      ['scrape_series_added', seriesAdded],
    ];
    for (const [name, value] of report) {
      let series = this.#memory.synthetic.get(name);
      if (series === undefined) {
        series = new TargetSeries([['__name__', name], ...this.#meta.labels]);
        this.#memory.synthetic.set(name, series);
      }
      if (last === true) this.end(series);
      else {
        this.received++;
        this.#block.samples.push(placeSeries(this.#block, series, time), series.fingerprint, time, value);
      }
    }
  }
}

function pushHex(
  column: { pushBytes(source: Uint8Array, start: number): void; pushZero(): void; width: number },
  text: string,
): void {
  if (text.length !== column.width * 2 || !/^[0-9a-f]+$/i.test(text)) return column.pushZero();
  column.pushBytes(
    Uint8Array.from({ length: column.width }, (_, i) => Number.parseInt(text.slice(i * 2, i * 2 + 2), 16)),
    0,
  );
}

/** The gone series carry their final labels already. */
const noLabels: readonly LabelPair[] = [];

function decode(body: Uint8Array, context: DecodeContext, block: TelemetryBlock): DecodeOutcome {
  const parts = readScrapeBody(body);
  if (parts === undefined) throw codedError(scrapeErrors, 'SCRAPE_BODY', 'byte 0', 'its length does not fit the frame');
  const meta = readScrapeMeta(context.meta);
  const memory = memoryOf(context.source, meta);
  const oldest = Number(context.expiredBefore.metrics / 1_000_000n);
  const decoder = new ScrapeDecoder(block, meta, memory, oldest);
  const result =
    meta.format === 'openmetrics'
      ? parseOpenMetrics(parts.answer, decoder, { memory: memory.answers })
      : parsePrometheusText(parts.answer, decoder, memory.answers);
  if (!result.ok) {
    const { line, column, message } = result.error;
    throw codedError(scrapeErrors, 'SCRAPE_BODY', `${line}:${column}`, message);
  }
  const ending: ExpositionSink = {
    sample: (sample) => decoder.end(seriesOf(sample, memory.goneSeries, noLabels, true)),
  };
  parsePrometheusText(parts.gone, ending, memory.gone);
  decoder.writeMetadata();
  decoder.writeReport();
  const { received, expired, refused } = decoder;
  const counts = { quarantined: 0, sampledAway: 0, clamped: 0, expired, refused };
  const message = refused > 0 ? { message: `${refused} samples lie more than 10 minutes in the future` } : {};
  return { counts: { received, stored: received - expired - refused, ...counts }, quarantine: [], ...message };
}

export const scrapeFrame: FrameKind = { name: 'scrape', decode };
