// The vital signs: how much comes in, whether the books balance, what was lost, how full it is.
import type { Source } from '../../api/sources.ts';
import type { StatusResponse } from '../../api/status.ts';
import type { StorageResponse } from '../../api/storage.ts';
import { useWords } from '../state/language.tsx';
import { addLedgers, differenceOf, lostOf } from '../state/ledger.ts';
import { formatBytes, formatCount, formatShort } from '../widgets/format.ts';
import classes from './ledger-figures.module.css';
import page from '../pages/sources-page.module.css';

interface Figure {
  readonly label: string;
  readonly value: string;
  readonly tone?: 'wrong' | 'caution' | 'good';
}

interface LedgerFiguresProps {
  readonly sources: readonly Source[];
  readonly storage: StorageResponse | undefined;
  readonly status: StatusResponse | undefined;
}

export function LedgerFigures({ sources, storage, status }: LedgerFiguresProps) {
  const words = useWords();
  const total = addLedgers(sources);
  const difference = differenceOf(total);
  const lost = lostOf(total);
  const rate = sources.reduce((sum, source) => sum + source.rowsPerSecond, 0);
  const figures: Figure[] = [
    { label: words.rowsASecond, value: formatShort(rate) },
    { label: words.received, value: formatShort(total.received) },
    { label: words.stored, value: formatShort(total.stored) },
    { label: words.inSpool, value: formatShort(total.inSpool) },
    { label: words.notKept, value: formatShort(lost), ...(lost > 0 && { tone: 'caution' as const }) },
    difference === 0
      ? { label: words.books, value: words.balanced, tone: 'good' }
      : { label: words.books, value: words.missing(formatCount(difference)), tone: 'wrong' },
  ];
  if (storage !== undefined) {
    const bytes = storage.tables.reduce((sum, table) => sum + table.bytes, 0);
    const free = storage.disk.freeBytes / Math.max(1, storage.disk.totalBytes);
    figures.push({ label: words.onDisk, value: formatBytes(bytes) });
    figures.push({
      label: words.diskFree,
      value: `${Math.round(free * 100)} %`,
      ...(free < 0.1 && { tone: free < 0.03 ? ('wrong' as const) : ('caution' as const) }),
    });
  }
  if (status !== undefined) {
    const isUp = status.store.state === 'up';
    figures.push({
      label: words.store,
      value: words.storeStates[status.store.state],
      ...(isUp ? {} : { tone: status.store.state === 'down' ? ('wrong' as const) : ('caution' as const) }),
    });
  }
  return (
    <div className={page.figures}>
      {figures.map((figure) => (
        <div key={figure.label} className={classes.figure} data-tone={figure.tone}>
          <span className="label">{figure.label}</span>
          <span className={classes.value}>{figure.value}</span>
        </div>
      ))}
    </div>
  );
}
