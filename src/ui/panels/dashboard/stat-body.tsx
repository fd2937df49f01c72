// One large value a series, with the course that led to it.
import { useWords } from '../../state/language.tsx';
import { panelFigures, type Figure } from '../../state/panel-series.ts';
import { usePanelAnswers } from '../../state/use-panel-answers.ts';
import { Sparkline } from '../../widgets/sparkline.tsx';
import { answerNotice } from './panel-answer-notice.tsx';
import type { PanelBodyProps } from './panel-body.ts';
import classes from './panel-bodies.module.css';

const MAX_TILES = 60;

function Tile({
  figure,
  panel,
  hasName,
}: {
  readonly figure: Figure;
  readonly panel: PanelBodyProps['panel'];
  readonly hasName: boolean;
}) {
  const { colorMode, graphMode, textMode } = panel.options;
  const history = figure.history.filter((value) => value !== null);
  return (
    <div className={classes.tile} data-tone={colorMode === 'none' ? undefined : figure.tone} data-mode={colorMode}>
      {graphMode === 'area' && history.length > 1 && <Sparkline values={figure.history} />}
      {(hasName || textMode === 'name' || textMode === 'value_and_name') && textMode !== 'value' && (
        <span className={classes.tileName}>{figure.name}</span>
      )}
      {textMode !== 'name' && textMode !== 'none' && <b className={classes.tileValue}>{figure.text}</b>}
    </div>
  );
}

export function StatBody({ panel, planned, isVisible }: PanelBodyProps) {
  const words = useWords();
  const found = usePanelAnswers(planned, 'either', isVisible);
  const figures = panelFigures(panel, found.answers);
  const notice = answerNotice(found, figures.length === 0 && panel.field.noValue === undefined, words);
  if (notice !== undefined) return notice;
  const shown = figures.slice(0, MAX_TILES);
  return (
    <div className={classes.tiles} data-orientation={panel.options.orientation}>
      {shown.length === 0 && <b className={classes.tileValue}>{panel.field.noValue}</b>}
      {shown.map((figure) => (
        <Tile key={figure.name} figure={figure} panel={panel} hasName={shown.length > 1} />
      ))}
    </div>
  );
}
