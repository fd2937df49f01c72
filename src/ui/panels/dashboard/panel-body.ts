// What a panel's body gets, and the bodies by kind. A new kind is a file here and one line in panel-bodies.ts.
import type { ComponentType } from 'react';
import type { Panel } from '../../../dashboards/dashboard.ts';
import type { PlannedPanel } from '../../state/panel-plan.ts';

export interface PanelBodyProps {
  readonly panel: Panel;
  readonly planned: PlannedPanel;
  /** Only what is on screen is asked for. */
  readonly isVisible: boolean;
  /** Charts with the same key move their cursors together. */
  readonly syncKey: string;
}

export type PanelBody = ComponentType<PanelBodyProps>;
