// Everything that is asked of the engine, as data that crosses the socket; a request's kind is its line in the table of printers.
import type { FieldNamesPlan, GroupPlan, RowPlan, SignalName, TimeRange } from '../../ports/plan.ts';
import type { CountRequest } from '../counted-groups.ts';
import type { Deployment } from '../tables/print-tables.ts';
import { printTableName, type PrintContext } from './fields.ts';
import { printFingerprint, printTraceKey } from './literals.ts';
import {
  printBlockSamples,
  printBlockSeries,
  printExemplars,
  printFirstSeriesDay,
  printKnownSeries,
  printLabelValues,
  printMetrics,
  printSamples,
  printSampleCounts,
  printSeries,
  printSeriesRows,
  printStoredSamples,
  type SeriesSelection,
  type StoredSamplesScope,
} from './print-metric-requests.ts';
import {
  printCounts,
  printFieldNamesPlan,
  printGroupPlan,
  printRowPlan,
  printServiceEdges,
} from './print-signal-plans.ts';
import { lookUpSettings, printColumns, type Statement } from './statement.ts';

export type EngineRequest =
  | RowPlan
  | GroupPlan
  | FieldNamesPlan
  | CountRequest
  /** `first` and `last` second of a trace, and the `rows` that say so. */
  | { readonly kind: 'trace-range'; readonly traceId: string }
  /** Calls between services in the minutes that the range touches. */
  | { readonly kind: 'service-edges'; readonly range: TimeRange; readonly limit: number }
  /** Labels of resources or streams: `fingerprint`, `labels`, `json` ('' for streams). */
  | { readonly kind: 'identities'; readonly table: 'resources' | 'streams'; readonly fingerprints: readonly bigint[] }
  | { readonly kind: 'series'; readonly selection: SeriesSelection; readonly limit: number }
  | { readonly kind: 'samples'; readonly selection: SeriesSelection }
  | ({ readonly kind: 'stored-samples'; readonly selection: SeriesSelection } & StoredSamplesScope)
  | { readonly kind: 'series-rows'; readonly fromDay: number }
  /** `series`, `metric` and last `day` of all series with samples from a day on. */
  | { readonly kind: 'known-series'; readonly fromDay: number }
  /** A block's own file, before or after its insert. */
  | { readonly kind: 'block-series'; readonly path: string }
  | { readonly kind: 'block-samples'; readonly path: string }
  | { readonly kind: 'first-series-day' }
  | { readonly kind: 'sample-counts'; readonly fromMillis: number; readonly widthMillis: number }
  | { readonly kind: 'exemplars'; readonly selection: SeriesSelection; readonly limit: number }
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
  counts: (request, deployment) => printCounts(request, { deployment, from: request.from, range: request.ranges[0]! }),
  'field-names': (plan, deployment) => printFieldNamesPlan(plan, signalContext(plan, deployment)),
  'trace-range': ({ traceId }, deployment) => ({
    sql:
      `SELECT ${printColumns(['min(first)', 'max(last)', 'count()'])} ` +
      `FROM ${printTableName('trace_ranges', { deployment })} PREWHERE trace = ${printTraceKey(traceId)}`,
    names: ['first', 'last', 'rows'],
    settings: lookUpSettings,
  }),
  'service-edges': ({ range, limit }, deployment) => printServiceEdges(range, limit, { deployment }),
  identities: ({ table, fingerprints }, deployment) => ({
    sql:
      `SELECT ${printColumns(['fingerprint', 'any(labels)', table === 'resources' ? 'any(json)' : "''"])} ` +
      `FROM ${printTableName(table, { deployment })} ` +
      `WHERE fingerprint IN (${fingerprints.length === 0 ? '0' : fingerprints.map(printFingerprint).join(', ')}) GROUP BY fingerprint`,
    names: ['fingerprint', 'labels', 'json'],
    settings: lookUpSettings,
  }),
  series: ({ selection, limit }, deployment) => printSeries(selection, limit, { deployment }),
  samples: ({ selection }, deployment) => printSamples(selection, { deployment }),
  'stored-samples': ({ selection, ...scope }, deployment) => printStoredSamples(selection, scope, { deployment }),
  'series-rows': ({ fromDay }, deployment) => printSeriesRows(fromDay, { deployment }),
  'known-series': ({ fromDay }, deployment) => printKnownSeries(fromDay, { deployment }),
  'block-series': ({ path }) => printBlockSeries(path),
  'block-samples': ({ path }) => printBlockSamples(path),
  'first-series-day': (_request, deployment) => printFirstSeriesDay({ deployment }),
  'sample-counts': ({ fromMillis, widthMillis }, deployment) =>
    printSampleCounts(fromMillis, widthMillis, { deployment }),
  exemplars: ({ selection, limit }, deployment) => printExemplars(selection, limit, { deployment }),
  metrics: ({ selection }, deployment) => printMetrics(selection, { deployment }),
  'label-values': ({ label, selection }, deployment) => printLabelValues(label, selection, { deployment }),
};

export function printRequest(request: EngineRequest, deployment: Deployment): Statement {
  const print = printers[request.kind] as (one: EngineRequest, deployment: Deployment) => Statement;
  return print(request, deployment);
}
