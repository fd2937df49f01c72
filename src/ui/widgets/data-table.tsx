// A plain table that can be sorted by its heads.
import type { ReactNode } from 'react';
import classes from './data-table.module.css';

export interface Column<T> {
  readonly id: string;
  readonly head: string;
  readonly cell: (row: T) => ReactNode;
  /** Makes the column sortable; numbers and strings compare as such. */
  readonly value?: (row: T) => number | string;
  readonly isNumber?: boolean;
}

interface DataTableProps<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  /** "column" or "-column" (descending). */
  readonly sort?: string | undefined;
  readonly onSort?: (sort: string) => void;
  readonly isWrong?: (row: T) => boolean;
  readonly onOpen?: (row: T) => void;
}

function sortRows<T>(rows: readonly T[], columns: readonly Column<T>[], sort: string | undefined): readonly T[] {
  const isDown = sort?.startsWith('-') === true;
  const value = columns.find((column) => column.id === (isDown ? sort?.slice(1) : sort))?.value;
  if (value === undefined) return rows;
  const sign = isDown ? -1 : 1;
  return rows.toSorted((one, other) => {
    const [a, b] = [value(one), value(other)];
    if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
    return sign * String(a).localeCompare(String(b));
  });
}

export function DataTable<T>(props: DataTableProps<T>) {
  const { columns, sort, onSort } = props;
  const rows = sortRows(props.rows, columns, sort);
  return (
    <table className={classes.table} aria-label={props.label}>
      <thead>
        <tr>
          {columns.map((column) => {
            const order = sort === column.id ? 'ascending' : sort === `-${column.id}` ? 'descending' : undefined;
            const next = order === 'descending' ? column.id : `-${column.id}`;
            return (
              <th key={column.id} scope="col" data-number={column.isNumber} aria-sort={order}>
                {column.value === undefined || onSort === undefined ? (
                  <span>{column.head}</span>
                ) : (
                  <button type="button" className={classes.sort} onClick={() => onSort(next)}>
                    {column.head}
                    {order === 'ascending' ? ' ↑' : order === 'descending' ? ' ↓' : ''}
                  </button>
                )}
              </th>
            );
          })}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          // Where a row opens something, its first cell holds the link for the keyboard.
          <tr
            key={props.keyOf(row)}
            data-wrong={props.isWrong?.(row) === true ? '' : undefined}
            data-clickable={props.onOpen === undefined ? undefined : ''}
            onClick={props.onOpen === undefined ? undefined : () => props.onOpen?.(row)}
          >
            {columns.map((column) => (
              <td key={column.id} data-number={column.isNumber}>
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
