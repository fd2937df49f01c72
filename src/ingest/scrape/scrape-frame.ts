// The frame kind `scrape`: one target's answer at one time, with the series that ended and the samples about the scrape itself.
import { codedError, type ErrorTable } from '../../base/coded-error.ts';
import { parsePrometheusText } from '../../formats/prometheus-text/parse.ts';
import { classCutoffs, type MetricClasses } from '../../model/metric-classes.ts';
import type { SeriesAdmission } from '../../model/series-admission.ts';
import type { TelemetryBlock } from '../../model/telemetry-block.ts';
import type { DecodeContext, DecodeOutcome, FrameKind } from '../intake.ts';
import { AnswerReader, type ReadExemplar } from './answer-reader.ts';
import { readScrapeBody } from './scrape-body.ts';
import { readScrapeMeta, type ScrapeMeta } from './scrape-meta.ts';
import { TargetSeries } from './target-series.ts';

export const scrapeErrors = {
  SCRAPE_BODY: {
    status: 400,
    text: (reason: string) => `the answer of a scrape could not be read: ${reason}`,
  },
} satisfies ErrorTable;

/** A sample's own time may be at most this far ahead (ms). */
const MAX_AHEAD = 600_000;
/** Bits of the NaN that ends a series: 0x7ff0000000000002, little-endian. */
const STALE = Uint8Array.of(2, 0, 0, 0, 0, 0, 0xf0, 0x7f);
/** Series that readers of replayed frames may remember together. */
const MAX_REPLAYED_SERIES = 500_000;

// The scraper has read an answer already when its frame is decoded; a replay reads it here.
const liveReaders = new WeakMap<Uint8Array, { readonly reader: AnswerReader; readonly number: number }>();
const replayReaders = new Map<string, AnswerReader>();

/** Lets the frame with this body be decoded from what the reader has just read, as long as it reads nothing else. */
export function rememberReader(body: Uint8Array, reader: AnswerReader): void {
  liveReaders.set(body, { reader, number: reader.number });
}

function readAgain(answer: Uint8Array, meta: ScrapeMeta): AnswerReader {
  const key = JSON.stringify([meta.labels, meta.honorLabels, meta.honorTimestamps, meta.relabel]);
  let reader = replayReaders.get(key);
  if (reader === undefined) {
    let series = 0;
    for (const { size } of replayReaders.values()) series += size;
    if (series > MAX_REPLAYED_SERIES) replayReaders.clear();
    reader = new AnswerReader(meta, meta.honorTimestamps);
    replayReaders.set(key, reader);
  }
  const problem = reader.read(answer, meta.format);
  if (problem !== undefined) throw codedError(scrapeErrors, 'SCRAPE_BODY', problem);
  return reader;
}

/** The columns of one answer on their way into the block. */
class Scratch {
  metrics = new Int32Array(0);
  fingerprints = new Int32Array(0);
  times = new Float64Array(0);
  retentions = new Uint8Array(0);
  values = new Float64Array(0);
  /** The bits of `values`. */
  words = new Int32Array(0);

  reserve(rows: number): void {
    if (rows <= this.metrics.length) return;
    const size = Math.max(rows, 2 * this.metrics.length);
    this.metrics = new Int32Array(size);
    this.fingerprints = new Int32Array(2 * size);
    this.times = new Float64Array(size);
    this.retentions = new Uint8Array(size);
    this.values = new Float64Array(size);
    this.words = new Int32Array(this.values.buffer);
  }
}

const scratch = new Scratch();

class ScrapeDecoder {
  readonly #block: TelemetryBlock;
  readonly #meta: ScrapeMeta;
  /** By retention class, ms. */
  readonly #oldest: readonly number[];
  readonly #classes: MetricClasses | undefined;
  readonly #admission: SeriesAdmission | undefined;
  received = 0;
  expired = 0;
  early = 0;
  overBudget = 0;

  constructor(block: TelemetryBlock, meta: ScrapeMeta, context: DecodeContext) {
    const { expiredBefore, received, admission, classes } = context;
    this.#block = block;
    this.#meta = meta;
    this.#oldest = classCutoffs(Number(expiredBefore.metrics / 1_000_000n), Number(received / 1_000_000n));
    this.#classes = classes;
    this.#admission = admission;
  }

  writeSamples(reader: AnswerReader): void {
    const { rows, table, series, values } = reader;
    scratch.reserve(rows);
    const { metrics, fingerprints, times: kept, values: floats, retentions } = scratch;
    const { time: scrapedAt } = this.#meta;
    let count = 0;
    this.received += rows;
    for (let row = 0; row < rows; row++) {
      const own = reader.timeOf(row);
      const time = Number.isNaN(own) ? scrapedAt : own;
      const one = series[row]!;
      const retention = table.classOf(one, this.#classes);
      if (time < this.#oldest[retention]!) this.expired++;
      else if (time > scrapedAt + MAX_AHEAD) this.early++;
      else {
        const metric = table.place(one, this.#block, time, retention, this.#admission);
        if (metric === -1) {
          this.overBudget++;
          continue;
        }
        retentions[count] = retention;
        metrics[count] = metric;
        fingerprints[2 * count] = table.low[one]!;
        fingerprints[2 * count + 1] = table.high[one]!;
        kept[count] = time;
        floats[count] = values[row]!;
        count++;
      }
    }
    this.#block.samples.pushMany(count, metrics, fingerprints, kept, floats, scratch.words, retentions);
  }

  writeExemplars({ table, exemplars }: AnswerReader): void {
    for (const index of this.#meta.exemplars) {
      const read = exemplars[index];
      if (read !== undefined) this.#writeExemplar(table, read);
    }
  }

  #writeExemplar(table: TargetSeries, { series, time, exemplar }: ReadExemplar): void {
    const { exemplars } = this.#block;
    const retention = table.classOf(series, this.#classes);
    const sampled = Number.isNaN(time) ? this.#meta.time : time;
    const taken = exemplar.timestampMs ?? sampled;
    if (taken < this.#oldest[retention]! || taken > this.#meta.time + MAX_AHEAD) {
      this.received++;
      if (taken > this.#meta.time) this.early++;
      else this.expired++;
      return;
    }
    if (table.place(series, this.#block, sampled, retention, this.#admission) === -1) return;
    exemplars.metric.push(table.metricOf(series));
    exemplars.series.push(table.fingerprintOf(series));
    exemplars.time.pushNumber(taken);
    exemplars.value.push(exemplar.value);
    pushHex(exemplars.traceId, exemplar.labels.get('trace_id'));
    pushHex(exemplars.spanId, exemplar.labels.get('span_id'));
    const { flat } = exemplar.labels;
    for (let i = 0; i < flat.length; i += 2) {
      exemplars.labels.keys.push(flat[i]!);
      exemplars.labels.values.push(flat[i + 1]!);
    }
    exemplars.labels.closeRow();
    exemplars.retention.push(retention);
    exemplars.closeRow();
  }

  /** Ends a series. */
  end(table: TargetSeries, series: number, admission?: SeriesAdmission): void {
    const { samples } = this.#block;
    this.received++;
    const retention = table.classOf(series, this.#classes);
    const metric = table.place(series, this.#block, this.#meta.time, retention, admission);
    if (metric === -1) {
      this.overBudget++;
      return;
    }
    samples.metric.pushIndex(metric);
    samples.series.push(table.fingerprintOf(series));
    samples.time.pushNumber(this.#meta.time);
    samples.pushFloatBits(STALE, 0);
    samples.retention.push(retention);
    samples.closeRow();
  }

  /** Ends the series of a text, which carry their final labels already. */
  endAll(gone: Uint8Array): void {
    if (gone.length === 0) return;
    const table = new TargetSeries();
    parsePrometheusText(gone, {
      sample: (sample) => this.end(table, table.add(sample.labels()), this.#admission),
    });
  }

  /** Writes what the answer said about its metrics. */
  writeMetadata({ families, parsed }: AnswerReader): void {
    if (!this.#meta.metadata) return;
    const { metadata } = this.#block;
    for (const [metric, { type, unit, help, answer }] of families) {
      if (answer !== parsed) continue;
      metadata.metric.push(metric);
      metadata.type.push(type);
      metadata.unit.push(unit);
      metadata.help.push(help);
      metadata.time.pushNumber(this.#meta.time);
      metadata.closeRow();
    }
  }

  /** Writes the samples about the scrape itself: as many series as there are targets, whatever the budget. */
  writeReport(reader: AnswerReader): void {
    const { time, last, labels, report } = this.#meta;
    for (const [name, value] of report) {
      const series = reader.reportSeries(name, labels);
      if (last) {
        this.end(reader.reports, series);
        continue;
      }
      this.received++;
      const retention = reader.reports.classOf(series, this.#classes);
      const metric = reader.reports.place(series, this.#block, time, retention);
      this.#block.samples.push(metric, reader.reports.fingerprintOf(series), time, value, retention);
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

function decode(body: Uint8Array, context: DecodeContext, block: TelemetryBlock): DecodeOutcome {
  const parts = readScrapeBody(body);
  if (parts === undefined) throw codedError(scrapeErrors, 'SCRAPE_BODY', 'its length does not fit the frame');
  const meta = readScrapeMeta(context.meta);
  const live = liveReaders.get(body);
  const reader = live !== undefined && live.number === live.reader.number ? live.reader : readAgain(parts.answer, meta);
  const decoder = new ScrapeDecoder(block, meta, context);
  decoder.writeSamples(reader);
  decoder.writeExemplars(reader);
  decoder.endAll(parts.gone);
  decoder.writeMetadata(reader);
  decoder.writeReport(reader);
  const { received, expired, early, overBudget } = decoder;
  const refused = early + overBudget;
  const counts = { quarantined: 0, sampledAway: 0, clamped: 0, expired, refused };
  const reasons = [
    early > 0 ? `${early} samples or exemplars lie more than 10 minutes in the future` : '',
    overBudget > 0 ? `${overBudget} samples are of new series beyond the budget of their metric` : '',
  ].filter((reason) => reason !== '');
  const message = reasons.length === 0 ? {} : { message: reasons.join('; ') };
  return { counts: { received, stored: received - expired - refused, ...counts }, quarantine: [], ...message };
}

export const scrapeFrame: FrameKind = { name: 'scrape', decode };
