// The "now" that every query of a page shares: it moves on refresh, not between two queries.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import type { SharedSearch } from './address.ts';
import { isRelative, readRange, resolveRange, type ResolvedRange, type TimeExpression } from './time-range.ts';

interface RangeClock {
  readonly expression: TimeExpression;
  readonly range: ResolvedRange;
  readonly refreshSeconds: number;
  readonly refresh: () => void;
  readonly setRange: (range: TimeExpression) => void;
  readonly setRefresh: (seconds: string | undefined) => void;
}

const ClockContext = createContext<RangeClock | undefined>(undefined);

export function RangeClockProvider({ children }: { readonly children: ReactNode }) {
  const { from, to, refresh: every } = useSearch({ strict: false }) as SharedSearch;
  const navigate = useNavigate();
  const [now, setNow] = useState(() => Date.now());
  const refresh = useCallback(() => setNow(Date.now()), []);
  const refreshSeconds = Number(every ?? 0);

  useEffect(() => {
    if (refreshSeconds === 0) return undefined;
    const timer = setInterval(() => {
      if (!document.hidden) setNow(Date.now());
    }, refreshSeconds * 1000);
    return () => clearInterval(timer);
  }, [refreshSeconds]);

  const clock = useMemo<RangeClock>(() => {
    const change = (patch: Partial<SharedSearch>): void => {
      setNow(Date.now());
      void navigate({ to: '.', search: (previous: object) => ({ ...previous, ...patch }) } as never);
    };
    const expression = readRange(from, to);
    return {
      expression,
      range: resolveRange(expression, now),
      refreshSeconds,
      refresh,
      setRange: (range) => change({ from: range.from, to: range.to }),
      setRefresh: (seconds) => change({ refresh: seconds }),
    };
  }, [from, to, now, refreshSeconds, refresh, navigate]);

  return <ClockContext value={clock}>{children}</ClockContext>;
}

export function useRangeClock(): RangeClock {
  const clock = use(ClockContext);
  if (clock === undefined) throw new Error('useRangeClock is used outside RangeClockProvider');
  return clock;
}

const IMPATIENT_MILLIS = 2000;

/** Looks again every two seconds while `isOn`: for a range that moves and holds nothing yet. */
export function useRefreshWhile(isOn: boolean): void {
  const { expression, refresh } = useRangeClock();
  const isNeeded = isOn && isRelative(expression);
  useEffect(() => {
    if (!isNeeded) return undefined;
    const timer = setInterval(refresh, IMPATIENT_MILLIS);
    return () => clearInterval(timer);
  }, [isNeeded, refresh]);
}
