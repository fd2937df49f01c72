// One block: everything that gathers between two inserts. All its tables are inserted together, under one token.
import { ResourceColumns, StreamColumns } from './identity-columns.ts';
import { LogColumns } from './log-columns.ts';
import { ExemplarColumns, HistogramColumns, MetadataColumns, SampleColumns, SeriesColumns } from './metric-columns.ts';
import { SpanColumns } from './span-columns.ts';
import type { StoredSeries } from './stored-series.ts';

export class TelemetryBlock {
  readonly resources = new ResourceColumns();
  readonly streams = new StreamColumns();
  readonly logs = new LogColumns();
  readonly spans = new SpanColumns();
  readonly series: SeriesColumns;
  readonly samples = new SampleColumns();
  readonly histograms = new HistogramColumns();
  readonly exemplars = new ExemplarColumns();
  readonly metadata = new MetadataColumns();

  /** With `stored`, labels that it has are left out. */
  constructor(stored?: StoredSeries) {
    this.series = new SeriesColumns(stored);
  }

  /** Rows of telemetry proper: what a block is closed by. */
  get rows(): number {
    return this.logs.rows + this.spans.rows + this.samples.rows + this.histograms.rows + this.exemplars.rows;
  }

  clear(): void {
    this.resources.clear();
    this.streams.clear();
    this.logs.clear();
    this.spans.clear();
    this.series.clear();
    this.samples.clear();
    this.histograms.clear();
    this.exemplars.clear();
    this.metadata.clear();
  }
}
