// Where the series come from: the metrics, labels and values behind most of them, and the metrics that grow.
import { useQuery } from '@tanstack/react-query';
import type { CardinalityResponse } from '../../api/cardinality.ts';
import page from '../pages/sources-page.module.css';
import { readCardinality } from '../state/api.ts';
import { useWords } from '../state/language.tsx';
import { DataTable } from '../widgets/data-table.tsx';
import { formatBytes, formatMoment, formatShort } from '../widgets/format.ts';
import { Notice } from '../widgets/notice.tsx';
import classes from './series-origin.module.css';

const EVERY_MILLIS = 15_000;
const ROWS = 8;

interface CountTableProps {
  readonly label: string;
  /** Heads of the name and of the count. */
  readonly heads: readonly [name: string, count: string];
  readonly rows: CardinalityResponse['metrics'];
}

function CountTable({ label, heads, rows }: CountTableProps) {
  if (rows.length === 0) return undefined;
  return (
    <DataTable
      label={label}
      rows={rows.slice(0, ROWS)}
      keyOf={({ name }) => name}
      columns={[
        { id: 'name', head: heads[0], cell: ({ name }) => <span className={`${classes.name} mono`}>{name}</span> },
        { id: 'count', head: heads[1], isNumber: true, cell: ({ count }) => formatShort(count) },
      ]}
    />
  );
}

export function SeriesOrigin() {
  const words = useWords();
  const { data, error } = useQuery({
    queryKey: ['cardinality'],
    queryFn: ({ signal }) => readCardinality(signal),
    refetchInterval: EVERY_MILLIS,
  });
  if (error !== null) return <Notice tone="error">{error.message}</Notice>;
  if (data === undefined || data.series === 0) return undefined;
  const { growth, indexBytes } = data;
  const facts = [words.seriesKnown(formatShort(data.series), formatShort(data.labelPairs))];
  if (indexBytes !== undefined) facts.push(words.inMemory(formatBytes(indexBytes)));
  if (growth !== undefined)
    facts.push(
      words.seriesGrown(
        formatShort(growth.lastHour.series),
        formatShort(growth.lastDay.series),
        formatMoment(Number(BigInt(growth.since) / 1_000_000n)),
      ),
    );
  // The names of metrics have a table of their own.
  const pairs = data.pairs.filter(({ name }) => !name.startsWith('__name__='));
  return (
    <section className={page.section}>
      <h2>{words.seriesOrigin}</h2>
      <p className={`${classes.facts} dim`}>{facts.join(' · ')}</p>
      <div className={classes.tables}>
        <CountTable label={words.largestMetrics} heads={[words.metric, words.series]} rows={data.metrics} />
        <CountTable label={words.largestLabels} heads={[words.labels, words.values]} rows={data.labels} />
        <CountTable label={words.largestPairs} heads={[words.labelPair, words.series]} rows={pairs} />
        <CountTable
          label={words.growingMetrics}
          heads={[words.metric, words.newInDay]}
          rows={growth?.lastDay.metrics ?? []}
        />
      </div>
    </section>
  );
}
