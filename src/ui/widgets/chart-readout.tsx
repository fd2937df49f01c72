// What stands under the cursor of a chart: the moment, and the largest values with the nearest line among them.
import type { ChartLine } from './chart-options.ts';
import { formatMoment } from './format.ts';
import classes from './time-chart.module.css';

interface ChartReadoutProps {
  readonly moment: number;
  /** Empty: only the moment is shown, in the corner. */
  readonly rows: readonly { readonly line: ChartLine; readonly value: number | null | undefined }[];
  readonly write: (line: ChartLine, value: number | null | undefined) => string;
  readonly focused: string | undefined;
  readonly left: number;
  readonly top: number;
  readonly width: number;
}

const MAX_ROWS = 12;

export function ChartReadout({ moment, rows, write, focused, left, top, width }: ChartReadoutProps) {
  const known = rows.filter(({ value }) => typeof value === 'number');
  const sorted = known.toSorted((one, other) => (other.value ?? 0) - (one.value ?? 0));
  const shown = sorted.slice(0, MAX_ROWS);
  const nearest = known.find(({ line }) => line.name === focused);
  if (nearest !== undefined && !shown.includes(nearest)) shown.splice(-1, 1, nearest);
  if (shown.length === 0) return <div className={classes.readout}>{formatMoment(moment)}</div>;
  const isLeft = left > width / 2;
  return (
    <div
      className={classes.values}
      aria-hidden
      style={{ top: Math.max(0, top - 20), ...(isLeft ? { right: width - left + 14 } : { left: left + 14 }) }}
    >
      <div className={classes.moment}>{formatMoment(moment)}</div>
      {shown.map(({ line, value }) => (
        <div key={line.name} className={classes.value} data-focused={line.name === focused ? '' : undefined}>
          <i style={{ background: line.color }} />
          <span>{line.name}</span>
          <b>{write(line, value)}</b>
        </div>
      ))}
      {known.length > shown.length && <div className="faint">+{known.length - shown.length}</div>}
    </div>
  );
}
