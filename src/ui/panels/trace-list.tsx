// Traces, one a line.
import { useMediaQuery } from '@mantine/hooks';
import type { TraceSummary } from '../../api/traces.ts';
import { useWords } from '../state/language.tsx';
import { useShortcut } from '../state/shortcuts.tsx';
import { formatClock, formatCount, formatDuration } from '../widgets/format.ts';
import { Notice } from '../widgets/notice.tsx';
import { Swatch } from '../widgets/swatch.tsx';
import { VirtualRows } from '../widgets/virtual-rows.tsx';
import classes from './trace-list.module.css';

interface TraceListProps {
  readonly traces: readonly TraceSummary[];
  readonly isPending: boolean;
  readonly active: number;
  readonly onActive: (index: number) => void;
  readonly onOpen: (traceId: string) => void;
}

function TraceLine({ trace, longest }: { readonly trace: TraceSummary; readonly longest: number }) {
  const words = useWords();
  const duration = Number(trace.duration);
  return (
    <div className={classes.line} data-wrong={trace.errors > 0 ? '' : undefined}>
      <span className={classes.time}>{formatClock(Number(BigInt(trace.start) / 1_000_000n))}</span>
      <span className={classes.name}>
        <Swatch name={trace.rootService} />
        <span>
          {trace.rootOperation}
          {trace.rootMissing && <span className="caution"> {words.rootMissing}</span>}
        </span>
      </span>
      <span className={classes.duration}>
        <span className="number">{formatDuration(duration)}</span>
        <i style={{ width: `${Math.max(1, (duration / longest) * 100)}%` }} aria-hidden />
      </span>
      <span className={`${classes.count} number dim`}>{words.spanCount(formatCount(trace.spans))}</span>
      <span className={trace.errors > 0 ? 'wrong' : 'faint'}>
        {trace.errors > 0 ? `✕ ${words.errorCount(formatCount(trace.errors))}` : ''}
      </span>
      <span className={classes.services}>
        {trace.services.map((entry) => (
          <Swatch key={entry.service} name={entry.service} />
        ))}
      </span>
    </div>
  );
}

export function TraceList({ traces, isPending, active, onActive, onOpen }: TraceListProps) {
  const words = useWords();
  const isNarrow = useMediaQuery('(max-width: 760px)', false, { getInitialValueInEffect: false });
  const step = (by: number): void => onActive(Math.min(traces.length - 1, Math.max(0, active + by)));
  const open = (index: number): void => {
    const trace = traces[index];
    if (trace !== undefined) onOpen(trace.traceId);
  };
  useShortcut('j', words.nextRow, () => step(1));
  useShortcut('k', words.previousRow, () => step(-1));
  useShortcut('Enter', words.openRow, () => open(active), active >= 0);
  if (traces.length === 0) return <Notice>{isPending ? words.loading : words.noTraces}</Notice>;
  const longest = Math.max(1, ...traces.map((trace) => Number(trace.duration)));
  return (
    <VirtualRows
      label={words.traces}
      count={traces.length}
      rowHeight={isNarrow ? 46 : 24}
      keyOf={(index) => traces[index]?.traceId ?? String(index)}
      active={active}
      onActive={onActive}
      onOpen={open}
    >
      {(index) => {
        const trace = traces[index];
        return trace && <TraceLine trace={trace} longest={longest} />;
      }}
    </VirtualRows>
  );
}
