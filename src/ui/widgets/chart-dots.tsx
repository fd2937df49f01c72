// Single points over a chart that lead somewhere: exemplars. Buttons, so that they can be reached by the keyboard.
import type uPlot from 'uplot';
import classes from './time-chart.module.css';

export interface ChartDot {
  readonly key: string;
  /** Milliseconds. */
  readonly millis: number;
  readonly value: number;
  readonly label: string;
  readonly onOpen: () => void;
}

export interface DotPlace {
  readonly dot: ChartDot;
  readonly left: number;
  readonly top: number;
}

/** Where the dots lie, pixels; a value outside the chart lies at its edge. */
export function placeDots(chart: uPlot, dots: readonly ChartDot[]): DotPlace[] {
  const { over } = chart;
  return dots.flatMap((dot) => {
    const x = chart.valToPos(dot.millis / 1000, 'x');
    if (x < 0 || x > over.clientWidth) return [];
    const y = chart.valToPos(dot.value, 'y');
    const inside = Math.min(over.clientHeight - 3, Math.max(3, Number.isFinite(y) ? y : over.clientHeight));
    return [{ dot, left: over.offsetLeft + x, top: over.offsetTop + inside }];
  });
}

export function ChartDots({ places }: { readonly places: readonly DotPlace[] }) {
  return places.map(({ dot, left, top }) => (
    <button
      key={dot.key}
      type="button"
      className={classes.dot}
      style={{ left, top }}
      aria-label={dot.label}
      title={dot.label}
      onClick={dot.onOpen}
    />
  ));
}
