// How many rows match over time, by level: bars to choose a stretch from, and the same as a table.
import { useState } from 'react';
import type { LogHistogramResponse } from '../../api/logs.ts';
import { useWords } from '../state/language.tsx';
import { severityLooks } from '../state/severity.ts';
import { BrushBars, type BarLayer } from '../widgets/brush-bars.tsx';
import { DataTable } from '../widgets/data-table.tsx';
import { formatCount, formatMoment } from '../widgets/format.ts';
import { Icon } from '../widgets/icon.tsx';
import { Notice } from '../widgets/notice.tsx';
import classes from './log-histogram.module.css';

const HEIGHT = 64;

interface LogHistogramProps {
  readonly data: LogHistogramResponse | undefined;
  readonly error: Error | null;
  readonly onBrush: (fromMillis: number, toMillis: number) => void;
}

export function LogHistogram({ data, error, onBrush }: LogHistogramProps) {
  const words = useWords();
  const [isTable, setTable] = useState(false);
  if (error !== null) return <Notice tone="error">{error.message}</Notice>;
  const start = Number(BigInt(data?.start ?? '0') / 1_000_000n);
  const interval = Number(data?.interval ?? '1000000') / 1e6;
  const count = Math.max(0, ...(data?.groups.map((group) => group.counts.length) ?? []));
  // Serious levels lie at the bottom, where even one of them stands out.
  const layers: BarLayer[] = severityLooks.toReversed().flatMap((look) => {
    const counts = data?.groups.find((group) => group.group === look.level)?.counts;
    return counts === undefined ? [] : [{ name: words.levels[look.level], color: look.color, counts }];
  });
  const buckets = Array.from({ length: count }, (_, index) => index).filter((index) =>
    layers.some((layer) => (layer.counts[index] ?? 0) > 0),
  );
  return (
    <div className={classes.panel}>
      <button
        type="button"
        className={`button ${classes.switch}`}
        data-bare
        data-small
        aria-pressed={isTable}
        aria-label={words.asTable}
        title={words.asTable}
        onClick={() => setTable(!isTable)}
      >
        <Icon name={isTable ? 'chart' : 'table'} size={12} />
      </button>
      {isTable ? (
        // A region that scrolls must be reachable by the keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <div className={`${classes.table} scroll`} tabIndex={0} role="region" aria-label={words.rowsOverTime}>
          <DataTable
            label={words.rowsOverTime}
            rows={buckets}
            keyOf={String}
            columns={[
              { id: 'time', head: words.time, cell: (bucket) => formatMoment(start + bucket * interval) },
              ...layers.toReversed().map((layer) => ({
                id: layer.name,
                head: layer.name,
                isNumber: true,
                cell: (bucket: number) => formatCount(layer.counts[bucket] ?? 0),
              })),
            ]}
          />
        </div>
      ) : (
        <BrushBars
          label={words.rowsOverTime}
          hint={words.brushHint}
          height={HEIGHT}
          start={start}
          interval={interval}
          count={count}
          layers={layers}
          onBrush={onBrush}
        />
      )}
    </div>
  );
}
