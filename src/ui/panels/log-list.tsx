// The rows of a search, of any number.
import { useMediaQuery } from '@mantine/hooks';
import { useState, type CSSProperties } from 'react';
import type { LogRow } from '../../api/logs.ts';
import { useWords } from '../state/language.tsx';
import { useShortcut } from '../state/shortcuts.tsx';
import { Notice } from '../widgets/notice.tsx';
import { VirtualRows } from '../widgets/virtual-rows.tsx';
import { LogLine } from './log-line.tsx';

const ROW_HEIGHT = 22;
const NARROW_ROW_HEIGHT = 45;
const DAY_MILLIS = 86_400_000;

interface LogListProps {
  readonly rows: readonly LogRow[];
  readonly rangeMillis: number;
  readonly words: readonly string[];
  readonly open: string | undefined;
  readonly isWrapped: boolean;
  readonly isPending: boolean;
  readonly error: Error | null;
  /** Keeps the newest row in sight (live tail). */
  readonly isAtTop: boolean;
  readonly onOpen: (id: string) => void;
  readonly onNearEnd: () => void;
  readonly onLeaveTop: (isAway: boolean) => void;
}

export function LogList(props: LogListProps) {
  const words = useWords();
  const { rows, open, onOpen } = props;
  const isNarrow = useMediaQuery('(max-width: 760px)', false, { getInitialValueInEffect: false });
  const openIndex = open === undefined ? -1 : rows.findIndex((row) => row.id === open);
  const [active, setActive] = useState(openIndex);
  const [shownIndex, setShownIndex] = useState(openIndex);
  if (shownIndex !== openIndex) {
    setShownIndex(openIndex);
    if (openIndex >= 0) setActive(openIndex);
  }
  const step = (by: number): void => {
    const next = Math.min(rows.length - 1, Math.max(0, active + by));
    setActive(next);
    const row = rows[next];
    if (open !== undefined && row !== undefined) onOpen(row.id);
  };
  const openActive = (index: number): void => {
    const row = rows[index];
    if (row !== undefined) onOpen(row.id);
  };
  useShortcut('j', words.nextRow, () => step(1));
  useShortcut('k', words.previousRow, () => step(-1));
  useShortcut('Enter', words.openRow, () => openActive(active), active >= 0);

  if (props.error !== null) return <Notice tone="error">{props.error.message}</Notice>;
  if (rows.length === 0) return <Notice>{props.isPending ? words.loading : words.nothingFound}</Notice>;
  const hasDay = props.rangeMillis > DAY_MILLIS;
  return (
    <div style={{ minHeight: 0, height: '100%', '--time-width': hasDay ? '136px' : '92px' } as CSSProperties}>
      <VirtualRows
        label={words.logRows}
        count={rows.length}
        rowHeight={isNarrow ? NARROW_ROW_HEIGHT : ROW_HEIGHT}
        isWrapped={props.isWrapped}
        keyOf={(index) => rows[index]?.id ?? String(index)}
        active={active}
        onActive={setActive}
        onOpen={openActive}
        onNearEnd={props.onNearEnd}
        onLeaveTop={props.onLeaveTop}
        isAtTop={props.isAtTop}
      >
        {(index) => {
          const row = rows[index];
          return row && <LogLine row={row} words={props.words} hasDay={hasDay} isWrapped={props.isWrapped} />;
        }}
      </VirtualRows>
    </div>
  );
}
