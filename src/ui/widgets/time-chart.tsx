// Lines over time on a canvas (uPlot). The keys move a cursor that is read out; dragging chooses a stretch; charts of one key move together.
import { useMantineColorScheme } from '@mantine/core';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { ChartDots, placeDots, type ChartDot, type DotPlace } from './chart-dots.tsx';
import { chartOptions, type ChartLevel, type ChartLine, type ChartStretch } from './chart-options.ts';
import { ChartReadout } from './chart-readout.tsx';
import { formatMoment } from './format.ts';
import classes from './time-chart.module.css';

interface TimeChartProps {
  readonly label: string;
  readonly hint: string;
  /** Milliseconds. */
  readonly times: readonly number[];
  readonly lines: readonly ChartLine[];
  readonly from: number;
  readonly to: number;
  /** Pixels, or all that the place gives. */
  readonly height: number | 'fill';
  readonly formatValue: (value: number) => string;
  readonly formatRight?: (value: number) => string;
  /** Name of the line that stands out. */
  readonly marked?: string | undefined;
  readonly isStacked?: boolean;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly levels?: readonly ChartLevel[];
  readonly stretches?: readonly ChartStretch[];
  readonly dots?: readonly ChartDot[];
  readonly syncKey?: string;
  readonly onBrush: (from: number, to: number) => void;
  /** The position that the cursor is at, undefined when it has left. */
  readonly onCursor?: (index: number | undefined) => void;
}

const NO_LEVELS: readonly ChartLevel[] = [];
const NO_STRETCHES: readonly ChartStretch[] = [];
const NO_DOTS: readonly ChartDot[] = [];
const LEAST_HEIGHT = 40;
const SPOKEN_LINES = 8;

export function TimeChart(props: TimeChartProps) {
  const { times, lines, from, to, marked, syncKey, min, max, isStacked = false } = props;
  const { levels = NO_LEVELS, stretches = NO_STRETCHES, dots = NO_DOTS } = props;
  const { ref: sized, width, height: given } = useElementSize();
  const element = useRef<HTMLDivElement>(null);
  const ref = useMergedRef(sized, element);
  const { colorScheme } = useMantineColorScheme();
  const plot = useRef<uPlot | undefined>(undefined);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  const [cursor, setCursor] = useState<number | undefined>();
  const [pointer, setPointer] = useState({ left: 0, top: 0 });
  const [focused, setFocused] = useState<number | undefined>();
  const [isHovered, setHovered] = useState(false);
  const [dotPlaces, setDotPlaces] = useState<readonly DotPlace[]>([]);
  const height = props.height === 'fill' ? Math.floor(given) : props.height;

  const seconds = useMemo(() => times.map((time) => time / 1000), [times]);
  useEffect(() => {
    const host = element.current;
    if (host === null || width === 0 || height < LEAST_HEIGHT) return undefined;
    const options = chartOptions(host, {
      lines,
      width,
      height,
      from,
      to,
      isStacked,
      min,
      max,
      levels,
      stretches,
      marked,
      syncKey,
      formatValue: (value) => latest.current.formatValue(value),
      formatRight: (value) => (latest.current.formatRight ?? latest.current.formatValue)(value),
      onReady: (chart) => setDotPlaces(placeDots(chart, dots)),
      onCursor: (chart) => {
        const index = chart.cursor.idx ?? undefined;
        setCursor(index);
        setPointer({ left: (chart.cursor.left ?? 0) + chart.over.offsetLeft, top: chart.cursor.top ?? 0 });
        latest.current.onCursor?.(index);
      },
      onFocus: setFocused,
      onSelect: (chart) => {
        if (chart.select.width < 3) return;
        const start = chart.posToVal(chart.select.left, 'x') * 1000;
        const end = chart.posToVal(chart.select.left + chart.select.width, 'x') * 1000;
        latest.current.onBrush(start, end);
      },
    });
    const chart = new uPlot(
      options,
      [seconds, ...lines.map((line) => [...(line.drawn ?? line.values)])] as uPlot.AlignedData,
      host,
    );
    plot.current = chart;
    return () => chart.destroy();
  }, [
    width,
    height,
    seconds,
    lines,
    from,
    to,
    marked,
    colorScheme,
    isStacked,
    min,
    max,
    levels,
    stretches,
    dots,
    syncKey,
  ]);

  const onKey = (event: KeyboardEvent): void => {
    const chart = plot.current;
    const direction = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (chart === undefined || direction === 0 || times.length === 0) return;
    event.preventDefault();
    const next = Math.min(times.length - 1, Math.max(0, (cursor ?? (direction > 0 ? -1 : times.length)) + direction));
    chart.setCursor({ left: chart.valToPos((times[next] ?? 0) / 1000, 'x'), top: height / 2 });
  };
  const moment = cursor === undefined ? undefined : times[cursor];
  const write = (line: ChartLine, value: number | null | undefined): string =>
    typeof value === 'number' ? (line.formatValue ?? props.formatValue)(value) : '–';
  const spoken =
    cursor === undefined || moment === undefined
      ? props.label
      : `${formatMoment(moment)}: ${lines
          .slice(0, SPOKEN_LINES)
          .map((line) => `${line.name} ${write(line, line.values[cursor])}`)
          .join(', ')}`;
  return (
    <div
      className={classes.frame}
      style={props.height === 'fill' ? { height: '100%' } : { height }}
      onPointerEnter={() => setHovered(true)}
      onPointerLeave={() => setHovered(false)}
    >
      <div
        ref={ref}
        className={classes.chart}
        role="slider"
        tabIndex={0}
        aria-label={`${props.label}. ${props.hint}`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, times.length - 1)}
        aria-valuenow={cursor ?? 0}
        aria-valuetext={spoken}
        onKeyDown={onKey}
      />
      {moment !== undefined && (
        <ChartReadout
          moment={moment}
          rows={isHovered ? lines.map((line) => ({ line, value: line.values[cursor ?? 0] })) : []}
          write={write}
          focused={focused === undefined ? undefined : lines[focused]?.name}
          left={pointer.left}
          top={pointer.top}
          width={width}
        />
      )}
      <ChartDots places={dotPlaces} />
    </div>
  );
}

export type { ChartLine } from './chart-options.ts';
