import type { ServicesResponse } from '../../api/services.ts';
import type { GroupPlan } from '../../storage/ports/plan.ts';
import { everything } from '../../storage/ports/plan.ts';
import type { LogStore, TraceStore } from '../../storage/ports/telemetry-store.ts';
import type { Handlers } from '../http/handler.ts';
import { columnField, rangeOf } from '../queries/conditions.ts';
import { countWithRows, isSampled, numbersOf, textsOf } from '../queries/result-columns.ts';

const MAX_GROUPS = 20_000;
const STATUS_ERROR = 2;
const SEVERITY_ERROR = 17;

type Service = ServicesResponse['services'][number];

export function serviceHandlers(logs: LogStore, traces: TraceStore): Pick<Handlers, 'listServices'> {
  return {
    async listServices({ query, signal }) {
      const range = rangeOf(query);
      const by = (from: 'logs' | 'spans', second: string): GroupPlan => ({
        kind: 'groups',
        from,
        range,
        where: everything,
        by: [columnField('service'), columnField(second)],
        aggregates: countWithRows,
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
        sampled: isSampled(ofLogs) || isSampled(ofSpans),
        statistics: {
          rowsRead: ofLogs.statistics.rowsRead + ofSpans.statistics.rowsRead,
          bytesRead: ofLogs.statistics.bytesRead + ofSpans.statistics.bytesRead,
          milliseconds: Math.max(ofLogs.statistics.milliseconds, ofSpans.statistics.milliseconds),
        },
      };
    },
  };
}
