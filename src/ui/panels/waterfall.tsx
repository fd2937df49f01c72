// Spans over time. Children fold away; log lines stand below the span that they were written in.
import { useMemo, useState } from 'react';
import type { LogRow } from '../../api/logs.ts';
import { useWords } from '../state/language.tsx';
import { useShortcut } from '../state/shortcuts.tsx';
import { foldRows, type SpanRow } from '../state/span-tree.ts';
import { formatMark, roundMarks } from '../widgets/duration-scale.ts';
import { formatDuration } from '../widgets/format.ts';
import { Icon } from '../widgets/icon.tsx';
import { useNameColors } from '../widgets/name-colors.tsx';
import { VirtualRows } from '../widgets/virtual-rows.tsx';
import { SeverityMark } from './severity-mark.tsx';
import classes from './waterfall.module.css';

const INDENT = 14;
const MAX_INDENT = 20;
const TICKS = 4;

type Line =
  | { readonly kind: 'span'; readonly row: SpanRow }
  | { readonly kind: 'log'; readonly log: LogRow; readonly depth: number };

interface WaterfallProps {
  readonly rows: readonly SpanRow[];
  /** Of the trace, ns. */
  readonly duration: number;
  readonly start: bigint;
  readonly logs: readonly LogRow[];
  readonly folded: ReadonlySet<string>;
  readonly open: string | undefined;
  readonly onOpen: (spanId: string) => void;
  readonly onFold: (folded: ReadonlySet<string>) => void;
}

function weave(rows: readonly SpanRow[], logs: readonly LogRow[], folded: ReadonlySet<string>): Line[] {
  const bySpan = Map.groupBy(logs, (log) => log.spanId ?? '');
  const known = new Set(rows.map((row) => row.span.spanId));
  const lines: Line[] = foldRows(rows, folded).flatMap((row) => [
    { kind: 'span' as const, row },
    ...(bySpan.get(row.span.spanId) ?? []).map((log) => ({ kind: 'log' as const, log, depth: row.depth + 1 })),
  ]);
  const strays = logs.filter((log) => !known.has(log.spanId ?? ''));
  return [...lines, ...strays.map((log) => ({ kind: 'log' as const, log, depth: 0 }))];
}

function SpanLine({
  row,
  duration,
  isFolded,
  onFold,
}: {
  row: SpanRow;
  duration: number;
  isFolded: boolean;
  onFold: () => void;
}) {
  const words = useWords();
  const colors = useNameColors();
  const { span } = row;
  const left = (row.offset / duration) * 100;
  const width = (row.duration / duration) * 100;
  const isWrong = span.status === 'error';
  return (
    <div className={classes.line} data-wrong={isWrong ? '' : undefined}>
      <div className={classes.name} style={{ paddingLeft: 4 + Math.min(row.depth, MAX_INDENT) * INDENT }}>
        {/* The arrows do this on the keyboard; an option of a list box may hold no control of its own. */}
        {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions, jsx-a11y/click-events-have-key-events */}
        <span
          className={classes.fold}
          onClick={(event) => {
            if (row.descendants === 0) return;
            event.stopPropagation();
            onFold();
          }}
        >
          {row.descendants > 0 && <Icon name={isFolded ? 'right' : 'down'} size={12} />}
        </span>
        {isWrong && <span className={classes.cross}>✕</span>}
        <span className={classes.operation}>{span.name}</span>
        <span className={classes.service}>{span.service}</span>
        {isFolded && <span className="faint">+{row.descendants}</span>}
        {isFolded && row.errorsBelow > 0 && <span className={classes.cross}>✕ {row.errorsBelow}</span>}
        {row.isParentMissing && <span className="caution">{words.parentMissing}</span>}
      </div>
      <div className={classes.bars}>
        <span
          className={classes.bar}
          data-wrong={isWrong ? '' : undefined}
          style={{ left: `${left}%`, width: `${width}%`, background: colors.colorOf(span.service) }}
        />
        {span.events.slice(0, 50).map((event, index) => (
          <span
            // Events of one instant may be equal.
            // oxlint-disable-next-line react/no-array-index-key
            key={index}
            className={classes.event}
            data-wrong={event.name === 'exception' ? '' : undefined}
            style={{ left: `${((row.offset + Number(BigInt(event.time) - BigInt(span.start))) / duration) * 100}%` }}
          />
        ))}
        <span className={classes.duration} style={{ left: `${Math.min(100, left + width)}%` }}>
          {formatDuration(row.duration)}
        </span>
      </div>
    </div>
  );
}

function LogInTrace({ log, depth, start }: { readonly log: LogRow; readonly depth: number; readonly start: bigint }) {
  return (
    <div
      className={classes.log}
      data-level={log.level}
      style={{ paddingLeft: 26 + Math.min(depth, MAX_INDENT) * INDENT }}
    >
      <time>+{formatDuration(Math.max(0, Number(BigInt(log.time) - start)))}</time>
      <SeverityMark level={log.level} />
      <span>
        {log.body.slice(0, 400).replace(/\s*\n\s*/g, ' ⏎ ')}
        {log.exception !== undefined && ` ${log.exception.type}`}
      </span>
    </div>
  );
}

export function Waterfall({ rows, duration, start, logs, folded, open, onOpen, onFold }: WaterfallProps) {
  const words = useWords();
  const lines = useMemo(() => weave(rows, logs, folded), [rows, logs, folded]);
  const [moved, setMoved] = useState(-1);
  const openIndex = lines.findIndex((line) => line.kind === 'span' && line.row.span.spanId === open);
  const active = moved >= 0 && moved < lines.length ? moved : openIndex;
  const show = (index: number): void => {
    const line = lines[index];
    if (line?.kind === 'span') onOpen(line.row.span.spanId);
    else if (line?.log.spanId !== undefined) onOpen(line.log.spanId);
  };
  const fold = (row: SpanRow, isFolded: boolean): void => {
    const next = new Set(folded);
    if (isFolded) next.add(row.span.spanId);
    else next.delete(row.span.spanId);
    onFold(next);
  };
  const foldActive = (isFolded: boolean): void => {
    const line = lines[active];
    if (line?.kind === 'span' && line.row.descendants > 0) fold(line.row, isFolded);
  };
  const step = (by: number): void => {
    const next = Math.min(lines.length - 1, Math.max(0, active + by));
    setMoved(next);
    if (open !== undefined) show(next);
  };
  useShortcut('j', words.nextRow, () => step(1));
  useShortcut('k', words.previousRow, () => step(-1));
  useShortcut('Enter', words.openRow, () => show(active), active >= 0);
  useShortcut('ArrowLeft', words.fold, () => foldActive(true), active >= 0);
  useShortcut('ArrowRight', words.unfold, () => foldActive(false), active >= 0);
  const parents = rows.filter((row) => row.descendants > 0);
  return (
    <div className={classes.waterfall}>
      <div className={classes.ruler}>
        <div>
          <button type="button" className="button" data-bare data-small onClick={() => onFold(new Set())}>
            {words.unfoldAll}
          </button>
          <button
            type="button"
            className="button"
            data-bare
            data-small
            onClick={() => onFold(new Set(parents.filter((row) => row.depth > 0).map((row) => row.span.spanId)))}
          >
            {words.foldAll}
          </button>
        </div>
        <div className={classes.ticks} aria-hidden>
          {roundMarks(duration, TICKS).map((mark) => (
            <span key={mark} style={{ left: `${duration > 0 ? (mark / duration) * 100 : 0}%` }}>
              {formatMark(mark)}
            </span>
          ))}
        </div>
      </div>
      <VirtualRows
        label={words.waterfall}
        count={lines.length}
        rowHeight={23}
        keyOf={(index) => {
          const line = lines[index];
          return line === undefined ? String(index) : line.kind === 'span' ? line.row.span.id : line.log.id;
        }}
        active={active}
        onActive={setMoved}
        onOpen={show}
      >
        {(index) => {
          const line = lines[index];
          if (line === undefined) return undefined;
          if (line.kind === 'log') return <LogInTrace log={line.log} depth={line.depth} start={start} />;
          const isFolded = folded.has(line.row.span.spanId);
          return (
            <SpanLine row={line.row} duration={duration} isFolded={isFolded} onFold={() => fold(line.row, !isFolded)} />
          );
        }}
      </VirtualRows>
    </div>
  );
}
