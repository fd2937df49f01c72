// A value on an arc from least to most, one a series.
import { useWords } from '../../state/language.tsx';
import { panelFigures } from '../../state/panel-series.ts';
import { usePanelAnswers } from '../../state/use-panel-answers.ts';
import { stepStarts } from '../../../dashboards/thresholds.ts';
import { toneOf } from '../../../dashboards/color-tone.ts';
import { toneUnder } from '../../state/panel-series.ts';
import { ArcGauge } from '../../widgets/arc-gauge.tsx';
import { answerNotice } from './panel-answer-notice.tsx';
import type { PanelBodyProps } from './panel-body.ts';
import classes from './panel-bodies.module.css';

const MAX_GAUGES = 24;

/** Where the panel does not say: percentages end at 100, everything else at the largest value or threshold. */
export function scaleOf(panel: PanelBodyProps['panel'], values: readonly number[]): readonly [number, number] {
  const { min, max, unit, thresholds } = panel.field;
  const least = min ?? Math.min(0, ...values.filter(Number.isFinite));
  if (max !== undefined) return [least, Math.max(max, least + Number.EPSILON)];
  if (unit === 'percent') return [least, 100];
  if (unit === 'percentunit') return [least, 1];
  const steps = thresholds?.mode === 'absolute' ? thresholds.steps.map(({ from }) => from) : [];
  const most = Math.max(...[...values, ...steps].filter(Number.isFinite), least);
  return [least, most === least ? least + 1 : most];
}

export function GaugeBody({ panel, planned, isVisible }: PanelBodyProps) {
  const words = useWords();
  const found = usePanelAnswers(planned, 'either', isVisible);
  const figures = panelFigures(panel, found.answers).slice(0, MAX_GAUGES);
  const notice = answerNotice(found, figures.length === 0, words);
  if (notice !== undefined) return notice;
  const [least, most] = scaleOf(
    panel,
    figures.map(({ value }) => value),
  );
  const steps = panel.field.thresholds === undefined ? [] : stepStarts(panel.field.thresholds, least, most);
  return (
    <div className={classes.tiles}>
      {figures.map((figure) => (
        <div key={figure.name} className={classes.gauge}>
          <ArcGauge
            label={`${figure.name}: ${figure.text}`}
            share={(figure.value - least) / (most - least)}
            tone={toneUnder(figure.style, figure.value, least, most)}
            steps={steps.map(({ from, color }) => ({
              share: Math.max(0, (from - least) / (most - least)),
              tone: toneOf(color),
            }))}
            text={figure.text}
          />
          {figures.length > 1 && <span className={classes.tileName}>{figure.name}</span>}
        </div>
      ))}
    </div>
  );
}
