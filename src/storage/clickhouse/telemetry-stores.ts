// The storage ports over anything that runs requests. Answers are decoded here, in the process that asked; the labels of resources
// and streams, which never change for a fingerprint, are kept.
import { isPreferred } from '../../model/equal-times.ts';
import type { FieldNamesPlan, GroupPlan, RowPlan, TimeRange } from '../ports/plan.ts';
import type { QueryResult, ResultColumn } from '../ports/query-result.ts';
import type { LabelMatcher, LogStore, MetricStore, QueryOptions, TraceStore } from '../ports/telemetry-store.ts';
import type { RequestRunner } from './engine.ts';
import { mergeCounts, splitByMinutes } from './counted-groups.ts';
import { readAnswer } from './raw-answer.ts';
import type { EngineRequest } from './sql/requests.ts';
import { readTraceRange } from './trace-range.ts';

type Pairs = readonly (readonly [string, string])[];
interface Identity {
  readonly labels: Pairs;
  readonly json: string;
}

const MAX_IDENTITIES = 20_000;
const NOBODY: Identity = { labels: [], json: '' };

/** Samples of one series that have the same time are one. */
function mergeEqualTimes(result: QueryResult): QueryResult {
  const series = result.columns['series'] as BigUint64Array;
  const time = result.columns['time'] as BigInt64Array;
  const value = result.columns['value'] as Float64Array;
  const words = new Int32Array(value.buffer, value.byteOffset, value.length * 2);
  let kept = 0;
  for (let row = 0; row < result.rows; row++) {
    const repeats = kept > 0 && time[kept - 1] === time[row] && series[kept - 1] === series[row];
    if (repeats && !isPreferred(words, value, row, kept - 1)) continue;
    const at = repeats ? kept - 1 : kept++;
    series[at] = series[row]!;
    time[at] = time[row]!;
    // As integers: a NaN that passes through arithmetic may lose its bits.
    words[at * 2] = words[row * 2]!;
    words[at * 2 + 1] = words[row * 2 + 1]!;
  }
  if (kept === result.rows) return result;
  const columns = { series: series.subarray(0, kept), time: time.subarray(0, kept), value: value.subarray(0, kept) };
  return { ...result, rows: kept, columns };
}

abstract class SignalStore {
  readonly #runner: RequestRunner;
  readonly #identities = { resources: new Map<bigint, Identity>(), streams: new Map<bigint, Identity>() };

  constructor(runner: RequestRunner) {
    this.#runner = runner;
  }

  protected async ask(request: EngineRequest, options: QueryOptions = {}): Promise<QueryResult> {
    return readAnswer(await this.#runner.run(request, options));
  }

  async query(plan: RowPlan | GroupPlan | FieldNamesPlan, options: QueryOptions = {}): Promise<QueryResult> {
    const counts = plan.kind === 'groups' ? splitByMinutes(plan) : undefined;
    if (counts !== undefined)
      return mergeCounts(plan as GroupPlan, await Promise.all(counts.map((part) => this.ask(part, options))));
    const result = await this.ask(plan, options);
    const isWhole = plan.kind === 'rows' && (plan.select === 'all' || plan.select === 'shown');
    return isWhole ? this.#withIdentities(result, options) : result;
  }

  async #withIdentities(result: QueryResult, options: QueryOptions): Promise<QueryResult> {
    const columns: Record<string, ResultColumn> = { ...result.columns };
    const find = async (table: 'resources' | 'streams', column: string): Promise<Identity[] | undefined> => {
      const fingerprints = columns[column] as BigUint64Array | undefined;
      if (fingerprints === undefined) return undefined;
      if (fingerprints.length === 0) return [];
      const known = await this.#findIdentities(table, new Set(fingerprints), options);
      return Array.from(fingerprints, (fingerprint) => known.get(fingerprint) ?? NOBODY);
    };
    const resources = await find('resources', 'resource');
    if (resources !== undefined) {
      columns['resourceLabels'] = resources.map((identity) => identity.labels);
      columns['resourceJson'] = resources.map((identity) => identity.json);
    }
    const streams = await find('streams', 'stream');
    if (streams !== undefined) columns['streamLabels'] = streams.map((identity) => identity.labels);
    return { ...result, columns };
  }

  async #findIdentities(
    table: 'resources' | 'streams',
    fingerprints: ReadonlySet<bigint>,
    options: QueryOptions,
  ): Promise<ReadonlyMap<bigint, Identity>> {
    const known = this.#identities[table];
    const missing = [...fingerprints].filter((fingerprint) => fingerprint !== 0n && !known.has(fingerprint));
    if (missing.length === 0) return known;
    const found = await this.ask({ kind: 'identities', table, fingerprints: missing }, options);
    if (known.size > MAX_IDENTITIES) known.clear();
    const { fingerprint, labels, json } = found.columns;
    for (let row = 0; row < found.rows; row++) {
      known.set((fingerprint as BigUint64Array)[row]!, {
        labels: (labels as readonly Pairs[])[row]!,
        json: (json as readonly string[])[row]!,
      });
    }
    return known;
  }
}

export class ClickHouseLogStore extends SignalStore implements LogStore {}

export class ClickHouseTraceStore extends SignalStore implements TraceStore {
  async rangeOf(traceId: string, options?: QueryOptions): Promise<TimeRange | undefined> {
    return readTraceRange(await this.ask({ kind: 'trace-range', traceId }, options));
  }

  edges(range: TimeRange, limit: number, options?: QueryOptions): Promise<QueryResult> {
    return this.ask({ kind: 'service-edges', range, limit }, options);
  }
}

export class ClickHouseMetricStore extends SignalStore implements MetricStore {
  series(
    matchers: readonly LabelMatcher[],
    fromMillis: number,
    toMillis: number,
    limit: number,
    options?: QueryOptions,
  ): Promise<QueryResult> {
    return this.ask({ kind: 'series', selection: { matchers, fromMillis, toMillis }, limit }, options);
  }

  async samples(
    matchers: readonly LabelMatcher[],
    fromMillis: number,
    toMillis: number,
    options?: QueryOptions,
  ): Promise<QueryResult> {
    return mergeEqualTimes(await this.ask({ kind: 'samples', selection: { matchers, fromMillis, toMillis } }, options));
  }

  exemplars(
    matchers: readonly LabelMatcher[],
    fromMillis: number,
    toMillis: number,
    limit: number,
    options?: QueryOptions,
  ): Promise<QueryResult> {
    return this.ask({ kind: 'exemplars', selection: { matchers, fromMillis, toMillis }, limit }, options);
  }

  metrics(fromMillis: number, toMillis: number, options?: QueryOptions): Promise<QueryResult> {
    return this.ask({ kind: 'metrics', selection: { matchers: [], fromMillis, toMillis } }, options);
  }

  labelValues(
    label: string | undefined,
    matchers: readonly LabelMatcher[],
    fromMillis: number,
    toMillis: number,
    options?: QueryOptions,
  ): Promise<QueryResult> {
    const selection = { matchers, fromMillis, toMillis };
    return this.ask({ kind: 'label-values', ...(label === undefined ? {} : { label }), selection }, options);
  }
}
