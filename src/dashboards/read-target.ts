// A panel's queries, and which of them are PromQL.
import type { PanelNote, Target } from './dashboard.ts';
import { isJson, isTrue, numberOf, objectsOf, oneOf, textOf, type Json } from './json-fields.ts';

/** Data sources whose queries we run; others are told by name. */
const runnable = new Set(['', 'prometheus', 'loki', 'mixed', 'default']);
const otherSources = new Set([
  'elasticsearch',
  'influxdb',
  'graphite',
  'mysql',
  'postgres',
  'grafana-postgresql-datasource',
  'mssql',
  'cloudwatch',
  'stackdriver',
  'opentsdb',
  'tempo',
  'jaeger',
  'zipkin',
  'testdata',
  'grafana-testdata-datasource',
  'grafana-clickhouse-datasource',
  'grafana-azure-monitor-datasource',
  'grafana-pyroscope-datasource',
  '__expr__',
]);

/** The type of a data source, '' when the file gives only a name or none: such a query is PromQL when it has an `expr`. */
export function sourceOf(value: unknown): string {
  if (isJson(value)) {
    const type = textOf(value['type']) || (value['uid'] === '__expr__' ? '__expr__' : '');
    if (type === 'datasource') return value['uid'] === 'grafana' ? 'grafana' : 'mixed';
    return type;
  }
  if (value === '-- Mixed --') return 'mixed';
  if (value === '-- Grafana --') return 'grafana';
  return typeof value === 'string' && otherSources.has(value.toLowerCase()) ? value.toLowerCase() : '';
}

export const isRunnable = (source: string): boolean => runnable.has(source);

const letter = (place: number): string => String.fromCharCode(65 + (place % 26));

function readOne(target: Json, place: number): Target {
  const isTable = target['format'] === 'table';
  const isInstant = isTrue(target['instant']);
  return {
    refId: textOf(target['refId']) || letter(place),
    expression: textOf(target['expr']),
    legend: textOf(target['legendFormat']),
    isHidden: isTrue(target['hide']),
    isInstant,
    // Where nothing is said it is a range, as it was before `instant` came.
    isRange: target['range'] === undefined ? !isInstant : isTrue(target['range']) || !isInstant,
    wantsExemplars: isTrue(target['exemplar']),
    format: isTable ? 'table' : (oneOf(target['format'], ['heatmap'] as const) ?? 'time_series'),
    interval:
      textOf(target['interval']) || (numberOf(target['step']) === undefined ? '' : `${numberOf(target['step'])}s`),
    intervalFactor: Math.max(1, numberOf(target['intervalFactor']) ?? 1),
  };
}

export interface Targets {
  readonly targets: readonly Target[];
  readonly notes: readonly PanelNote[];
  /** The source of the first query that is not ours. */
  readonly otherSource: string | undefined;
  readonly hasLogQuery: boolean;
}

/** The queries of a panel; those for other sources become notes. */
export function readTargets(panel: Json): Targets {
  const panelSource = sourceOf(panel['datasource']);
  const targets: Target[] = [];
  const notes: PanelNote[] = [];
  let otherSource: string | undefined;
  let hasLogQuery = panelSource === 'loki';
  objectsOf(panel['targets']).forEach((entry, place) => {
    const own =
      entry['datasource'] === undefined || entry['datasource'] === null ? panelSource : sourceOf(entry['datasource']);
    const target = readOne(entry, place);
    if (own === 'loki') hasLogQuery = true;
    if (isRunnable(own) && target.expression !== '') {
      targets.push(target);
      return;
    }
    const isEmpty = isRunnable(own) && !('rawSql' in entry || 'query' in entry || 'target' in entry);
    if (isEmpty) return;
    const source = isRunnable(own) ? ('rawSql' in entry ? 'SQL' : own || 'unknown') : own;
    otherSource ??= source;
    notes.push({ kind: 'target', refId: target.refId, source });
  });
  return { targets, notes, otherSource, hasLogQuery };
}
