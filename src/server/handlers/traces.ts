import type { TraceSearchRequest, TraceSummary } from '../../api/traces.ts';
import { parseDuration } from '../../api/time-point.ts';
import { codedError } from '../../base/coded-error.ts';
import type { Field, Predicate, TimeRange } from '../../storage/ports/plan.ts';
import type { QueryResult, QueryStatistics } from '../../storage/ports/query-result.ts';
import type { LogStore, QueryOptions, TraceStore } from '../../storage/ports/telemetry-store.ts';
import { serverErrors } from '../errors.ts';
import type { Handlers } from '../http/handler.ts';
import { columnEquals, columnField, filterPredicates, rangeOf } from '../queries/conditions.ts';
import { presentId, readLogRows } from '../queries/log-rows.ts';
import { bigintsOf, numbersOf, textsOf } from '../queries/result-columns.ts';
import { readSpans } from '../queries/spans.ts';

const MAX_SPANS = 10_000;
const MAX_TRACE_LOGS = 5000;
const MAX_SUMMARY_SPANS = 50_000;
/** Spans that are looked at for one step towards a page of traces. */
const STEP = 2000;
const MAX_STEPS = 20;
/** How far from its matching spans a trace may reach. */
const REACH = 3_600_000_000_000n;
const STATUS_ERROR = 2;

function durationOf(name: string, text: string): bigint {
  const parsed = parseDuration(text);
  if (!parsed.ok) throw codedError(serverErrors, 'REQUEST_INVALID', `${name}: ${parsed.error}`);
  return parsed.value;
}

function spanPredicate(request: TraceSearchRequest): Predicate {
  const of: Predicate[] = filterPredicates(request.filters, 'spans');
  const duration: Field = columnField('duration');
  if (request.service !== undefined) of.push(columnEquals('service', request.service));
  if (request.operation !== undefined) of.push(columnEquals('name', request.operation));
  if (request.status !== undefined)
    of.push(...filterPredicates([{ field: 'status', op: 'eq', value: request.status }], 'spans'));
  if (request.minDuration !== undefined)
    of.push({ kind: 'compare', field: duration, op: '>=', value: durationOf('minDuration', request.minDuration) });
  if (request.maxDuration !== undefined)
    of.push({ kind: 'compare', field: duration, op: '<=', value: durationOf('maxDuration', request.maxDuration) });
  return { kind: 'all', of };
}

/** Adds up what the steps of one answer cost. */
class Cost {
  statistics: QueryStatistics = { rowsRead: 0, bytesRead: 0, milliseconds: 0 };

  add({ statistics: { rowsRead, bytesRead, milliseconds } }: QueryResult): void {
    this.statistics = {
      rowsRead: this.statistics.rowsRead + rowsRead,
      bytesRead: this.statistics.bytesRead + bytesRead,
      milliseconds: this.statistics.milliseconds + milliseconds,
    };
  }
}

interface Page {
  /** Newest first. */
  readonly traceIds: readonly string[];
  /** Where their matching spans stand. */
  readonly span: TimeRange;
  /** Matching spans from this time on are done; undefined when there are no more. */
  readonly doneTo: bigint | undefined;
}

/**
 * Traces by their newest matching span. A page ends between two different times, so that the next one begins at a plain time;
 * a trace that has a matching span at or after the range's end was on an earlier page.
 */
async function findTraces(
  store: TraceStore,
  range: TimeRange,
  where: Predicate,
  limit: number,
  cost: Cost,
  options: QueryOptions,
): Promise<Page> {
  const found = new Set<string>();
  let end = range.to;
  let previous = range.to;
  let newest: bigint | undefined;
  const page = (doneTo: bigint | undefined): Page => ({
    traceIds: [...found],
    span: { from: previous, to: (newest ?? previous) + 1n },
    doneTo,
  });
  for (let step = 0; step < MAX_STEPS; step++) {
    const plan = { kind: 'rows', from: 'spans', where, order: 'newest', limit: STEP } as const;
    const select = [columnField('time'), columnField('traceId')];
    const result = await store.query({ ...plan, range: { from: range.from, to: end }, select }, options);
    cost.add(result);
    const time = bigintsOf(result, 'time');
    const traceId = textsOf(result, 'traceId');
    for (let row = 0; row < result.rows; row++) {
      if (found.size >= limit && time(row) !== previous) return page(previous);
      newest ??= time(row);
      found.add(traceId(row));
      previous = time(row);
    }
    if (result.rows < STEP) return page(undefined);
    // The last time may go on behind this step; it is read again whole, unless the step holds nothing else.
    const last = time(result.rows - 1);
    end = time(0) === last ? last : last + 1n;
  }
  return page(end);
}

/** The trace ids that have no matching span at or after `end`: the others were on an earlier page. */
async function dropEarlierPages(
  store: TraceStore,
  traceIds: readonly string[],
  where: Predicate,
  later: TimeRange,
  cost: Cost,
  options: QueryOptions,
): Promise<readonly string[]> {
  if (later.to <= later.from || traceIds.length === 0) return traceIds;
  const result = await store.query(
    {
      kind: 'groups',
      from: 'spans',
      range: later,
      where: { kind: 'all', of: [where, { kind: 'in', field: columnField('traceId'), values: traceIds }] },
      by: [columnField('traceId')],
      aggregates: [{ kind: 'count' }],
      limit: traceIds.length,
    },
    options,
  );
  cost.add(result);
  const key = textsOf(result, 'key0');
  const earlier = new Set(Array.from({ length: result.rows }, (_, row) => key(row)));
  return traceIds.filter((id) => !earlier.has(id));
}

interface Gathered {
  start: bigint;
  end: bigint;
  first: { start: bigint; service: string; name: string } | undefined;
  root: { service: string; name: string } | undefined;
  spans: number;
  errors: number;
  readonly services: Map<string, { spans: number; errors: number }>;
}

function gatherSpans(result: QueryResult): Map<string, Gathered> {
  const time = bigintsOf(result, 'time');
  const duration = bigintsOf(result, 'duration');
  const traceId = textsOf(result, 'traceId');
  const parentId = textsOf(result, 'parentId');
  const service = textsOf(result, 'service');
  const name = textsOf(result, 'name');
  const status = numbersOf(result, 'status');
  const gathered = new Map<string, Gathered>();
  for (let row = 0; row < result.rows; row++) {
    const start = time(row);
    const end = start + duration(row);
    const here = { start, service: service(row), name: name(row) };
    let trace = gathered.get(traceId(row));
    if (trace === undefined) {
      trace = { start, end, first: undefined, root: undefined, spans: 0, errors: 0, services: new Map() };
      gathered.set(traceId(row), trace);
    }
    if (start < trace.start) trace.start = start;
    if (end > trace.end) trace.end = end;
    if (trace.first === undefined || start < trace.first.start) trace.first = here;
    if (presentId(parentId(row)) === undefined) trace.root ??= here;
    const failed = status(row) === STATUS_ERROR ? 1 : 0;
    const ofService = trace.services.get(here.service) ?? { spans: 0, errors: 0 };
    trace.services.set(here.service, { spans: ofService.spans + 1, errors: ofService.errors + failed });
    trace.spans++;
    trace.errors += failed;
  }
  return gathered;
}

async function summarizeTraces(
  store: TraceStore,
  traceIds: readonly string[],
  range: TimeRange,
  cost: Cost,
  options: QueryOptions,
): Promise<TraceSummary[]> {
  if (traceIds.length === 0) return [];
  const result = await store.query(
    {
      kind: 'rows',
      from: 'spans',
      range: { from: range.from - REACH, to: range.to + REACH },
      where: { kind: 'in', field: columnField('traceId'), values: traceIds },
      select: ['time', 'duration', 'traceId', 'parentId', 'service', 'name', 'status'].map(columnField),
      order: 'oldest',
      limit: MAX_SUMMARY_SPANS,
    },
    options,
  );
  cost.add(result);
  const gathered = gatherSpans(result);
  return traceIds.flatMap((traceId) => {
    const trace = gathered.get(traceId);
    const root = trace?.root ?? trace?.first;
    if (trace === undefined || root === undefined) return [];
    return {
      traceId,
      rootService: root.service,
      rootOperation: root.name,
      rootMissing: trace.root === undefined,
      start: String(trace.start),
      duration: String(trace.end - trace.start),
      spans: trace.spans,
      errors: trace.errors,
      services: [...trace.services].map(([service, counts]) => ({ service, ...counts })),
    };
  });
}

/** The storage bounds a read by trace id itself. */
const ALWAYS: TimeRange = { from: 0n, to: 2n ** 63n - 1n };

export function traceHandlers(
  store: TraceStore,
  logs: LogStore,
): Pick<Handlers, 'searchTraces' | 'readTrace' | 'readTraceLogs'> {
  return {
    async searchTraces({ body, signal }) {
      const asked = rangeOf(body);
      const where = spanPredicate(body);
      if (body.cursor !== undefined && !/^\d{1,19}$/.test(body.cursor))
        throw codedError(serverErrors, 'CURSOR_INVALID', body.cursor);
      const end = body.cursor === undefined ? asked.to : BigInt(body.cursor);
      const cost = new Cost();
      const page = await findTraces(store, { from: asked.from, to: end }, where, body.limit, cost, { signal });
      const later = { from: end, to: asked.to };
      const traceIds = await dropEarlierPages(store, page.traceIds, where, later, cost, { signal });
      const traces = await summarizeTraces(store, traceIds, page.span, cost, { signal });
      const next = page.doneTo === undefined ? {} : { nextCursor: String(page.doneTo) };
      return { traces, ...next, statistics: cost.statistics };
    },

    async readTrace({ params, signal }) {
      const traceId = params.traceId.toLowerCase();
      const where = columnEquals('traceId', traceId);
      const plan = { kind: 'rows', from: 'spans', range: ALWAYS, where, select: 'shown', order: 'oldest' } as const;
      const result = await store.query({ ...plan, limit: MAX_SPANS + 1 }, { signal });
      const spans = readSpans(result);
      if (spans.length === 0) throw codedError(serverErrors, 'TRACE_UNKNOWN', traceId);
      const start = BigInt(spans[0]!.start);
      let end = start;
      for (const span of spans) {
        const spanEnd = BigInt(span.start) + BigInt(span.duration);
        if (spanEnd > end) end = spanEnd;
      }
      return {
        traceId,
        start: String(start),
        duration: String(end - start),
        spans: spans.slice(0, MAX_SPANS),
        truncated: spans.length > MAX_SPANS,
        statistics: result.statistics,
      };
    },

    async readTraceLogs({ params, signal }) {
      const traceId = params.traceId.toLowerCase();
      const where = columnEquals('traceId', traceId);
      const plan = { kind: 'rows', from: 'logs', range: ALWAYS, where, select: 'shown', order: 'oldest' } as const;
      const result = await logs.query({ ...plan, limit: MAX_TRACE_LOGS + 1 }, { signal });
      if (result.rows === 0 && (await store.rangeOf(traceId, { signal })) === undefined)
        throw codedError(serverErrors, 'TRACE_UNKNOWN', traceId);
      return {
        rows: readLogRows(result).slice(0, MAX_TRACE_LOGS),
        truncated: result.rows > MAX_TRACE_LOGS,
        statistics: result.statistics,
      };
    },
  };
}
