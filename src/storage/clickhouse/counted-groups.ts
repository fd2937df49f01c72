// Groups of log records and spans that the counts by minute can answer: whole minutes from there, the ends of the range from the rows.
// The two statements run side by side and are added up here: as one statement, the engine takes three times as long to plan it.
import { compareStrings } from '../../base/compare-strings.ts';
import type { Aggregate, Field, GroupPlan, Predicate, SignalName, TimeRange } from '../ports/plan.ts';
import { addStatistics, type QueryResult, type ResultColumn } from '../ports/query-result.ts';

/** What a count is of: weights, rows themselves, or durations (ns, by weight). */
export type Counted = 'count' | 'rows' | 'duration';

/**
 * What there is in `ranges`: `bucket` (ns), `key0` …, and the `sums`; a group perhaps twice. With more than `limit` groups, those with
 * the largest first sum.
 */
export interface CountRequest {
  readonly kind: 'counts';
  readonly from: SignalName;
  /** Whole minutes, or any times. */
  readonly at: 'minutes' | 'rows';
  readonly ranges: readonly TimeRange[];
  readonly where: Predicate;
  readonly by: readonly Field[];
  readonly bucket?: bigint;
  readonly sums: readonly Counted[];
  readonly limit: number;
}

/** So many groups are added up at most: more would keep everything else waiting. */
const MAX_COUNTED_GROUPS = 50_000;

const MINUTE = 60_000_000_000n;
/** The columns that rows are counted by; conditions are on those that rows have under the same name. */
const conditional: Readonly<Record<SignalName, ReadonlySet<string>>> = {
  logs: new Set(['service', 'severity']),
  spans: new Set(['service', 'name', 'kind', 'status']),
};
const isConditional = (field: Field, from: SignalName): boolean =>
  field.kind === 'column' && conditional[from].has(field.name);
const isCounted = (field: Field, from: SignalName): boolean =>
  isConditional(field, from) || (from === 'spans' && field.kind === 'column' && field.name === 'durationBucket');

/** Whether the predicate asks for nothing but what the counts by minute know. */
function asksOnlyCounted(predicate: Predicate, from: SignalName): boolean {
  if (predicate.kind === 'all' || predicate.kind === 'any')
    return predicate.of.every((one) => asksOnlyCounted(one, from));
  if (predicate.kind === 'not') return asksOnlyCounted(predicate.of, from);
  return 'field' in predicate && isConditional(predicate.field, from);
}

/** Which sum the aggregate is, if it is one. */
function countedBy(aggregate: Aggregate, from: SignalName): Counted | undefined {
  if (aggregate.kind === 'rows') return 'rows';
  if (aggregate.kind === 'count') return aggregate.where === undefined ? 'count' : undefined;
  if (aggregate.kind !== 'sum' || from !== 'spans') return undefined;
  return aggregate.field.kind === 'column' && aggregate.field.name === 'duration' ? 'duration' : undefined;
}

/** What to ask instead of the plan; undefined when the counts do not know enough. */
export function splitByMinutes(plan: GroupPlan): CountRequest[] | undefined {
  const { from, to } = plan.range;
  const first = ((from + MINUTE - 1n) / MINUTE) * MINUTE;
  const last = (to / MINUTE) * MINUTE;
  if (from < 0n || first >= last) return undefined;
  if (plan.bucket !== undefined && (plan.bucket < MINUTE || plan.bucket % MINUTE !== 0n)) return undefined;
  const sums = plan.aggregates.map((aggregate) => countedBy(aggregate, plan.from));
  if (!sums.every((sum) => sum !== undefined)) return undefined;
  if (!plan.by.every((field) => isCounted(field, plan.from)) || !asksOnlyCounted(plan.where, plan.from))
    return undefined;
  const { where, by, bucket } = plan;
  const ask = (at: CountRequest['at'], ranges: readonly TimeRange[]): CountRequest => ({
    kind: 'counts',
    from: plan.from,
    at,
    ranges,
    where,
    by,
    sums: [...new Set(sums)],
    limit: MAX_COUNTED_GROUPS,
    ...(bucket === undefined ? {} : { bucket }),
  });
  const ends = [
    { from, to: first },
    { from: last, to },
  ].filter((end) => end.from < end.to);
  return [ask('minutes', [{ from: first, to: last }]), ...(ends.length === 0 ? [] : [ask('rows', ends)])];
}

interface Group {
  readonly bucket: bigint;
  readonly keys: readonly string[];
  readonly sums: Record<Counted, number>;
}

const nameOf = (keys: readonly unknown[]): string => JSON.stringify(keys);

function addUp(parts: readonly QueryResult[], keyCount: number, sums: ReadonlySet<Counted>): Group[] {
  const groups = new Map<string, Group>();
  for (const { rows, columns } of parts) {
    for (let row = 0; row < rows; row++) {
      const bucket = (columns['bucket']?.[row] ?? 0n) as bigint;
      const keys = Array.from({ length: keyCount }, (_, i) => String(columns[`key${i}`]![row]));
      const name = nameOf([String(bucket), ...keys]);
      const group = groups.get(name) ?? { bucket, keys, sums: { count: 0, rows: 0, duration: 0 } };
      for (const sum of sums) group.sums[sum] += columns[sum]![row] as number;
      groups.set(name, group);
    }
  }
  return [...groups.values()];
}

function compareKeys(left: readonly string[], right: readonly string[]): number {
  for (const [i, key] of left.entries()) {
    const order = compareStrings(key, right[i]!);
    if (order !== 0) return order;
  }
  return 0;
}

/** The keys with the largest totals of the first aggregate. */
function findLargest(groups: readonly Group[], valueOf: (group: Group) => number, limit: number): Set<string> {
  const totals = new Map<string, { keys: readonly string[]; total: number }>();
  for (const group of groups) {
    const name = nameOf(group.keys);
    const total = (totals.get(name)?.total ?? 0) + valueOf(group);
    totals.set(name, { keys: group.keys, total });
  }
  const sorted = [...totals].toSorted(([, a], [, b]) => b.total - a.total || compareKeys(a.keys, b.keys));
  return new Set(sorted.slice(0, limit).map(([name]) => name));
}

/** The answer to the plan, made of the answers to what it was split into. */
export function mergeCounts(plan: GroupPlan, parts: readonly QueryResult[]): QueryResult {
  const limit = Math.max(0, Math.trunc(plan.limit));
  const values = plan.aggregates.flatMap((aggregate) => countedBy(aggregate, plan.from) ?? []);
  const valueOf = (group: Group): number => (values[0] === undefined ? 0 : group.sums[values[0]]);
  const compareBuckets = (a: Group, b: Group): number => (a.bucket < b.bucket ? -1 : a.bucket > b.bucket ? 1 : 0);
  let groups = addUp(parts, plan.by.length, new Set(values));
  if (plan.bucket === undefined) {
    groups.sort((a, b) => valueOf(b) - valueOf(a) || compareKeys(a.keys, b.keys));
    groups = groups.slice(0, limit);
  } else {
    groups.sort((a, b) => compareBuckets(a, b) || compareKeys(a.keys, b.keys));
    // The limit is on series of buckets.
    const largest = findLargest(groups, valueOf, limit);
    groups = plan.by.length === 0 ? groups.slice(0, limit) : groups.filter(({ keys }) => largest.has(nameOf(keys)));
  }
  // As from the engine: without rows there are no types either.
  const typed = <T extends ResultColumn>(column: T): T | readonly [] => (groups.length === 0 ? [] : column);
  const columns = {
    ...(plan.bucket === undefined ? {} : { bucket: typed(BigInt64Array.from(groups, ({ bucket }) => bucket)) }),
    ...Object.fromEntries(plan.by.map((_, i) => [`key${i}`, groups.map(({ keys }) => keys[i]!)])),
    ...Object.fromEntries(
      values.map((of, i) => [`value${i}`, typed(Float64Array.from(groups, (group) => group.sums[of]))]),
    ),
  };
  const statistics = addStatistics(...parts.map((part) => part.statistics));
  return { rows: groups.length, columns, statistics };
}
