// The answers at the end of the range as one table: the same labels are the same row.
import { useState } from 'react';
import { buildTable, type Cell, type TableFrame } from '../../../dashboards/table-frame.ts';
import { styleOf } from '../../../dashboards/style-of.ts';
import { useWords } from '../../state/language.tsx';
import { writeStyled } from '../../state/panel-series.ts';
import { usePanelAnswers } from '../../state/use-panel-answers.ts';
import { DataTable } from '../../widgets/data-table.tsx';
import { formatMoment } from '../../widgets/format.ts';
import { answerNotice } from './panel-answer-notice.tsx';
import type { PanelBodyProps } from './panel-body.ts';
import classes from './panel-bodies.module.css';

const MAX_ROWS = 1000;

export function TableBody({ panel, planned, isVisible }: PanelBodyProps) {
  const words = useWords();
  const [sort, setSort] = useState<string | undefined>();
  const found = usePanelAnswers(planned, 'instant', isVisible);
  const answers = found.answers.map(({ planned: { target }, instant }) => ({
    refId: target.refId,
    rows: instant?.rows ?? [],
  }));
  const table = buildTable(answers, panel.options.columns);
  const notice = answerNotice(found, table.rows.length === 0, words);
  if (notice !== undefined) return notice;
  const write = ({ name, kind, refId }: TableFrame['columns'][number], cell: Cell): string => {
    if (cell === undefined) return '';
    if (kind === 'time') return formatMoment(Number(cell));
    return kind === 'label' ? String(cell) : writeStyled(styleOf(panel, { name, refId }), Number(cell));
  };
  const styled = table.columns.map((column, place) => ({
    column,
    place,
    style: styleOf(panel, { name: column.name, refId: column.refId }),
  }));
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable by the keyboard
    <div className={`${classes.table} scroll`} tabIndex={0} role="region" aria-label={panel.title}>
      <DataTable
        label={panel.title}
        rows={table.rows.slice(0, MAX_ROWS).map((cells, place) => ({ cells, place }))}
        keyOf={({ place }) => String(place)}
        sort={sort}
        onSort={setSort}
        columns={styled
          .filter(({ style }) => style.isHidden !== true)
          .map(({ column, place, style }) => ({
            id: column.name,
            head: column.kind === 'time' ? words.time : (style.displayName ?? column.shown),
            ...(column.kind === 'value' && { isNumber: true }),
            value: ({ cells }: { cells: readonly Cell[] }) => cells[place] ?? '',
            cell: ({ cells }: { cells: readonly Cell[] }) => write(column, cells[place]),
          }))}
      />
    </div>
  );
}
