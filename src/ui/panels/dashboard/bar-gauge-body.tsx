// One bar a series, from least to most.
import { useWords } from '../../state/language.tsx';
import { panelFigures, toneUnder } from '../../state/panel-series.ts';
import { usePanelAnswers } from '../../state/use-panel-answers.ts';
import { scaleOf } from './gauge-body.tsx';
import { answerNotice } from './panel-answer-notice.tsx';
import type { PanelBodyProps } from './panel-body.ts';
import classes from './panel-bodies.module.css';

const MAX_BARS = 100;

export function BarGaugeBody({ panel, planned, isVisible }: PanelBodyProps) {
  const words = useWords();
  const found = usePanelAnswers(planned, 'either', isVisible);
  const figures = panelFigures(panel, found.answers).slice(0, MAX_BARS);
  const notice = answerNotice(found, figures.length === 0, words);
  if (notice !== undefined) return notice;
  const [least, most] = scaleOf(
    panel,
    figures.map(({ value }) => value),
  );
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable by the keyboard
    <div className={`${classes.bars} scroll`} tabIndex={0} role="region" aria-label={panel.title}>
      {figures.map(({ name, value, text, style }) => {
        const share = Number.isFinite(value) ? Math.min(1, Math.max(0, (value - least) / (most - least))) : 0;
        return (
          <div key={name} className={classes.bar} data-tone={toneUnder(style, value, least, most)}>
            <span title={name}>{name}</span>
            <i>
              <b style={{ width: `${share * 100}%` }} />
            </i>
            <em>{text}</em>
          </div>
        );
      })}
    </div>
  );
}
