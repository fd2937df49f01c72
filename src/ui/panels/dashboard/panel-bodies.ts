import type { PanelKind } from '../../../dashboards/dashboard.ts';
import { BarGaugeBody } from './bar-gauge-body.tsx';
import { GaugeBody } from './gauge-body.tsx';
import { LogsBody } from './logs-body.tsx';
import type { PanelBody } from './panel-body.ts';
import { StatBody } from './stat-body.tsx';
import { TableBody } from './table-body.tsx';
import { TextBody } from './text-body.tsx';
import { TimeSeriesBody } from './time-series-body.tsx';

export const panelBodies: Readonly<Record<PanelKind, PanelBody>> = {
  timeseries: TimeSeriesBody,
  stat: StatBody,
  gauge: GaugeBody,
  bargauge: BarGaugeBody,
  table: TableBody,
  logs: LogsBody,
  text: TextBody,
};
