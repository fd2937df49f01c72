// The neighbours of a row: what its service (or everybody) wrote just before and after.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { LogsSearch } from '../state/address.ts';
import { readLogsAround } from '../state/api.ts';
import { useWords } from '../state/language.tsx';
import { useShortcut } from '../state/shortcuts.tsx';
import { formatNanos } from '../widgets/format.ts';
import { Icon } from '../widgets/icon.tsx';
import { Notice } from '../widgets/notice.tsx';
import { VirtualRows } from '../widgets/virtual-rows.tsx';
import classes from './log-list-head.module.css';
import { LogLine } from './log-line.tsx';

interface LogAroundProps {
  readonly id: string;
  readonly open: string | undefined;
  readonly isWrapped: boolean;
  readonly onChange: (patch: Partial<LogsSearch>, replace?: boolean) => void;
}

export function LogAround({ id, open, isWrapped, onChange }: LogAroundProps) {
  const words = useWords();
  const [of, setOf] = useState<'service' | 'all'>('service');
  const around = useQuery({ queryKey: ['around', id, of], queryFn: ({ signal }) => readLogsAround(id, of, signal) });
  const leave = (): void => onChange({ around: undefined });
  useShortcut('Escape', words.backToSearch, leave, open === undefined);
  // Newest first, as in every list of rows.
  const rows =
    around.data === undefined ? [] : [...around.data.before, around.data.row, ...around.data.after].toReversed();
  const middle = around.data?.after.length ?? -1;
  const openIndex = rows.findIndex((row) => row.id === open);
  const active = openIndex >= 0 ? openIndex : middle;
  const show = (index: number): void => onChange({ row: rows[index]?.id }, true);
  return (
    <>
      <div className={classes.head}>
        <button type="button" className="button" data-small onClick={leave}>
          <Icon name="left" size={12} /> {words.backToSearch}
        </button>
        <span>{words.aroundRow(around.data === undefined ? '…' : formatNanos(BigInt(around.data.row.time)))}</span>
        <span className={classes.space} />
        {(['service', 'all'] as const).map((choice) => (
          <button
            key={choice}
            type="button"
            className="button"
            data-small
            aria-pressed={of === choice}
            onClick={() => setOf(choice)}
          >
            {choice === 'service' ? words.sameService : words.allServices}
          </button>
        ))}
      </div>
      <div />
      {around.error === null ? (
        <VirtualRows
          label={words.logRows}
          count={rows.length}
          rowHeight={22}
          isWrapped={isWrapped}
          keyOf={(index) => rows[index]?.id ?? String(index)}
          active={active}
          onActive={show}
          onOpen={show}
        >
          {(index) => {
            const row = rows[index];
            return (
              row && <LogLine row={row} words={[]} hasDay={false} isWrapped={isWrapped} isThis={index === middle} />
            );
          }}
        </VirtualRows>
      ) : (
        <Notice tone="error">{around.error.message}</Notice>
      )}
    </>
  );
}
