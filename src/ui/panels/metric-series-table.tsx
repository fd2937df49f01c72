// The raw series of a metric, and the samples of the one that is opened.
import { useState } from 'react';
import type { MetricRangeResponse } from '../../api/metrics.ts';
import { useWords } from '../state/language.tsx';
import { seriesName } from '../state/metric-lines.ts';
import { DataTable } from '../widgets/data-table.tsx';
import { formatClock, formatCount, formatDay, formatMoment } from '../widgets/format.ts';
import classes from './metric-view.module.css';

type Series = MetricRangeResponse['series'][number];
const MAX_SAMPLES = 500;

function Samples({ series }: { readonly series: Series }) {
  const words = useWords();
  const rows = series.times
    .map((time, index) => ({ time, value: series.values[index] }))
    .slice(-MAX_SAMPLES)
    .toReversed();
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable by the keyboard
    <div className={`${classes.samples} scroll`} tabIndex={0} role="region" aria-label={words.samples}>
      <DataTable
        label={words.samples}
        rows={rows}
        keyOf={(row) => String(row.time)}
        columns={[
          { id: 'time', head: words.time, cell: (row) => `${formatDay(row.time)} ${formatClock(row.time)}` },
          {
            id: 'value',
            head: words.value,
            isNumber: true,
            cell: (row) => (row.value === null ? words.stale : String(row.value)),
          },
        ]}
      />
    </div>
  );
}

export function MetricSeriesTable({
  series,
  differing,
}: {
  readonly series: readonly Series[];
  readonly differing: readonly string[];
}) {
  const words = useWords();
  const [sort, setSort] = useState<string | undefined>();
  const [opened, setOpened] = useState<string | undefined>();
  const shared =
    series[0] === undefined ? [] : Object.entries(series[0].labels).filter(([name]) => !differing.includes(name));
  return (
    <>
      {shared.length > 0 && (
        <p className="mono faint" style={{ padding: '0 12px', margin: '0 0 6px' }}>
          {words.inCommon} {shared.map(([name, value]) => `${name}=${value}`).join('  ')}
        </p>
      )}
      <DataTable
        label={words.rawSeries}
        rows={series}
        keyOf={(entry) => entry.id}
        sort={sort}
        onSort={setSort}
        columns={[
          {
            id: 'series',
            head: words.labels,
            value: (entry) => seriesName(entry, differing),
            cell: (entry) => (
              <>
                <button
                  type="button"
                  className={classes.name}
                  aria-expanded={opened === entry.id}
                  onClick={() => setOpened(opened === entry.id ? undefined : entry.id)}
                >
                  {seriesName(entry, differing)}
                </button>
                {opened === entry.id && <Samples series={entry} />}
              </>
            ),
          },
          {
            id: 'samples',
            head: words.samples,
            isNumber: true,
            value: (entry) => entry.samples,
            cell: (entry) => formatCount(entry.samples),
          },
          {
            id: 'last',
            head: words.lastValue,
            isNumber: true,
            value: (entry) => Number(entry.values.at(-1)),
            cell: (entry) => {
              const value = entry.values.at(-1);
              return value === null ? words.stale : String(value ?? '');
            },
          },
          {
            id: 'time',
            head: words.lastSeen,
            isNumber: true,
            value: (entry) => entry.times.at(-1) ?? 0,
            cell: (entry) => formatMoment(entry.times.at(-1) ?? 0),
          },
        ]}
      />
    </>
  );
}
