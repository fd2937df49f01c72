// Live tail: rows as they come in, newest first. While it is held (the reader has scrolled away) they wait; what does not fit is counted.
import { useEffect, useRef, useState } from 'react';
import type { LogRow, LogTailRows, LogTailSkipped } from '../../api/logs.ts';
import { API } from './api.ts';
import type { QuerySelection } from './query-text.ts';

const MAX_ROWS = 5000;
const SHOW_EVERY_MILLIS = 250;

export interface LiveTail {
  readonly rows: readonly LogRow[];
  /** Rows that came while it is held. */
  readonly waiting: number;
  /** Rows that were left out, by the server because we were slow or by us because too many waited. */
  readonly skipped: number;
  readonly isConnected: boolean;
}

const still: LiveTail = { rows: [], waiting: 0, skipped: 0, isConnected: false };

function tailUrl(selection: QuerySelection): string {
  const query = new URLSearchParams();
  for (const service of selection.service ?? []) query.append('service', service);
  for (const level of selection.level ?? []) query.append('level', level);
  if (selection.text !== undefined) query.set('text', selection.text);
  if (selection.traceId !== undefined) query.set('traceId', selection.traceId);
  if (selection.filters.length > 0) query.set('filters', JSON.stringify(selection.filters));
  return `${API}/logs/tail?${query}`;
}

/** Follows `selection` while it is given; `isHeld` keeps what is on screen in its place. */
export function useLiveTail(selection: QuerySelection | undefined, isHeld: boolean): LiveTail {
  const [{ of, ...tail }, setTail] = useState<LiveTail & { of: string | undefined }>({ ...still, of: undefined });
  const held = useRef(isHeld);
  useEffect(() => {
    held.current = isHeld;
  }, [isHeld]);
  const url = selection === undefined ? undefined : tailUrl(selection);

  useEffect(() => {
    if (url === undefined) return undefined;
    let waiting: LogRow[] = [];
    let skipped = 0;
    let isConnected = false;
    let isDirty = false;
    const source = new EventSource(url);
    source.addEventListener('open', () => {
      isConnected = isDirty = true;
    });
    source.addEventListener('error', () => {
      isConnected = false;
      isDirty = true;
    });
    source.addEventListener('rows', (event: MessageEvent<string>) => {
      const { rows } = JSON.parse(event.data) as LogTailRows;
      waiting.push(...rows);
      if (waiting.length > MAX_ROWS) {
        skipped += waiting.length - MAX_ROWS;
        waiting = waiting.slice(-MAX_ROWS);
      }
      isDirty = true;
    });
    source.addEventListener('skipped', (event: MessageEvent<string>) => {
      skipped += (JSON.parse(event.data) as LogTailSkipped).count;
      isDirty = true;
    });
    const timer = setInterval(() => {
      if (!isDirty && (held.current || waiting.length === 0)) return;
      isDirty = false;
      if (held.current) {
        const count = waiting.length;
        setTail((shown) => ({
          rows: shown.of === url ? shown.rows : [],
          waiting: count,
          skipped,
          isConnected,
          of: url,
        }));
        return;
      }
      const fresh = waiting.toReversed();
      waiting = [];
      setTail((shown) => ({
        rows: [...fresh, ...(shown.of === url ? shown.rows : [])].slice(0, MAX_ROWS),
        waiting: 0,
        skipped,
        isConnected,
        of: url,
      }));
    }, SHOW_EVERY_MILLIS);
    return () => {
      source.close();
      clearInterval(timer);
    };
  }, [url]);
  // What another selection has left behind is not shown.
  return of === url ? tail : still;
}
