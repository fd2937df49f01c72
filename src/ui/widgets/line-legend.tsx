// The names of a chart's lines: a list, or a table with numbers. The swatch switches a line off and on, the name shows it alone.
import { useState } from 'react';
import { DataTable } from './data-table.tsx';
import classes from './line-legend.module.css';

export interface LegendEntry {
  readonly name: string;
  readonly color: string;
  readonly dash?: readonly number[] | undefined;
  readonly isHidden: boolean;
  /** One a column, as it is written and as it is sorted. */
  readonly figures: readonly { readonly text: string; readonly value: number }[];
}

interface LineLegendProps {
  readonly label: string;
  readonly nameHead: string;
  readonly entries: readonly LegendEntry[];
  readonly heads: readonly string[];
  readonly toggleLabel: (name: string) => string;
  readonly aloneLabel: (name: string) => string;
  readonly onToggle: (name: string) => void;
  readonly onAlone: (name: string) => void;
  readonly onMark: (name: string | undefined) => void;
}

function Name({ entry, props }: { readonly entry: LegendEntry; readonly props: LineLegendProps }) {
  const mark = (name: string | undefined) => (): void => props.onMark(name);
  return (
    <span
      className={classes.entry}
      data-hidden={entry.isHidden ? '' : undefined}
      onPointerEnter={mark(entry.name)}
      onPointerLeave={mark(undefined)}
    >
      <button
        type="button"
        className={classes.swatch}
        aria-pressed={!entry.isHidden}
        aria-label={props.toggleLabel(entry.name)}
        title={props.toggleLabel(entry.name)}
        onClick={() => props.onToggle(entry.name)}
      >
        <svg width="16" height="10" aria-hidden>
          <line
            x1="0"
            x2="16"
            y1="5"
            y2="5"
            strokeWidth="2.5"
            style={{ stroke: entry.color }}
            strokeDasharray={entry.dash?.join(' ')}
          />
        </svg>
      </button>
      <button
        type="button"
        className={classes.name}
        title={props.aloneLabel(entry.name)}
        onClick={() => props.onAlone(entry.name)}
      >
        {entry.name}
      </button>
    </span>
  );
}

export function LineLegend(props: LineLegendProps) {
  const [sort, setSort] = useState<string | undefined>();
  if (props.heads.length === 0)
    return (
      <ul className={classes.list} aria-label={props.label}>
        {props.entries.map((entry) => (
          <li key={entry.name}>
            <Name entry={entry} props={props} />
          </li>
        ))}
      </ul>
    );
  return (
    <DataTable
      label={props.label}
      rows={props.entries}
      keyOf={(entry) => entry.name}
      sort={sort}
      onSort={setSort}
      columns={[
        {
          id: 'name',
          head: props.nameHead,
          value: (entry) => entry.name,
          cell: (entry) => <Name entry={entry} props={props} />,
        },
        ...props.heads.map((head, place) => ({
          id: head,
          head,
          isNumber: true,
          value: (entry: LegendEntry) => entry.figures[place]?.value ?? Number.NEGATIVE_INFINITY,
          cell: (entry: LegendEntry) => entry.figures[place]?.text ?? '',
        })),
      ]}
    />
  );
}
