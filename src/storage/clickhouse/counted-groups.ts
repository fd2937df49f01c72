// Groups of log records that the counts by minute can answer: whole minutes from there, the ends of the range from the rows. The two
// statements run side by side and are added up here: as one statement, the engine takes three times as long to plan it.
import { compareStrings } from '../../base/compare-strings.ts';
import type { Aggregate, Field, GroupPlan, Predicate, TimeRange } from '../ports/plan.ts';
import { addStatistics, type QueryResult, type ResultColumn } from '../ports/query-result.ts';

export type CountedColumn = 'service' | 'severity';

/** How many log records there are in `ranges`: `bucket` (ns), `key0` …, `count` by weight, `rows`; in no order, a group perhaps twice. */
export interface CountRequest {
  readonly kind: 'counts';
  /** Whole minutes, or any times. */
  readonly at: 'minutes' | 'rows';
  readonly ranges: readonly TimeRange[];
  readonly where: Predicate;
  readonly by: readonly CountedColumn[];
  readonly bucket?: bigint;
}

const MINUTE = 60_000_000_000n;
const counted: ReadonlySet<string> = new Set<CountedColumn>(['service', 'severity']);

const isCounted = (field: Field): boolean => field.kind === 'column' && counted.has(field.name);

/** Whether the predicate asks for nothing but what the counts by minute know. */
function asksOnlyCounted(predicate: Predicate): boolean {
  if (predicate.kind === 'all' || predicate.kind === 'any') return predicate.of.every(asksOnlyCounted);
  if (predicate.kind === 'not') return asksOnlyCounted(predicate.of);
  return 'field' in predicate && isCounted(predicate.field);
}

const isCount = (aggregate: Aggregate): boolean =>
  aggregate.kind === 'rows' || (aggregate.kind === 'count' && aggregate.where === undefined);

/** What to ask instead of the plan; undefined when the counts do not know enough. */
export function splitByMinutes(plan: GroupPlan): CountRequest[] | undefined {
  const { from, to } = plan.range;
  const first = ((from + MINUTE - 1n) / MINUTE) * MINUTE;
  const last = (to / MINUTE) * MINUTE;
  if (plan.from !== 'logs' || from < 0n || first >= last) return undefined;
  if (plan.bucket !== undefined && (plan.bucket < MINUTE || plan.bucket % MINUTE !== 0n)) return undefined;
  if (!plan.aggregates.every(isCount)) return undefined;
  if (!plan.by.every(isCounted) || !asksOnlyCounted(plan.where)) return undefined;
  const { where, bucket } = plan;
  const by = plan.by.map((field) => field.name as CountedColumn);
  const ask = (at: CountRequest['at'], ranges: readonly TimeRange[]): CountRequest => ({
    kind: 'counts',
    at,
    ranges,
    where,
    by,
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
  count: number;
  rows: number;
}

const nameOf = (keys: readonly unknown[]): string => JSON.stringify(keys);

function addUp(parts: readonly QueryResult[], keyCount: number): Group[] {
  const groups = new Map<string, Group>();
  for (const { rows, columns } of parts) {
    for (let row = 0; row < rows; row++) {
      const bucket = (columns['bucket']?.[row] ?? 0n) as bigint;
      const keys = Array.from({ length: keyCount }, (_, i) => String(columns[`key${i}`]![row]));
      const name = nameOf([String(bucket), ...keys]);
      const group = groups.get(name) ?? { bucket, keys, count: 0, rows: 0 };
      group.count += columns['count']![row] as number;
      group.rows += columns['rows']![row] as number;
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
  const values = plan.aggregates.map(({ kind }) => (kind === 'rows' ? 'rows' : 'count') as 'count' | 'rows');
  const valueOf = (group: Group): number => (values[0] === undefined ? 0 : group[values[0]]);
  const compareBuckets = (a: Group, b: Group): number => (a.bucket < b.bucket ? -1 : a.bucket > b.bucket ? 1 : 0);
  let groups = addUp(parts, plan.by.length);
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
    ...Object.fromEntries(values.map((of, i) => [`value${i}`, typed(Float64Array.from(groups, (group) => group[of]))])),
  };
  const statistics = addStatistics(...parts.map((part) => part.statistics));
  return { rows: groups.length, columns, statistics };
}
