import type { ServicesResponse } from '../../api/services.ts';
import type { GroupPlan } from '../../storage/ports/plan.ts';
import { everything } from '../../storage/ports/plan.ts';
import type { LogStore, TraceStore } from '../../storage/ports/telemetry-store.ts';
import type { Handlers } from '../http/handler.ts';
import { columnEquals, columnField, rangeOf } from '../queries/conditions.ts';
import { numbersOf, textsOf } from '../queries/result-columns.ts';

const MAX_GROUPS = 20_000;
const STATUS_ERROR = 2;
const SEVERITY_ERROR = 17;
const COUNT = [{ kind: 'count' }] as const;

type Service = ServicesResponse['services'][number];

export function serviceHandlers(logs: LogStore, traces: TraceStore): Pick<Handlers, 'listServices' | 'listOperations'> {
  return {
    async listServices({ query, signal }) {
      const range = rangeOf(query);
      const by = (from: 'logs' | 'spans', second: string): GroupPlan => ({
        kind: 'groups',
        from,
        range,
        where: everything,
        by: [columnField('service'), columnField(second)],
        aggregates: COUNT,
        limit: MAX_GROUPS,
      });
      const [ofLogs, ofSpans] = await Promise.all([
        logs.query(by('logs', 'severity'), { signal }),
        traces.query(by('spans', 'status'), { signal }),
      ]);
      const services = new Map<string, Service>();
      const add = (name: string, counts: Partial<Service>): void => {
        const known = services.get(name) ?? { service: name, logs: 0, spans: 0, spanErrors: 0, logErrors: 0 };
        services.set(name, {
          service: name,
          logs: known.logs + (counts.logs ?? 0),
          spans: known.spans + (counts.spans ?? 0),
          spanErrors: known.spanErrors + (counts.spanErrors ?? 0),
          logErrors: known.logErrors + (counts.logErrors ?? 0),
        });
      };
      for (let row = 0; row < ofLogs.rows; row++) {
        const count = numbersOf(ofLogs, 'value0')(row);
        const failed = numbersOf(ofLogs, 'key1')(row) >= SEVERITY_ERROR;
        add(textsOf(ofLogs, 'key0')(row), { logs: count, logErrors: failed ? count : 0 });
      }
      for (let row = 0; row < ofSpans.rows; row++) {
        const count = numbersOf(ofSpans, 'value0')(row);
        const failed = numbersOf(ofSpans, 'key1')(row) === STATUS_ERROR;
        add(textsOf(ofSpans, 'key0')(row), { spans: count, spanErrors: failed ? count : 0 });
      }
      return {
        services: [...services.values()].toSorted((a, b) => (a.service < b.service ? -1 : 1)),
        statistics: {
          rowsRead: ofLogs.statistics.rowsRead + ofSpans.statistics.rowsRead,
          bytesRead: ofLogs.statistics.bytesRead + ofSpans.statistics.bytesRead,
          milliseconds: Math.max(ofLogs.statistics.milliseconds, ofSpans.statistics.milliseconds),
        },
      };
    },

    async listOperations({ query, signal }) {
      const duration = columnField('duration');
      const where = query.service === undefined ? everything : columnEquals('service', query.service);
      const plan: GroupPlan = {
        kind: 'groups',
        from: 'spans',
        range: rangeOf(query),
        where,
        by: [columnField('service'), columnField('name')],
        aggregates: [...COUNT, ...[0.5, 0.95, 0.99].map((q) => ({ kind: 'quantile', q, field: duration }) as const)],
        limit: query.limit,
      };
      const failed = { kind: 'all', of: [where, columnEquals('status', STATUS_ERROR)] } as const;
      const [all, errors] = await Promise.all([
        traces.query(plan, { signal }),
        traces.query({ ...plan, where: failed, aggregates: COUNT, limit: MAX_GROUPS }, { signal }),
      ]);
      const keyOf = (result: typeof all, row: number): string =>
        JSON.stringify([textsOf(result, 'key0')(row), textsOf(result, 'key1')(row)]);
      const errorCounts = new Map(
        Array.from({ length: errors.rows }, (_, row) => [keyOf(errors, row), numbersOf(errors, 'value0')(row)]),
      );
      const nanos = (row: number, column: string): string => String(Math.round(numbersOf(all, column)(row)));
      return {
        operations: Array.from({ length: all.rows }, (_, row) => ({
          service: textsOf(all, 'key0')(row),
          operation: textsOf(all, 'key1')(row),
          spans: numbersOf(all, 'value0')(row),
          errors: errorCounts.get(keyOf(all, row)) ?? 0,
          p50: nanos(row, 'value1'),
          p95: nanos(row, 'value2'),
          p99: nanos(row, 'value3'),
        })),
        statistics: all.statistics,
      };
    },
  };
}
