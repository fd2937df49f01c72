// The loss ledger: one line a source, one column for every end that a row can have.
import type { Source } from '../../api/sources.ts';
import { useWords } from '../state/language.tsx';
import { differenceOf, ledgerFates } from '../state/ledger.ts';
import { DataTable, type Column } from '../widgets/data-table.tsx';
import { formatClock, formatCount, formatShort } from '../widgets/format.ts';

interface LedgerTableProps {
  readonly sources: readonly Source[];
  readonly sort: string | undefined;
  readonly onSort: (sort: string) => void;
}

const millisOf = (nanos: string | undefined): number => (nanos === undefined ? 0 : Number(BigInt(nanos) / 1_000_000n));

export function LedgerTable({ sources, sort, onSort }: LedgerTableProps) {
  const words = useWords();
  const columns: Column<Source>[] = [
    {
      id: 'source',
      head: words.source,
      value: (source) => source.source,
      cell: (source) => <span className="mono">{source.source}</span>,
    },
    {
      id: 'rate',
      head: words.rowsASecond,
      isNumber: true,
      value: (source) => source.rowsPerSecond,
      cell: (source) => (
        <span className={source.rowsPerSecond === 0 ? 'faint' : ''}>{formatShort(source.rowsPerSecond)}</span>
      ),
    },
    {
      id: 'seen',
      head: words.lastSeen,
      isNumber: true,
      value: (source) => millisOf(source.lastSeen),
      cell: (source) => (source.lastSeen === undefined ? '–' : formatClock(millisOf(source.lastSeen)).slice(0, 8)),
    },
    {
      id: 'received',
      head: words.received,
      isNumber: true,
      value: (source) => source.ledger.received,
      cell: (source) => formatCount(source.ledger.received),
    },
    ...ledgerFates.map((fate): Column<Source> => ({
      id: fate.name,
      head: words.fates[fate.name],
      isNumber: true,
      value: (source) => source.ledger[fate.name],
      cell: (source) => {
        const count = source.ledger[fate.name];
        if (count === 0) return <span className="faint">–</span>;
        return <span className={fate.isLoss ? 'caution' : ''}>{formatCount(count)}</span>;
      },
    })),
    {
      id: 'difference',
      head: words.books,
      isNumber: true,
      value: (source) => Math.abs(differenceOf(source.ledger)),
      cell: (source) => {
        const difference = differenceOf(source.ledger);
        return difference === 0 ? (
          <span className="faint">=</span>
        ) : (
          <b className="wrong">≠ {words.missing(formatCount(difference))}</b>
        );
      },
    },
    {
      id: 'clamped',
      head: words.fromFuture,
      isNumber: true,
      value: (source) => source.ledger.clamped,
      cell: (source) =>
        source.ledger.clamped === 0 ? <span className="faint">–</span> : formatCount(source.ledger.clamped),
    },
  ];
  return (
    <DataTable
      label={words.whatSends}
      rows={sources}
      keyOf={(source) => source.source}
      columns={columns}
      sort={sort ?? '-received'}
      onSort={onSort}
      isWrong={(source) => differenceOf(source.ledger) !== 0}
    />
  );
}
