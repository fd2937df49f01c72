// The answers of a panel as named, styled series: for lines over time, and for one value each.
import type { FieldStyle, Panel } from '../../dashboards/dashboard.ts';
import { formatValue } from '../../dashboards/format-value.ts';
import { nameSeries } from '../../dashboards/legend.ts';
import { mapValue } from '../../dashboards/mappings.ts';
import { reduceValues } from '../../dashboards/reducers.ts';
import { cssColor, toneOf, type Tone } from '../../dashboards/color-tone.ts';
import { styleOf } from '../../dashboards/style-of.ts';
import { colorAt } from '../../dashboards/thresholds.ts';
import type { ChartLine } from '../widgets/chart-options.ts';
import { alignSeries, fillGaps, type Gridded } from './chart-grid.ts';
import { lineLook, MAX_LINES } from './explore-lines.ts';
import type { PanelAnswer } from './use-panel-answers.ts';

/** One value of a series, as it is shown. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly text: string;
  readonly tone: Tone;
  readonly style: FieldStyle;
  /** What came before it, for a sparkline. */
  readonly history: readonly (number | null)[];
}

/** How a value is written under a style: by its mapping, else with unit and decimals. */
export function writeStyled(style: FieldStyle, value: number | null): string {
  const mapped = mapValue(style.mappings, value)?.text;
  if (mapped !== undefined) return mapped;
  if (value === null || Number.isNaN(value)) return style.noValue ?? '–';
  return formatValue(value, style);
}

/** What a value says by the style's mappings and thresholds. */
export function toneUnder(style: FieldStyle, value: number, min: number, max: number): Tone {
  const color = mapValue(style.mappings, value)?.color ?? colorAt(style.thresholds, value, min, max);
  return color === undefined ? 'other' : toneOf(color);
}

interface NamedSeries {
  readonly name: string;
  readonly style: FieldStyle;
  readonly values: readonly (number | null)[];
  readonly answer: PanelAnswer;
  readonly times: readonly number[];
}

/** All series of all answers with their names; two of one name get a number. */
function namedSeries(panel: Panel, answers: readonly PanelAnswer[]): NamedSeries[] {
  const used = new Map<string, number>();
  return answers.flatMap((answer) => {
    const { target, legend, expression } = answer.planned;
    const found =
      answer.range?.series ??
      answer.instant?.rows.map(({ labels, value, millis }) => ({ labels, values: [value], times: [millis] })) ??
      [];
    const names = nameSeries(
      found.map(({ labels }) => labels),
      legend,
      expression,
    );
    return found.map(({ values, times }, place) => {
      const plain = names[place] ?? '';
      const style = styleOf(panel, { name: plain, refId: target.refId });
      const wished = style.displayName ?? plain;
      const count = (used.get(wished) ?? 0) + 1;
      used.set(wished, count);
      return { name: count === 1 ? wished : `${wished} ${count}`, style, values, times, answer };
    });
  });
}

/** One figure a series (or a value, where the panel shows all). */
export function panelFigures(panel: Panel, answers: readonly PanelAnswer[]): Figure[] {
  return namedSeries(panel, answers).map(({ name, style, values }) => {
    const value = reduceValues(panel.options.reducer, values);
    const least = style.min ?? 0;
    const text = `${panel.options.prefix}${writeStyled(style, Number.isNaN(value) ? null : value)}${panel.options.postfix}`;
    return {
      name,
      value,
      text,
      tone: toneUnder(style, value, least, style.max ?? Math.max(value, least + 1)),
      style,
      history: values,
    };
  });
}

export interface PanelLines extends Gridded {
  readonly lines: readonly (ChartLine & { readonly style: FieldStyle })[];
  /** Series that came, drawn or not. */
  readonly series: number;
}

/** A colour of the file, brought into the range that the theme's lines have. */
const quiet = (color: string): string =>
  `oklch(from ${color} var(--swatch-lightness) min(c, calc(var(--swatch-chroma) * 1.6)) h)`;

export function panelLines(panel: Panel, answers: readonly PanelAnswer[]): PanelLines {
  const all = namedSeries(panel, answers).filter(
    ({ style, answer }) => style.isHidden !== true && answer.range !== undefined,
  );
  const kept = all.slice(0, MAX_LINES);
  const grid = alignSeries(
    kept.map(({ values, times, answer }) => ({
      times,
      values: values.map((value) => value ?? Number.NaN),
      grid: answer.planned.plan,
    })),
  );
  const lines = kept.map(({ name, style }, place) => {
    const column = fillGaps(grid.columns[place] ?? [], style.nulls ?? 'null');
    const given = style.color === undefined ? undefined : cssColor(style.color);
    const look = kept.length === 1 ? { color: 'var(--accent)' } : lineLook(place);
    return {
      name,
      ...look,
      ...(given !== undefined && { color: quiet(given) }),
      values: style.isNegative === true ? column.map((value) => (typeof value === 'number' ? -value : value)) : column,
      style,
      width: style.lineWidth === undefined ? undefined : Math.max(0.5, style.lineWidth * 1.1),
      fill: (style.fillOpacity ?? 0) / 100,
      draw: style.draw,
      isStepped: style.isStepped,
      showPoints: style.showPoints === 'always',
      axis: style.axis === 'right' ? ('right' as const) : ('left' as const),
      formatValue: (value: number) => writeStyled(style, value),
    };
  });
  return { ...grid, lines, series: all.length };
}
