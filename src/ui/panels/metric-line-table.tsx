// The numbers of a chart's lines: its legend, and its twin for those who do not see it.
import { useState } from 'react';
import { useWords } from '../state/language.tsx';
import type { MetricLine } from '../state/metric-lines.ts';
import { DataTable } from '../widgets/data-table.tsx';
import { formatCount, formatShort } from '../widgets/format.ts';
import classes from './metric-view.module.css';

interface Line extends MetricLine {
  readonly color: string;
  readonly dash?: readonly number[] | undefined;
}

interface MetricLineTableProps {
  readonly lines: readonly Line[];
  readonly suffix: string;
  readonly cursor: number | undefined;
  readonly marked: string | undefined;
  readonly onMark: (name: string | undefined) => void;
}

interface Figures {
  readonly last: number;
  readonly least: number;
  readonly most: number;
  readonly mean: number;
}

function figuresOf(line: Line): Figures {
  const values = line.values.filter((value) => value !== null);
  const sum = values.reduce((total, value) => total + value, 0);
  return {
    last: values.at(-1) ?? Number.NaN,
    least: Math.min(...values),
    most: Math.max(...values),
    mean: sum / values.length,
  };
}

export function MetricLineTable({ lines, suffix, cursor, marked, onMark }: MetricLineTableProps) {
  const words = useWords();
  const [sort, setSort] = useState<string | undefined>();
  const figures = new Map(lines.map((line) => [line, figuresOf(line)]));
  const number = (id: keyof Figures, head: string) => ({
    id,
    head,
    isNumber: true,
    value: (line: Line) => figures.get(line)?.[id] ?? 0,
    cell: (line: Line) => {
      const value = figures.get(line)?.[id] ?? Number.NaN;
      return Number.isFinite(value) ? formatShort(value) : '–';
    },
  });
  return (
    <DataTable
      label={words.lines}
      rows={lines}
      keyOf={(line) => line.name}
      sort={sort}
      onSort={setSort}
      columns={[
        {
          id: 'name',
          head: suffix === '' ? words.series : `${words.series} (${suffix.trim()})`,
          value: (line) => line.name,
          cell: (line) => (
            <button
              type="button"
              className={classes.name}
              aria-pressed={line.name === marked}
              onClick={() => onMark(line.name === marked ? undefined : line.name)}
            >
              <svg width="18" height="4" aria-hidden>
                <line
                  x1="0"
                  x2="18"
                  y1="2"
                  y2="2"
                  strokeWidth="2"
                  style={{ stroke: line.color }}
                  strokeDasharray={line.dash?.join(' ')}
                />
              </svg>
              {line.name}
            </button>
          ),
        },
        {
          id: 'at',
          head: words.atCursor,
          isNumber: true,
          cell: (line) => {
            const value = cursor === undefined ? null : line.values[cursor];
            return value === null || value === undefined ? '' : formatShort(value);
          },
        },
        number('last', words.lastValue),
        number('least', words.least),
        number('mean', words.mean),
        number('most', words.most),
        { id: 'count', head: words.seriesCount, isNumber: true, cell: (line) => formatCount(line.series) },
      ]}
    />
  );
}
