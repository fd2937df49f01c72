// Panels under their head, on the grid.
import type { Section } from '../../../dashboards/dashboard.ts';
import { useWords } from '../../state/language.tsx';
import type { DashboardScope } from '../../state/panel-plan.ts';
import { Icon } from '../../widgets/icon.tsx';
import { PanelFrame, type PanelFinding } from './panel-frame.tsx';
import classes from './section-view.module.css';

interface SectionViewProps {
  readonly section: Section;
  readonly title: string;
  readonly isFolded: boolean;
  readonly dashboard: DashboardScope;
  readonly syncKey: string;
  readonly findingsOf: (panelId: string) => readonly PanelFinding[];
  readonly onFold: () => void;
  readonly onAlone: (panelId: string) => void;
}

export function SectionView({
  section,
  title,
  isFolded,
  dashboard,
  syncKey,
  findingsOf,
  onFold,
  onAlone,
}: SectionViewProps) {
  const words = useWords();
  return (
    <div>
      {title !== '' && (
        <h2 className={classes.head}>
          <button type="button" aria-expanded={!isFolded} onClick={onFold}>
            <Icon name={isFolded ? 'right' : 'down'} size={12} /> {title}
            <span className="faint">{words.panelCount(String(section.panels.length))}</span>
          </button>
        </h2>
      )}
      {!isFolded && (
        <div className={classes.grid}>
          {section.panels
            .toSorted((one, other) => one.place.y - other.place.y || one.place.x - other.place.x)
            .map((panel) => (
              <PanelFrame
                key={panel.id}
                panel={panel}
                dashboard={dashboard}
                findings={findingsOf(panel.id)}
                syncKey={syncKey}
                isAlone={false}
                onAlone={() => onAlone(panel.id)}
              />
            ))}
        </div>
      )}
    </div>
  );
}
