// What the answers cost: one line, and the stages behind it.
import { useWords } from '../state/language.tsx';
import type { QueryCost as Cost } from '../state/prometheus.ts';
import { DataTable } from '../widgets/data-table.tsx';
import { formatDuration, formatShort } from '../widgets/format.ts';
import classes from './explorer.module.css';

interface Entry {
  readonly letter: string;
  readonly cost: Cost;
}

const millis = (value: number): string => formatDuration(value * 1e6);

export function QueryCost({
  answers,
}: {
  readonly answers: readonly { readonly letter: string; readonly cost: Cost | undefined }[];
}) {
  const words = useWords();
  const rows = answers.flatMap(({ letter, cost }) => (cost === undefined ? [] : [{ letter, cost }]));
  if (rows.length === 0) return undefined;
  const samples = rows.reduce((sum, { cost }) => sum + cost.samplesRead, 0);
  const total = rows.reduce((sum, { cost }) => sum + cost.total, 0);
  const number = (id: string, head: string, write: (cost: Cost) => string) => ({
    id,
    head,
    isNumber: true,
    cell: ({ cost }: Entry) => write(cost),
  });
  return (
    <details className={classes.cost}>
      <summary>{words.samplesRead(formatShort(samples), millis(total))}</summary>
      <DataTable
        label={words.stages}
        rows={rows}
        keyOf={({ letter }) => letter}
        columns={[
          { id: 'query', head: words.query, cell: ({ letter }) => letter },
          number('samples', words.samplesReadHead, ({ samplesRead }) => formatShort(samplesRead)),
          number('peak', words.peakSamples, ({ peakSamples }) => formatShort(peakSamples)),
          number('waiting', words.waitingStage, ({ waiting }) => millis(waiting)),
          number('reading', words.readingStage, ({ reading }) => millis(reading)),
          number('evaluating', words.evaluatingStage, ({ evaluating }) => millis(evaluating)),
          number('total', words.totalStage, ({ total: all }) => millis(all)),
        ]}
      />
    </details>
  );
}
