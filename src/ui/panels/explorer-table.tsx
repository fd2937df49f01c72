// The answers at the end of the range, one table a query.
import { useState } from 'react';
import { useWords } from '../state/language.tsx';
import type { InstantAnswer, InstantRow } from '../state/prometheus.ts';
import { DataTable } from '../widgets/data-table.tsx';
import { formatCount, formatMoment } from '../widgets/format.ts';
import { Notice } from '../widgets/notice.tsx';
import classes from './explorer.module.css';

const MAX_ROWS = 1000;

/** Every label that some row has, the metric's name first. */
function labelsOf(rows: readonly InstantRow[]): string[] {
  const names = new Set(rows.flatMap(({ labels }) => Object.keys(labels)));
  const hasName = names.delete('__name__');
  return [...(hasName ? ['__name__'] : []), ...[...names].toSorted()];
}

function AnswerTable({ text, rows }: { readonly text: string; readonly rows: readonly InstantRow[] }) {
  const words = useWords();
  const [sort, setSort] = useState<string | undefined>();
  const shown = rows.slice(0, MAX_ROWS).map((row, place) => ({ ...row, place }));
  return (
    <DataTable
      label={text}
      rows={shown}
      keyOf={({ place }) => String(place)}
      sort={sort}
      onSort={setSort}
      columns={[
        ...labelsOf(rows).map((name) => ({
          id: `label ${name}`,
          head: name === '__name__' ? words.metric : name,
          value: ({ labels }: InstantRow) => labels[name] ?? '',
          cell: ({ labels }: InstantRow) => <span className="mono">{labels[name] ?? ''}</span>,
        })),
        {
          id: 'value',
          head: words.value,
          isNumber: true,
          value: ({ value }: InstantRow) => value,
          cell: ({ value }: InstantRow) => String(value),
        },
      ]}
    />
  );
}

interface ExplorerTableProps {
  readonly answers: readonly {
    readonly letter: string;
    readonly text: string;
    readonly answer: InstantAnswer | undefined;
  }[];
  readonly isPending: boolean;
}

export function ExplorerTable({ answers, isPending }: ExplorerTableProps) {
  const words = useWords();
  if (isPending && answers.every(({ answer }) => answer === undefined)) return <Notice>{words.loading}</Notice>;
  return answers.map(({ letter, text, answer }) => {
    if (answer === undefined) return undefined;
    const [first] = answer.rows;
    return (
      <section key={letter} className={classes.table}>
        <h2>
          {answers.length > 1 && `${letter} `}
          {text}
        </h2>
        {answer.rows.length === 0 ? (
          <Notice>{words.emptyAnswer}</Notice>
        ) : (
          <div className="scroll">
            <AnswerTable text={text} rows={answer.rows} />
          </div>
        )}
        <div className={classes.summary}>
          <span className="faint">{words.seriesFound(formatCount(answer.rows.length))}</span>
          {first !== undefined && <span className="faint">{words.atTime(formatMoment(first.millis))}</span>}
          {answer.rows.length > MAX_ROWS && <span className="caution">{words.tooManyRows(formatCount(MAX_ROWS))}</span>}
        </div>
      </section>
    );
  });
}
