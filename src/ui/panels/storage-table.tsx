// Bytes on disk by table, what a row costs, the spool, and how long each signal is kept.
import type { StorageResponse } from '../../api/storage.ts';
import { useWords } from '../state/language.tsx';
import { DataTable } from '../widgets/data-table.tsx';
import { FieldTable } from '../widgets/field-table.tsx';
import { formatBytes, formatShort } from '../widgets/format.ts';

const DAY_SECONDS = 86_400;

export function StorageTable({ storage }: { readonly storage: StorageResponse }) {
  const words = useWords();
  const days = (seconds: number): string => words.days(String(Math.round((seconds / DAY_SECONDS) * 10) / 10));
  const oldest = (table: string): string =>
    storage.partitions
      .filter((partition) => partition.table === table)
      .map((partition) => partition.day)
      .toSorted()[0] ?? '–';
  const size = (id: 'bytes' | 'columnBytes' | 'textIndexBytes' | 'rawBytes', head: string) => ({
    id,
    head,
    isNumber: true,
    cell: (table: StorageResponse['tables'][number]) =>
      table[id] === 0 ? <span className="faint">–</span> : formatBytes(table[id]),
  });
  return (
    <>
      <DataTable
        label={words.storage}
        rows={storage.tables.toSorted((one, other) => other.bytes - one.bytes)}
        keyOf={(table) => table.table}
        columns={[
          { id: 'table', head: words.table, cell: (table) => <span className="mono">{table.table}</span> },
          { id: 'rows', head: words.rows, isNumber: true, cell: (table) => formatShort(table.rows) },
          size('bytes', words.onDisk),
          size('columnBytes', words.columns),
          size('textIndexBytes', words.textIndex),
          size('rawBytes', words.raw),
          {
            id: 'row',
            head: words.bytesARow,
            isNumber: true,
            cell: (table) => (table.rows === 0 ? '–' : (table.bytes / table.rows).toFixed(1)),
          },
          { id: 'oldest', head: words.oldestDay, isNumber: true, cell: (table) => oldest(table.table) },
        ]}
      />
      <FieldTable
        label={words.storage}
        entries={[
          {
            name: words.spool,
            value: words.spoolUse(
              formatBytes(storage.spool.bytes),
              formatBytes(storage.spool.budgetBytes),
              String(storage.spool.segments),
            ),
          },
          {
            name: words.disk,
            value: `${storage.disk.path} – ${words.diskUse(formatBytes(storage.disk.freeBytes), formatBytes(storage.disk.totalBytes))}`,
          },
          {
            name: words.retention,
            value: `${words.logs} ${days(storage.retention.logs)}, ${words.traces} ${days(storage.retention.traces)}, ${words.metrics} ${days(storage.retention.metrics)}`,
          },
        ]}
      />
    </>
  );
}
