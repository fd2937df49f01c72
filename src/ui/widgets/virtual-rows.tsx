// A list of any length of which only the rows in sight exist. One row is active; arrows, Home, End and Page keys move it.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import classes from './virtual-rows.module.css';

const OVERSCAN = 12;
const NEAR_END = 100;

interface VirtualRowsProps {
  readonly label: string;
  readonly count: number;
  readonly rowHeight: number;
  /** Rows take the height that they need (wrapped text). */
  readonly isWrapped?: boolean;
  readonly keyOf: (index: number) => string;
  readonly active: number;
  readonly onActive: (index: number) => void;
  /** A click, or Enter on the active row. */
  readonly onOpen: (index: number) => void;
  readonly children: (index: number) => ReactNode;
  /** Called when the rows in sight come near the last one. */
  readonly onNearEnd?: () => void;
  /** Called when the list leaves its top, and when it is back there. */
  readonly onLeaveTop?: (isAway: boolean) => void;
  /** Rows that are put in front stay in sight. */
  readonly isAtTop?: boolean;
}

export function VirtualRows(props: VirtualRowsProps) {
  const {
    count,
    rowHeight,
    isWrapped = false,
    keyOf,
    active,
    onActive,
    onOpen,
    onNearEnd,
    onLeaveTop,
    isAtTop = false,
  } = props;
  const view = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count,
    getScrollElement: () => view.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    getItemKey: keyOf,
  });
  const items = rows.getVirtualItems();
  const lastIndex = items.at(-1)?.index ?? -1;

  useEffect(() => {
    if (count > 0 && lastIndex >= count - NEAR_END) onNearEnd?.();
  }, [lastIndex, count, onNearEnd]);

  useEffect(() => {
    if (active >= 0 && active < count) rows.scrollToIndex(active, { align: 'auto' });
    // Only a move of the active row may scroll, not the arrival of rows.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [active]);

  useEffect(() => {
    if (isAtTop) rows.scrollToOffset(0);
  }, [rows, isAtTop, count]);

  useEffect(() => rows.measure(), [rows, isWrapped, rowHeight]);

  const move = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && active >= 0) {
      event.preventDefault();
      onOpen(active);
      return;
    }
    const page = Math.max(1, Math.floor((view.current?.clientHeight ?? 0) / rowHeight) - 1);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -count,
      End: count,
    };
    const step = steps[event.key];
    if (step === undefined || count === 0) return;
    event.preventDefault();
    onActive(Math.min(count - 1, Math.max(0, active + step)));
  };

  return (
    <div
      ref={view}
      className={classes.view}
      role="listbox"
      aria-label={props.label}
      aria-activedescendant={active >= 0 ? `row-${active}` : undefined}
      tabIndex={0}
      onKeyDown={move}
      onScroll={() => onLeaveTop?.((view.current?.scrollTop ?? 0) > rowHeight)}
    >
      <div className={classes.space} style={{ height: rows.getTotalSize() }} role="presentation">
        {items.map((item) => (
          // The list takes the keys; a row only the pointer.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
          <div
            key={item.key}
            id={`row-${item.index}`}
            data-index={item.index}
            ref={isWrapped ? rows.measureElement : undefined}
            role="option"
            tabIndex={-1}
            aria-selected={item.index === active}
            aria-posinset={item.index + 1}
            aria-setsize={count}
            className={classes.row}
            style={{ transform: `translateY(${item.start}px)`, ...(isWrapped ? {} : { height: rowHeight }) }}
            onClick={() => {
              onActive(item.index);
              onOpen(item.index);
            }}
          >
            {props.children(item.index)}
          </div>
        ))}
      </div>
    </div>
  );
}
