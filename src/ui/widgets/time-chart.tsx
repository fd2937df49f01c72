// Lines over time on a canvas (uPlot). The keys move a cursor that is read out; dragging chooses a stretch.
import { useMantineColorScheme } from '@mantine/core';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatMoment } from './format.ts';
import classes from './time-chart.module.css';

export interface ChartLine {
  readonly name: string;
  /** A CSS colour; may use the theme's variables. */
  readonly color: string;
  readonly values: readonly (number | null)[];
  /** Dash pattern, so that lines differ by more than colour. */
  readonly dash?: readonly number[] | undefined;
}

interface TimeChartProps {
  readonly label: string;
  readonly hint: string;
  /** Milliseconds. */
  readonly times: readonly number[];
  readonly lines: readonly ChartLine[];
  readonly from: number;
  readonly to: number;
  readonly height: number;
  readonly formatValue: (value: number) => string;
  /** Name of the line that stands out. */
  readonly marked: string | undefined;
  readonly onBrush: (from: number, to: number) => void;
  /** The position that the cursor is at, undefined when it has left. */
  readonly onCursor: (index: number | undefined) => void;
}

/** The colours of the theme as a canvas needs them. */
function resolveColor(element: Element, color: string): string {
  const probe = document.createElement('i');
  probe.style.color = color;
  element.append(probe);
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  return resolved;
}

export function TimeChart(props: TimeChartProps) {
  const { times, lines, from, to, height, marked } = props;
  const { ref: sized, width } = useElementSize();
  const element = useRef<HTMLDivElement>(null);
  const ref = useMergedRef(sized, element);
  const { colorScheme } = useMantineColorScheme();
  const plot = useRef<uPlot | undefined>(undefined);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  const [cursor, setCursor] = useState<number | undefined>();

  useEffect(() => {
    const host = element.current;
    if (host === null || width === 0) return undefined;
    const axis = (size: number): uPlot.Axis => ({
      stroke: resolveColor(host, 'var(--text-faint)'),
      font: '11px "IBM Plex Sans", sans-serif',
      grid: { stroke: resolveColor(host, 'var(--line)'), width: 1 },
      ticks: { show: false },
      size,
    });
    const chart = new uPlot(
      {
        width,
        height,
        legend: { show: false },
        cursor: { drag: { x: true, y: false, setScale: false }, points: { size: 6 }, focus: { prox: 24 } },
        scales: { x: { time: true, range: () => [from / 1000, to / 1000] } },
        axes: [
          { ...axis(28), space: 90, values: [[86400, '{MM}-{DD}'], [60, '{HH}:{mm}'], [1, '{HH}:{mm}:{ss}']].map(([step, format]) => [step, format, null, null, null, null, null, null, 1]) as uPlot.Axis.Values },
          { ...axis(64), values: (_, splits) => splits.map((value) => latest.current.formatValue(value)) },
        ],
        series: [
          {},
          ...lines.map((line) => ({
            label: line.name,
            stroke: resolveColor(host, line.color),
            width: line.name === marked ? 2.5 : 1.3,
            alpha: marked === undefined || line.name === marked ? 1 : 0.3,
            points: { show: false },
            spanGaps: false,
            ...(line.dash !== undefined && { dash: [...line.dash] }),
          })),
        ],
        hooks: {
          setCursor: [
            (chart) => {
              const index = chart.cursor.idx ?? undefined;
              setCursor(index);
              latest.current.onCursor(index);
            },
          ],
          setSelect: [
            (chart) => {
              if (chart.select.width < 3) return;
              const start = chart.posToVal(chart.select.left, 'x') * 1000;
              const end = chart.posToVal(chart.select.left + chart.select.width, 'x') * 1000;
              latest.current.onBrush(start, end);
            },
          ],
        },
      },
      [times.map((time) => time / 1000), ...lines.map((line) => [...line.values])],
      host,
    );
    plot.current = chart;
    return () => chart.destroy();
  }, [width, height, times, lines, from, to, marked, colorScheme]);

  const onKey = (event: KeyboardEvent): void => {
    const chart = plot.current;
    const direction = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (chart === undefined || direction === 0) return;
    event.preventDefault();
    const next = Math.min(times.length - 1, Math.max(0, (cursor ?? (direction > 0 ? -1 : times.length)) + direction));
    chart.setCursor({ left: chart.valToPos((times[next] ?? 0) / 1000, 'x'), top: height / 2 });
  };
  const moment = cursor === undefined ? undefined : times[cursor];
  const spoken =
    cursor === undefined || moment === undefined
      ? props.label
      : `${formatMoment(moment)}: ${lines
          .slice(0, 8)
          .map((line) => `${line.name} ${line.values[cursor] === null ? '–' : props.formatValue(line.values[cursor] ?? 0)}`)
          .join(', ')}`;
  return (
    <div
      ref={ref}
      className={classes.chart}
      style={{ height }}
      role="slider"
      tabIndex={0}
      aria-label={`${props.label}. ${props.hint}`}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, times.length - 1)}
      aria-valuenow={cursor ?? 0}
      aria-valuetext={spoken}
      onKeyDown={onKey}
    >
      {moment !== undefined && <div className={classes.readout}>{formatMoment(moment)}</div>}
    </div>
  );
}
