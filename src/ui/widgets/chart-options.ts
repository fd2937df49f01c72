// What uPlot is told to draw: lines, bars or points, filled, stacked, with levels and shaded stretches. The colours of the theme are resolved
// here, because a canvas knows no variables.
import uPlot from 'uplot';

type Values = readonly (number | null | undefined)[];

export interface ChartLine {
  /** Unique in its chart. */
  readonly name: string;
  /** A CSS colour; may use the theme's variables. */
  readonly color: string;
  /** Null is a gap; undefined is no point of this line. */
  readonly values: Values;
  /** What is drawn where it differs from the values: stacked lines. */
  readonly drawn?: Values;
  /** Dash pattern, so that lines differ by more than colour. */
  readonly dash?: readonly number[] | undefined;
  readonly width?: number | undefined;
  /** 0 to 1: how much of the colour lies below the line. */
  readonly fill?: number | undefined;
  readonly draw?: 'line' | 'bars' | 'points' | undefined;
  readonly isStepped?: boolean | undefined;
  readonly showPoints?: boolean | undefined;
  readonly axis?: 'left' | 'right' | undefined;
  /** How its values are written; the chart's own way when absent. */
  readonly formatValue?: ((value: number) => string) | undefined;
}

export type ChartTone = 'warning' | 'error';

/** A value that is drawn across: a threshold. */
export interface ChartLevel {
  readonly value: number;
  readonly color: string;
}

/** A stretch of time that is shaded, milliseconds. */
export interface ChartStretch {
  readonly from: number;
  readonly to: number;
  readonly tone: ChartTone;
}

export interface ChartLook {
  readonly lines: readonly ChartLine[];
  readonly width: number;
  readonly height: number;
  /** Milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly isStacked: boolean;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly levels: readonly ChartLevel[];
  readonly stretches: readonly ChartStretch[];
  readonly marked: string | undefined;
  /** Charts with the same key move their cursors together. */
  readonly syncKey: string | undefined;
  readonly formatValue: (value: number) => string;
  readonly formatRight: (value: number) => string;
  /** When it has its sizes. */
  readonly onReady: (chart: uPlot) => void;
  readonly onCursor: (chart: uPlot) => void;
  readonly onFocus: (line: number | undefined) => void;
  readonly onSelect: (chart: uPlot) => void;
}

/** The colours of the theme as a canvas needs them. */
export function resolveColor(element: Element, color: string): string {
  const probe = document.createElement('i');
  probe.style.color = color;
  element.append(probe);
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  return resolved;
}

const faded = (color: string, share: number): string =>
  `color-mix(in srgb, ${color} ${Math.round(share * 100)}%, transparent)`;

const AXIS_LETTER = 6.4;
const LEAST_AXIS = 36;

function axisOf(host: Element, more: Partial<uPlot.Axis>): uPlot.Axis {
  return {
    stroke: resolveColor(host, 'var(--text-faint)'),
    font: '11px "IBM Plex Sans", sans-serif',
    grid: { stroke: resolveColor(host, 'var(--line)'), width: 1 },
    ticks: { show: false },
    ...more,
  };
}

/** As wide as the longest number beside it. */
const fittingSize = (_: uPlot, values: string[] | null): number =>
  Math.max(LEAST_AXIS, ...(values ?? []).map((text) => text.length * AXIS_LETTER + 14));

function rangeOf(look: ChartLook, isLeft: boolean): uPlot.Range.Function {
  const needsZero =
    look.isStacked || look.lines.some((line) => line.draw === 'bars' && (line.axis !== 'right') === isLeft);
  return (_, least, most) => {
    const values = [least, most, ...(needsZero ? [0] : []), ...(isLeft ? look.levels.map(({ value }) => value) : [])];
    const known = values.filter((value) => value !== null && Number.isFinite(value));
    if (known.length === 0) return [look.min ?? 0, look.max ?? 1];
    const [low, high] = [Math.min(...known), Math.max(...known)];
    let [from, to] =
      low === high
        ? [low - Math.abs(low || 1) * 0.1, high + Math.abs(high || 1) * 0.1]
        : uPlot.rangeNum(low, high, 0.1, true);
    // Nothing that is never negative gets room below zero.
    if (low >= 0) from = Math.max(0, from ?? 0);
    if (isLeft) [from, to] = [look.min ?? from, look.max ?? to];
    const [bottom, top] = [from ?? 0, to ?? 1];
    return bottom < top ? [bottom, top] : [bottom, bottom + 1];
  };
}

function pathsOf(line: ChartLine): Partial<uPlot.Series> {
  const { bars, stepped } = uPlot.paths;
  if (line.draw === 'bars' && bars !== undefined) return { paths: bars({ size: [0.7, 24] }) };
  if (line.draw === 'points') return { paths: () => null };
  return line.isStepped === true && stepped !== undefined ? { paths: stepped({ align: 1 }) } : {};
}

function seriesOf(host: Element, look: ChartLook, line: ChartLine): uPlot.Series {
  const color = resolveColor(host, line.color);
  const isFaint = look.marked !== undefined && look.marked !== line.name;
  const fill = line.draw === 'bars' ? Math.max(0.5, line.fill ?? 0) : (line.fill ?? 0);
  return {
    label: line.name,
    scale: line.axis === 'right' ? 'right' : 'y',
    stroke: color,
    width: (line.width ?? 1.3) + (look.marked === line.name ? 1.2 : 0),
    alpha: isFaint ? 0.25 : 1,
    spanGaps: false,
    points:
      line.draw === 'points' || line.showPoints === true
        ? { show: true, size: 4, fill: color, stroke: color }
        : { show: (_, place, first, last) => isLonely(look.lines[place - 1], first, last), size: 4, fill: color },
    ...(fill > 0 && { fill: resolveColor(host, faded(color, fill)) }),
    ...(line.dash !== undefined && { dash: [...line.dash] }),
    ...pathsOf(line),
  };
}

/** A line of single points among gaps would be invisible. */
function isLonely(line: ChartLine | undefined, first: number, last: number): boolean {
  if (line === undefined) return false;
  let seen = 0;
  for (let place = first; place <= last; place++) if (typeof line.values[place] === 'number') seen++;
  return seen > 0 && seen <= 2;
}

function drawBehind(host: Element, look: ChartLook): (chart: uPlot) => void {
  return (chart) => {
    const { ctx, bbox } = chart;
    ctx.save();
    for (const { from, to, tone } of look.stretches) {
      const start = Math.max(bbox.left, chart.valToPos(from / 1000, 'x', true));
      const end = Math.min(bbox.left + bbox.width, chart.valToPos(to / 1000, 'x', true));
      ctx.fillStyle = resolveColor(host, faded(`var(--${tone})`, tone === 'error' ? 0.2 : 0.14));
      ctx.fillRect(start, bbox.top, Math.max(2, end - start), bbox.height);
    }
    for (const { value, color } of look.levels) {
      const y = chart.valToPos(value, 'y', true);
      if (y < bbox.top || y > bbox.top + bbox.height) continue;
      ctx.strokeStyle = resolveColor(host, color);
      ctx.lineWidth = 1;
      ctx.setLineDash([6, 4]);
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
    }
    ctx.restore();
  };
}

const timeFormats = [
  [86_400, '{MM}-{DD}'],
  [60, '{HH}:{mm}'],
  [1, '{HH}:{mm}:{ss}'],
].map(([step, format]) => [step, format, null, null, null, null, null, null, 1]);

/** A stacked line is filled down to the one below it. */
function bandsOf(host: Element, look: ChartLook): uPlot.Band[] {
  if (!look.isStacked) return [];
  return look.lines.slice(1).map((line, place) => ({
    series: [place + 2, place + 1],
    fill: resolveColor(host, faded(line.color, Math.max(0.2, line.fill ?? 0))),
  }));
}

export function chartOptions(host: Element, look: ChartLook): uPlot.Options {
  const hasRight = look.lines.some((line) => line.axis === 'right');
  return {
    width: look.width,
    height: look.height,
    legend: { show: false },
    cursor: {
      drag: { x: true, y: false, setScale: false },
      points: { size: 6 },
      focus: { prox: 24 },
      ...(look.syncKey !== undefined && { sync: { key: look.syncKey, scales: ['x', null], setSeries: false } }),
    },
    scales: {
      x: { time: true, range: () => [look.from / 1000, look.to / 1000] },
      y: { range: rangeOf(look, true) },
      ...(hasRight && { right: { range: rangeOf(look, false) } }),
    },
    axes: [
      axisOf(host, { size: 28, space: 90, values: timeFormats as uPlot.Axis.Values }),
      axisOf(host, {
        size: fittingSize,
        space: 28,
        values: (_, splits) => splits.map((value) => look.formatValue(value)),
      }),
      ...(hasRight
        ? [
            axisOf(host, {
              scale: 'right',
              side: 1,
              grid: { show: false },
              size: fittingSize,
              space: 28,
              values: (_: uPlot, splits: number[]) => splits.map((value) => look.formatRight(value)),
            }),
          ]
        : []),
    ],
    series: [{}, ...look.lines.map((line) => seriesOf(host, look, line))],
    bands: bandsOf(host, look),
    hooks: {
      drawAxes: [drawBehind(host, look)],
      ready: [look.onReady],
      setCursor: [look.onCursor],
      setSeries: [(_, place) => look.onFocus(place === null ? undefined : place - 1)],
      setSelect: [look.onSelect],
    },
  };
}
