// Every panel type that dashboards carry: what draws it here. One line each; a type without `kind` is known and not drawn.
import type { PanelKind } from './dashboard.ts';

interface PanelType {
  readonly type: string;
  readonly kind?: PanelKind;
}

export const panelTypes: readonly PanelType[] = [
  { type: 'graph', kind: 'timeseries' },
  { type: 'timeseries', kind: 'timeseries' },
  { type: 'grafana-timeseries-panel', kind: 'timeseries' },
  { type: 'trend', kind: 'timeseries' },
  { type: 'stat', kind: 'stat' },
  { type: 'singlestat', kind: 'stat' },
  { type: 'grafana-singlestat-panel', kind: 'stat' },
  { type: 'gauge', kind: 'gauge' },
  { type: 'bargauge', kind: 'bargauge' },
  { type: 'table', kind: 'table' },
  { type: 'table-old', kind: 'table' },
  { type: 'logs', kind: 'logs' },
  { type: 'text', kind: 'text' },
  ...[
    'alertlist',
    'annolist',
    'barchart',
    'candlestick',
    'canvas',
    'dashlist',
    'datagrid',
    'flamegraph',
    'geomap',
    'heatmap',
    'heatmap-new',
    'histogram',
    'news',
    'nodeGraph',
    'piechart',
    'grafana-piechart-panel',
    'pluginlist',
    'state-timeline',
    'status-history',
    'traces',
    'xychart',
  ].map((type) => ({ type })),
];
