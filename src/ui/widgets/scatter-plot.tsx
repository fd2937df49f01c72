// Points over time on a logarithmic scale; a box chooses a stretch of both. What is wrong is a cross, not only another colour.
import { useElementSize } from '@mantine/hooks';
import { useState, type PointerEvent } from 'react';
import { formatTick } from './format.ts';
import classes from './scatter-plot.module.css';

export interface ScatterPoint {
  readonly id: string;
  readonly x: number;
  /** Above 0. */
  readonly y: number;
  readonly isWrong: boolean;
}

interface ScatterPlotProps {
  readonly label: string;
  readonly points: readonly ScatterPoint[];
  readonly from: number;
  readonly to: number;
  readonly height: number;
  readonly active: string | undefined;
  /** Said in the corner of the picture. */
  readonly note?: string | undefined;
  readonly formatY: (value: number) => string;
  readonly onBox: (from: number, to: number, low: number, high: number) => void;
  readonly onPick: (id: string) => void;
}

const AXIS = 18;
const GUTTER = 52;
const NEAR = 8;

interface Place {
  readonly x: number;
  readonly y: number;
}

export function ScatterPlot(props: ScatterPlotProps) {
  const { points, from, to, height } = props;
  const { ref, width } = useElementSize();
  const [box, setBox] = useState<{ start: Place; end: Place } | undefined>();
  const values = points.map((point) => point.y);
  const low = Math.floor(Math.log10(Math.max(1, Math.min(...values, 1e6))));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(1, ...values, 1e7))));
  const inner = Math.max(1, width - GUTTER);
  const depth = height - AXIS;
  const toX = (value: number): number => GUTTER + ((value - from) / (to - from)) * inner;
  const toY = (value: number): number =>
    depth - 4 - ((Math.log10(Math.max(1, value)) - low) / (high - low)) * (depth - 8);
  const fromX = (x: number): number => from + ((x - GUTTER) / inner) * (to - from);
  const fromY = (y: number): number => 10 ** (low + ((depth - 4 - y) / (depth - 8)) * (high - low));
  const place = (event: PointerEvent): Place => {
    const bounds = event.currentTarget.getBoundingClientRect();
    return {
      x: Math.min(width, Math.max(GUTTER, event.clientX - bounds.left)),
      y: Math.min(depth, Math.max(0, event.clientY - bounds.top)),
    };
  };
  const finish = (): void => {
    if (box === undefined) return;
    setBox(undefined);
    const { start, end } = box;
    if (Math.abs(end.x - start.x) < 4 && Math.abs(end.y - start.y) < 4) {
      const distance = (point: ScatterPoint): number => Math.hypot(toX(point.x) - end.x, toY(point.y) - end.y);
      const nearest = points.toSorted((one, other) => distance(one) - distance(other))[0];
      if (nearest !== undefined && distance(nearest) <= NEAR) props.onPick(nearest.id);
      return;
    }
    const [left, right] = [Math.min(start.x, end.x), Math.max(start.x, end.x)];
    const [top, bottom] = [Math.min(start.y, end.y), Math.max(start.y, end.y)];
    props.onBox(fromX(left), fromX(right), fromY(bottom), fromY(top));
  };
  const ticks = Math.max(2, Math.floor(inner / 120));
  return (
    <div ref={ref} className={classes.chart}>
      <svg
        className={classes.plot}
        height={height}
        role="img"
        aria-label={props.label}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setBox({ start: place(event), end: place(event) });
        }}
        onPointerMove={(event) => {
          if (box !== undefined) setBox({ start: box.start, end: place(event) });
        }}
        onPointerUp={finish}
      >
        {Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)).map((value) => (
          <g key={value}>
            <line className={classes.grid} x1={GUTTER} x2={width} y1={toY(value)} y2={toY(value)} />
            <text className={classes.tick} x={GUTTER - 6} y={toY(value) + 4} textAnchor="end">
              {props.formatY(value)}
            </text>
          </g>
        ))}
        {Array.from({ length: ticks - 1 }, (_, index) => from + ((index + 1) / ticks) * (to - from)).map((time) => (
          <text key={time} className={classes.tick} x={toX(time)} y={height - 4} textAnchor="middle">
            {formatTick(time, (to - from) / ticks)}
          </text>
        ))}
        {props.note !== undefined && (
          <text className={classes.tick} x={width - 4} y={12} textAnchor="end">
            {props.note}
          </text>
        )}
        {points.map((point) => {
          const [x, y] = [toX(point.x), toY(point.y)];
          return (
            <g key={point.id}>
              {point.isWrong ? (
                <path className={classes.cross} d={`M${x - 3.5} ${y - 3.5}l7 7M${x - 3.5} ${y + 3.5}l7 -7`} />
              ) : (
                <circle className={classes.dot} cx={x} cy={y} r={2.2} />
              )}
              {point.id === props.active && <circle className={classes.ring} cx={x} cy={y} r={7} />}
            </g>
          );
        })}
        {box !== undefined && (
          <rect
            className={classes.brush}
            x={Math.min(box.start.x, box.end.x)}
            y={Math.min(box.start.y, box.end.y)}
            width={Math.abs(box.end.x - box.start.x)}
            height={Math.abs(box.end.y - box.start.y)}
          />
        )}
      </svg>
    </div>
  );
}
