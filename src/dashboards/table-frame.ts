// Answers of one or several queries as the rows of one table: the same labels are the same row, each query has a column of its own.
import type { ColumnChanges } from './dashboard.ts';
import type { SeriesLabels } from './legend.ts';

export interface TableAnswer {
  readonly refId: string;
  readonly rows: readonly { readonly labels: SeriesLabels; readonly value: number; readonly millis: number }[];
}

export type Cell = string | number | undefined;

export interface TableFrame {
  readonly columns: readonly {
    readonly name: string;
    readonly shown: string;
    readonly kind: 'label' | 'time' | 'value';
    readonly refId: string;
  }[];
  readonly rows: readonly (readonly Cell[])[];
}

type Column = TableFrame['columns'][number];

const keyOf = (labels: SeriesLabels): string => {
  const { __name__: _, ...others } = labels;
  return JSON.stringify(Object.entries(others).toSorted(([one], [other]) => (one < other ? -1 : 1)));
};

function columnsOf(answers: readonly TableAnswer[]): Column[] {
  const labels = [...new Set(answers.flatMap(({ rows }) => rows.flatMap((row) => Object.keys(row.labels))))].toSorted();
  // The metric's name tells rows apart only when there is one query.
  const kept = answers.length > 1 ? labels.filter((label) => label !== '__name__') : labels;
  return [
    { name: 'Time', shown: 'Time', kind: 'time', refId: '' },
    ...kept.map((name): Column => ({ name, shown: name === '__name__' ? 'Metric' : name, kind: 'label', refId: '' })),
    ...answers.map(({ refId }): Column => {
      const name = answers.length > 1 ? `Value #${refId}` : 'Value';
      return { name, shown: name, kind: 'value', refId };
    }),
  ];
}

/** The table, its columns renamed, left out and ordered as `changes` say. */
export function buildTable(answers: readonly TableAnswer[], changes: ColumnChanges): TableFrame {
  const all = columnsOf(answers);
  const rows = new Map<string, Map<string, Cell>>();
  for (const { refId, rows: found } of answers) {
    for (const { labels, value, millis } of found) {
      const key = answers.length > 1 ? keyOf(labels) : `${rows.size}`;
      const row = rows.get(key) ?? new Map<string, Cell>([['Time', millis], ...Object.entries(labels)]);
      row.set(answers.length > 1 ? `Value #${refId}` : 'Value', value);
      rows.set(key, row);
    }
  }
  const placeOf = (name: string): number => {
    const place = changes.order.indexOf(name);
    return place === -1 ? changes.order.length + all.findIndex((column) => column.name === name) : place;
  };
  const columns = all
    .filter(({ name }) => !changes.hidden.includes(name))
    .toSorted((one, other) => placeOf(one.name) - placeOf(other.name))
    .map((column) => ({ ...column, shown: changes.renamed[column.name] ?? column.shown }));
  return { columns, rows: [...rows.values()].map((row) => columns.map(({ name }) => row.get(name))) };
}
