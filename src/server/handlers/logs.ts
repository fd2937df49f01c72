import type { LogFieldsResponse, LogRow, LogSearchRequest } from '../../api/logs.ts';
import { codedError } from '../../base/coded-error.ts';
import { everything, type Predicate, type RowPosition, type TimeRange } from '../../storage/ports/plan.ts';
import { addStatistics, type QueryStatistics } from '../../storage/ports/query-result.ts';
import type { LogStore, QueryOptions } from '../../storage/ports/telemetry-store.ts';
import { serverErrors } from '../errors.ts';
import type { Handlers } from '../http/handler.ts';
import { columnEquals, columnField, fieldOf, logPredicate, rangeOf } from '../queries/conditions.ts';
import { chooseBucketWidth } from '../queries/bucket-width.ts';
import { readLogRows } from '../queries/log-rows.ts';
import { bigintsOf, countWithRows, isSampled, numbersOf, textsOf } from '../queries/result-columns.ts';
import { readRowId, writeRowId } from '../queries/row-position.ts';
import { severityGroupOf } from '../queries/severity.ts';

const DAY = 86_400_000_000_000n;
const MAX_GROUPS = 50_000;
/** Columns that are offered as fields, with those that rows carry only now and then; what is counted together is read together. */
const OFFERED_COLUMNS = [['service'], ['level'], ['logger', 'event', 'exceptionType', 'traceId']];

type LogHandlers = Pick<
  Handlers,
  'searchLogs' | 'countLogs' | 'listLogFields' | 'listTopValues' | 'readLogsAround' | 'readLog'
>;

function allOf(...of: Predicate[]): Predicate {
  return { kind: 'all', of };
}

async function readPage(
  store: LogStore,
  range: TimeRange,
  where: Predicate,
  { order, limit, raw = false }: Pick<LogSearchRequest, 'order' | 'limit'> & { readonly raw?: boolean },
  after: RowPosition | undefined,
  options: QueryOptions,
): Promise<{ rows: LogRow[]; statistics: QueryStatistics }> {
  const select = raw ? 'all' : 'shown';
  const plan = { kind: 'rows', from: 'logs', range, where, select, order, limit } as const;
  const result = await store.query(after === undefined ? plan : { ...plan, after }, options);
  return { rows: readLogRows(result, raw), statistics: result.statistics };
}

async function readRow(store: LogStore, id: string, options: QueryOptions): Promise<LogRow> {
  const { time, ingester, sequence } = readRowId(id);
  const where = allOf(columnEquals('ingester', ingester), columnEquals('sequence', sequence));
  const range = { from: time, to: time + 1n };
  const { rows } = await readPage(store, range, where, { order: 'newest', limit: 1, raw: true }, undefined, options);
  const row = rows[0];
  if (row === undefined) throw codedError(serverErrors, 'LOG_UNKNOWN', id);
  return row;
}

function samePlace(row: LogRow, of: 'service' | 'stream' | 'all'): Predicate {
  const labels = Object.entries(row.stream);
  if (of === 'all') return everything;
  if (of === 'service' || labels.length === 0) return columnEquals('service', row.service);
  return allOf(
    ...labels.map(([name, value]): Predicate => ({ kind: 'compare', field: { kind: 'stream', name }, op: '=', value })),
  );
}

/** How many rows carry each of `names`, in one reading. */
async function countFields(
  store: LogStore,
  names: readonly string[],
  range: TimeRange,
  where: Predicate,
  options: QueryOptions,
): Promise<{ fields: LogFieldsResponse['fields']; statistics: QueryStatistics }> {
  const carries = names.map((name): Predicate => ({
    kind: 'exists',
    field: columnField(name === 'level' ? 'severity' : name),
  }));
  const plan = { kind: 'groups', from: 'logs', range, by: [], limit: 1 } as const;
  // What has no condition of its own can be answered from the counts by minute.
  const [only] = carries;
  const result = await store.query(
    carries.length === 1
      ? { ...plan, where: allOf(where, only!), aggregates: [{ kind: 'count' }] }
      : { ...plan, where, aggregates: carries.map((one) => ({ kind: 'count', where: one }) as const) },
    options,
  );
  return {
    fields: names.map((field, at) => ({
      field,
      kind: 'column',
      rows: result.rows === 0 ? 0 : numbersOf(result, `value${at}`)(0),
    })),
    statistics: result.statistics,
  };
}

const sumOf = (values: Iterable<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0);

/** Adds up the groups that share a name: several severity numbers are one level. */
function foldGroups<T>(
  rows: number,
  nameOf: (row: number) => string,
  initial: () => T,
  add: (sum: T, row: number) => T,
): Map<string, T> {
  const folded = new Map<string, T>();
  for (let row = 0; row < rows; row++) folded.set(nameOf(row), add(folded.get(nameOf(row)) ?? initial(), row));
  return folded;
}

export function logHandlers(store: LogStore): LogHandlers {
  return {
    async searchLogs({ body, signal }) {
      const after = body.cursor === undefined ? undefined : readRowId(body.cursor);
      const range = rangeOf(body);
      const page = await readPage(store, range, logPredicate(body), body, after, { signal });
      const last = page.rows.at(-1);
      return page.rows.length === body.limit && last !== undefined ? { ...page, nextCursor: last.id } : page;
    },

    async countLogs({ body, signal }) {
      const range = rangeOf(body);
      const interval = chooseBucketWidth(range.to - range.from, body.buckets);
      const result = await store.query(
        {
          kind: 'groups',
          from: 'logs',
          range,
          where: logPredicate(body),
          bucket: interval,
          by: [columnField(body.by === 'level' ? 'severity' : 'service')],
          aggregates: countWithRows,
          limit: MAX_GROUPS,
        },
        { signal },
      );
      const start = (range.from / interval) * interval;
      const buckets = Math.max(1, Number((range.to - start + interval - 1n) / interval));
      const bucket = bigintsOf(result, 'bucket');
      const key = textsOf(result, 'key0');
      const count = numbersOf(result, 'value0');
      const name = (row: number): string => (body.by === 'level' ? severityGroupOf(Number(key(row))) : key(row));
      const groups = foldGroups(
        result.rows,
        name,
        () => ({ counts: Array.from<number>({ length: buckets }).fill(0), total: 0 }),
        (sum, row) => {
          const at = Number((bucket(row) - start) / interval);
          sum.counts[at] = (sum.counts[at] ?? 0) + count(row);
          return { counts: sum.counts, total: sum.total + count(row) };
        },
      );
      const sorted = [...groups].toSorted(([, a], [, b]) => b.total - a.total);
      return {
        start: String(start),
        interval: String(interval),
        groups: sorted.map(([group, { counts }]) => ({ group, counts })),
        total: sorted.reduce((sum, [, { total }]) => sum + total, 0),
        sampled: isSampled(result),
        statistics: result.statistics,
      };
    },

    async listLogFields({ body, signal }) {
      const range = rangeOf(body);
      const where = logPredicate(body);
      const names = store.query({ kind: 'field-names', from: 'logs', range, where, limit: body.limit }, { signal });
      const counted = OFFERED_COLUMNS.map((some) => countFields(store, some, range, where, { signal }));
      const [attributes, ...columns] = await Promise.all([names, ...counted]);
      const name = textsOf(attributes, 'name');
      const kind = textsOf(attributes, 'kind');
      const rows = numbersOf(attributes, 'rows');
      const fields = Array.from({ length: attributes.rows }, (_, row) => ({
        // An attribute that is called like a column has to say that it is none.
        field: fieldOf(name(row), 'logs').kind === 'attribute' ? name(row) : `attribute:${name(row)}`,
        kind: kind(row) as LogFieldsResponse['fields'][number]['kind'],
        rows: rows(row),
      }));
      return {
        fields: [...columns.flatMap((column) => column.fields).filter((field) => field.rows > 0), ...fields],
        statistics: addStatistics(attributes.statistics, ...columns.map(({ statistics }) => statistics)),
      };
    },

    async listTopValues({ body, signal }) {
      const range = rangeOf(body);
      const field = body.field === 'level' ? columnField('severity') : fieldOf(body.field, 'logs');
      const carries: Predicate = { kind: 'exists', field };
      const where = allOf(logPredicate(body), ...(body.field === 'level' ? [] : [carries]));
      const plan = { kind: 'groups', from: 'logs', range, where, aggregates: countWithRows } as const;
      const limit = body.field === 'level' ? MAX_GROUPS : body.limit;
      const top = await store.query({ ...plan, by: [field], limit }, { signal });
      const key = textsOf(top, 'key0');
      const count = numbersOf(top, 'value0');
      const nameOf = (row: number): string => (body.field === 'level' ? severityGroupOf(Number(key(row))) : key(row));
      const values = foldGroups(
        top.rows,
        nameOf,
        () => 0,
        (sum, row) => sum + count(row),
      );
      const found = top.rows < limit ? undefined : await store.query({ ...plan, by: [], limit: 1 }, { signal });
      const total = found === undefined ? sumOf(values.values()) : found.rows === 0 ? 0 : numbersOf(found, 'value0')(0);
      return {
        values: [...values]
          .map(([value, rows]) => ({ value, count: rows }))
          .toSorted((a, b) => b.count - a.count)
          .slice(0, body.limit),
        total,
        sampled: isSampled(top),
        statistics: addStatistics(top.statistics, ...(found === undefined ? [] : [found.statistics])),
      };
    },

    async readLogsAround({ params, query, signal }) {
      const row = await readRow(store, params.id, { signal });
      const position = readRowId(params.id);
      const range = { from: position.time - DAY, to: position.time + DAY };
      const where = samePlace(row, query.of);
      const side = (order: 'newest' | 'oldest', limit: number): ReturnType<typeof readPage> | undefined =>
        limit === 0 ? undefined : readPage(store, range, where, { order, limit }, position, { signal });
      const [before, after] = await Promise.all([side('newest', query.before), side('oldest', query.after)]);
      return {
        before: before?.rows.toReversed() ?? [],
        row,
        after: after?.rows ?? [],
        statistics: addStatistics(...[before, after].flatMap((page) => (page === undefined ? [] : [page.statistics]))),
      };
    },

    readLog: ({ params, signal }) => readRow(store, writeRowId(readRowId(params.id)), { signal }),
  };
}
