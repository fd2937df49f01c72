// An intake that keeps what was scraped, decoded, instead of storing it.
import type { Accepted, FrameInput, Intake } from '../../src/ingest/intake.ts';
import { scrapeFrame } from '../../src/ingest/scrape/scrape-frame.ts';
import { FLOAT_SCALE } from '../../src/model/metric-columns.ts';
import { TelemetryBlock } from '../../src/model/telemetry-block.ts';

/** A sample with all its labels; `value` is 'stale' where the series ends. */
export interface CollectedSample {
  readonly labels: Readonly<Record<string, string>>;
  /** ms */
  readonly time: number;
  readonly value: number | 'stale';
}

const STALE = '020000000000f07f';

/** The samples of a block. */
export function readSamples({ samples, series }: TelemetryBlock): CollectedSample[] {
  const labels = new Map<bigint, Record<string, string>>();
  for (let row = 0; row < series.rows; row++) {
    const [start, end] = series.labels.entriesOf(row);
    const found: Record<string, string> = { __name__: series.metric.get(row) };
    for (let i = start; i < end; i++) found[series.labels.keys.get(i)] = series.labels.values.get(i);
    labels.set(series.series.get(row), found);
  }
  return Array.from({ length: samples.rows }, (_, row) => {
    const scale = samples.scale.get(row);
    const isStale = Buffer.from(samples.float.at(row)).toString('hex') === STALE;
    const exact = isStale ? 'stale' : samples.float.get(row);
    return {
      labels: labels.get(samples.series.get(row))!,
      time: Number(samples.time.get(row)),
      value: scale === FLOAT_SCALE ? exact : Number(samples.mantissa.get(row)) / 10 ** scale,
    };
  });
}

export class CollectingIntake implements Intake {
  /** The samples of every frame, by source. */
  readonly frames: { readonly source: string; readonly samples: readonly CollectedSample[] }[] = [];
  readonly refused: string[] = [];

  accept(frame: FrameInput): Promise<Accepted> {
    const block = new TelemetryBlock();
    const expiredBefore = { logs: 0n, spans: 0n, metrics: 0n };
    const { source, received, meta = {} } = frame;
    const outcome = scrapeFrame.decode(frame.body, { source, received, meta, expiredBefore }, block);
    this.frames.push({ source, samples: readSamples(block) });
    return Promise.resolve({ ...outcome, duplicate: false });
  }

  refuse(source: string, _rows: number, reason: string): void {
    this.refused.push(`${source}: ${reason}`);
  }
}
