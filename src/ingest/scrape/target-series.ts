// The series of one target as they are stored: the answer's labels joined with the target's, known by the number that the
// parser's memory gives each series text.
import type { ExpositionSample } from '../../formats/exposition/sink.ts';
import { SeriesMemory } from '../../formats/exposition/series-memory.ts';
import type { TelemetryBlock } from '../../model/telemetry-block.ts';
import { canonicalLabels, fingerprintLabels, type LabelPair } from '../../model/series-identity.ts';

/** A series with its labels (without the name) and its fingerprint. */
export class TargetSeries {
  readonly metric: string;
  readonly labels: readonly LabelPair[];
  readonly fingerprint: bigint;
  /** Its place in the sample columns' dictionary, good for one generation of it. */
  generation = -1;
  index = 0;

  constructor(labels: Iterable<LabelPair>) {
    const canonical = canonicalLabels(labels);
    this.metric = canonical.find(([name]) => name === '__name__')?.[1] ?? '';
    this.labels = canonical.filter(([name]) => name !== '__name__');
    this.fingerprint = fingerprintLabels(canonical);
  }
}

/**
 * Joins a sample's labels with the target's. Where both have a name, the target's value wins and the sample's is called exported_…
 * (as often as it takes), or, with `honorLabels`, the sample's wins.
 */
export function joinLabels(flat: readonly string[], target: readonly LabelPair[], honorLabels: boolean): LabelPair[] {
  const joined = new Map<string, string>();
  for (let i = 0; i < flat.length; i += 2) joined.set(flat[i]!, flat[i + 1]!);
  if (honorLabels) {
    for (const [name, value] of target) if (!joined.has(name)) joined.set(name, value);
    return [...joined];
  }
  const moved: LabelPair[] = [];
  for (const [name, value] of target) {
    const scraped = joined.get(name);
    if (scraped !== undefined && scraped !== '') moved.push([name, scraped]);
    joined.set(name, value);
  }
  for (const [name, value] of moved) {
    let exported = `exported_${name}`;
    while (joined.has(exported)) exported = `exported_${exported}`;
    joined.set(exported, value);
  }
  return [...joined];
}

/** What is remembered of one target between its frames; only makes decoding faster. */
export class TargetMemory {
  readonly key: string;
  readonly answers = new SeriesMemory();
  readonly gone = new SeriesMemory();
  readonly series: TargetSeries[] = [];
  readonly goneSeries: TargetSeries[] = [];
  readonly synthetic = new Map<string, TargetSeries>();

  constructor(key: string) {
    this.key = key;
  }
}

/** Finds the series of a sample, making it when its number is new. */
export function seriesOf(
  sample: ExpositionSample,
  known: TargetSeries[],
  target: readonly LabelPair[],
  honorLabels: boolean,
): TargetSeries {
  return (known[sample.seriesId] ??= new TargetSeries(joinLabels(sample.labels().flat, target, honorLabels)));
}

/** Writes the series' labels, unless the block has them for that day, and gives its place in the samples' dictionary. */
export function placeSeries(block: TelemetryBlock, series: TargetSeries, timeMillis: number): number {
  const { metric } = block.samples;
  const day = Math.floor(timeMillis / 86_400_000);
  if (series.generation !== metric.generation) {
    series.generation = metric.generation;
    series.index = metric.indexOf(series.metric);
  }
  // The block is asked each time: it may have been cut back.
  if (block.series.isNew(series.fingerprint, day)) {
    block.series.push(series.metric, series.fingerprint, day, series.labels);
  }
  return series.index;
}
