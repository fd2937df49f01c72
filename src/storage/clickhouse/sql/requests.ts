// Everything that is asked of the engine, as data that crosses the socket; a request's kind is its line in the table of printers.
import type { FieldNamesPlan, GroupPlan, RowPlan, SignalName } from '../../ports/plan.ts';
import type { Deployment } from '../tables/print-tables.ts';
import { printTableName, type PrintContext } from './fields.ts';
import { printFingerprint, printTraceKey } from './literals.ts';
import {
  printLabelValues,
  printMetrics,
  printSamples,
  printSeries,
  type SeriesSelection,
} from './print-metric-requests.ts';
import { printFieldNamesPlan, printGroupPlan, printRowPlan } from './print-signal-plans.ts';
import { pointSettings, printColumns, type Statement } from './statement.ts';

export type EngineRequest =
  | RowPlan
  | GroupPlan
  | FieldNamesPlan
  | { readonly kind: 'trace-range'; readonly traceId: string }
  /** Labels of resources or streams: `fingerprint`, `labels`, `json` ('' for streams). */
  | { readonly kind: 'identities'; readonly table: 'resources' | 'streams'; readonly fingerprints: readonly bigint[] }
  | { readonly kind: 'series'; readonly selection: SeriesSelection; readonly limit: number }
  | { readonly kind: 'samples'; readonly selection: SeriesSelection }
  | { readonly kind: 'metrics'; readonly selection: SeriesSelection }
  | { readonly kind: 'label-values'; readonly label?: string; readonly selection: SeriesSelection };

type Printers = {
  readonly [K in EngineRequest['kind']]: (
    request: Extract<EngineRequest, { kind: K }>,
    deployment: Deployment,
  ) => Statement;
};

const signalContext = (
  plan: { readonly from: SignalName; readonly range: PrintContext['range'] },
  deployment: Deployment,
): PrintContext => ({ deployment, from: plan.from, range: plan.range });

const printers: Printers = {
  rows: (plan, deployment) => printRowPlan(plan, signalContext(plan, deployment)),
  groups: (plan, deployment) => printGroupPlan(plan, signalContext(plan, deployment)),
  'field-names': (plan, deployment) => printFieldNamesPlan(plan, signalContext(plan, deployment)),
  // Seconds are whole and may be one off: a second more on both sides. Nothing found: an empty range.
  'trace-range': ({ traceId }, deployment) => ({
    sql:
      `SELECT ${printColumns(['toInt64(min(first) - 1) * 1000000000', 'if(count() = 0, -1, toInt64(max(last) + 2)) * 1000000000', 'count()'])} ` +
      `FROM ${printTableName('trace_ranges', { deployment })} WHERE trace = ${printTraceKey(traceId)}`,
    names: ['first', 'last', 'rows'],
    settings: pointSettings,
  }),
  identities: ({ table, fingerprints }, deployment) => ({
    sql:
      `SELECT ${printColumns(['fingerprint', 'any(labels)', table === 'resources' ? 'any(json)' : "''"])} ` +
      `FROM ${printTableName(table, { deployment })} ` +
      `WHERE fingerprint IN (${fingerprints.length === 0 ? '0' : fingerprints.map(printFingerprint).join(', ')}) GROUP BY fingerprint`,
    names: ['fingerprint', 'labels', 'json'],
    settings: pointSettings,
  }),
  series: ({ selection, limit }, deployment) => printSeries(selection, limit, { deployment }),
  samples: ({ selection }, deployment) => printSamples(selection, { deployment }),
  metrics: ({ selection }, deployment) => printMetrics(selection, { deployment }),
  'label-values': ({ label, selection }, deployment) => printLabelValues(label, selection, { deployment }),
};

export function printRequest(request: EngineRequest, deployment: Deployment): Statement {
  const print = printers[request.kind] as (one: EngineRequest, deployment: Deployment) => Statement;
  return print(request, deployment);
}
