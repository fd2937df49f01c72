// Rate, errors and durations of operations. The plans ask for nothing but what the storage counts while spans come in.
import type { Operation, OperationsQuery, OperationsResponse } from '../../api/services.ts';
import { spanKinds } from '../../api/traces.ts';
import { durationQuantiles } from '../../model/duration-buckets.ts';
import type { GroupPlan, Predicate, TimeRange } from '../../storage/ports/plan.ts';
import { addStatistics, type QueryResult } from '../../storage/ports/query-result.ts';
import type { QueryOptions, TraceStore } from '../../storage/ports/telemetry-store.ts';
import type { Handlers } from '../http/handler.ts';
import { chooseBucketWidth } from '../queries/bucket-width.ts';
import { columnEquals, columnField, rangeOf } from '../queries/conditions.ts';
import { bigintsOf, countWithRows, isSampled, numbersOf, textsOf } from '../queries/result-columns.ts';

const STATUS_ERROR = '2';
const MINUTE = 60_000_000_000n;
const MAX_GROUPS = 50_000;
const LEVELS = [0.5, 0.95, 0.99] as const;

interface Gathered {
  readonly service: string;
  readonly operation: string;
  /** As it is stored. */
  readonly kind: string;
  spans: number;
  errors: number;
  /** ns, of all together. */
  duration: number;
  readonly buckets: Map<number, number>;
  readonly series: { readonly spans: number[]; readonly errors: number[] };
}

const OPERATION = ['service', 'name', 'kind'].map(columnField);

const nameOf = (service: string, operation: string, kind: string): string => JSON.stringify([service, operation, kind]);

/** The name of the operation that a row of an answer grouped by OPERATION first is of. */
function namesOf(result: QueryResult): (row: number) => string {
  const [service, operation, kind] = ['key0', 'key1', 'key2'].map((key) => textsOf(result, key));
  return (row) => nameOf(service!(row), operation!(row), kind!(row));
}

function gatherTotals(result: QueryResult): Gathered[] {
  const operations = new Map<string, Gathered>();
  const [service, operation, kind, status] = ['key0', 'key1', 'key2', 'key3'].map((key) => textsOf(result, key));
  const count = numbersOf(result, 'value0');
  const duration = numbersOf(result, 'value2');
  const name = namesOf(result);
  for (let row = 0; row < result.rows; row++) {
    let found = operations.get(name(row));
    if (found === undefined) {
      const known = { service: service!(row), operation: operation!(row), kind: kind!(row) };
      found = { ...known, spans: 0, errors: 0, duration: 0, buckets: new Map(), series: { spans: [], errors: [] } };
      operations.set(name(row), found);
    }
    found.spans += count(row);
    found.duration += duration(row);
    if (status!(row) === STATUS_ERROR) found.errors += count(row);
  }
  return [...operations.values()].toSorted((a, b) => b.spans - a.spans);
}

function addBuckets(result: QueryResult, operations: ReadonlyMap<string, Gathered>): void {
  const name = namesOf(result);
  const bucket = numbersOf(result, 'key3');
  const count = numbersOf(result, 'value0');
  for (let row = 0; row < result.rows; row++) operations.get(name(row))?.buckets.set(bucket(row), count(row));
}

interface Steps {
  readonly start: bigint;
  readonly interval: bigint;
  readonly count: number;
}

function stepsOf({ from, to }: TimeRange, buckets: number): Steps {
  const chosen = chooseBucketWidth(to - from, buckets);
  const interval = chosen < MINUTE ? MINUTE : chosen;
  const start = (from / interval) * interval;
  return { start, interval, count: Math.max(1, Number((to - start + interval - 1n) / interval)) };
}

function addSeries(
  result: QueryResult,
  { start, interval, count: steps }: Steps,
  operations: ReadonlyMap<string, Gathered>,
): void {
  for (const { series } of operations.values())
    for (let step = 0; step < steps; step++) {
      series.spans.push(0);
      series.errors.push(0);
    }
  if (result.rows === 0) return;
  const name = namesOf(result);
  const bucket = bigintsOf(result, 'bucket');
  const status = textsOf(result, 'key3');
  const count = numbersOf(result, 'value0');
  for (let row = 0; row < result.rows; row++) {
    const series = operations.get(name(row))?.series;
    const step = Number((bucket(row) - start) / interval);
    if (series === undefined || step < 0 || step >= steps) continue;
    series.spans[step]! += count(row);
    if (status(row) === STATUS_ERROR) series.errors[step]! += count(row);
  }
}

function conditionsOf({ service, kind }: OperationsQuery): Predicate[] {
  return [
    ...(service === undefined ? [] : [columnEquals('service', service)]),
    ...(kind === undefined ? [] : [columnEquals('kind', spanKinds.indexOf(kind))]),
  ];
}

function describe(found: Gathered, seconds: number, withSeries: boolean): Operation {
  const { service, operation, kind, spans, errors, duration, buckets, series } = found;
  const [p50, p95, p99] = durationQuantiles(buckets, LEVELS).map((nanos) => String(Math.round(nanos)));
  return {
    service,
    operation,
    kind: spanKinds[Number(kind)] ?? 'unspecified',
    spans,
    rate: seconds > 0 ? spans / seconds : 0,
    errors,
    mean: String(Math.round(spans === 0 ? 0 : duration / spans)),
    p50: p50!,
    p95: p95!,
    p99: p99!,
    ...(withSeries ? { series } : {}),
  };
}

async function readOperations(
  store: TraceStore,
  query: OperationsQuery,
  options: QueryOptions,
): Promise<OperationsResponse> {
  const range = rangeOf(query);
  const ask = (
    where: readonly Predicate[],
    plan: Pick<GroupPlan, 'by' | 'aggregates' | 'bucket'>,
  ): Promise<QueryResult> =>
    store.query(
      { kind: 'groups', from: 'spans', range, where: { kind: 'all', of: where }, limit: MAX_GROUPS, ...plan },
      options,
    );
  const conditions = conditionsOf(query);
  const totals = await ask(conditions, {
    by: [...OPERATION, columnField('status')],
    aggregates: [...countWithRows, { kind: 'sum', field: columnField('duration') }],
  });
  const all = totals.rows === 0 ? [] : gatherTotals(totals);
  const chosen = all.slice(0, query.limit);
  const operations = new Map(chosen.map((one) => [nameOf(one.service, one.operation, one.kind), one]));
  // Of many, only those that are shown are read in detail.
  const names: Predicate = {
    kind: 'in',
    field: columnField('name'),
    values: [...new Set(chosen.map(({ operation }) => operation))],
  };
  const shown = chosen.length === all.length ? conditions : [...conditions, names];
  const steps = query.buckets === 0 ? undefined : stepsOf(range, query.buckets);
  const details = await Promise.all(
    all.length === 0
      ? []
      : [
          ask(shown, { by: [...OPERATION, columnField('durationBucket')], aggregates: [{ kind: 'count' }] }),
          ...(steps === undefined
            ? []
            : [
                ask(shown, {
                  by: [...OPERATION, columnField('status')],
                  aggregates: [{ kind: 'count' }],
                  bucket: steps.interval,
                }),
              ]),
        ],
  );
  const [durations, series] = details;
  if (durations !== undefined) addBuckets(durations, operations);
  if (series !== undefined) addSeries(series, steps!, operations);
  const seconds = Number(range.to - range.from) / 1e9;
  return {
    operations: chosen.map((one) => describe(one, seconds, steps !== undefined)),
    truncated: all.length > chosen.length,
    ...(steps === undefined ? {} : { series: { start: String(steps.start), interval: String(steps.interval) } }),
    sampled: isSampled(totals),
    statistics: addStatistics(totals.statistics, ...details.map((one) => one.statistics)),
  };
}

export function operationHandlers(store: TraceStore): Pick<Handlers, 'listOperations'> {
  return { listOperations: ({ query, signal }) => readOperations(store, query, { signal }) };
}
