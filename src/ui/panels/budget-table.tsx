// Metrics that have come to their series budget, with the label that makes their series many.
import type { BudgetBreach } from '../../api/sources.ts';
import page from '../pages/sources-page.module.css';
import { useWords } from '../state/language.tsx';
import { DataTable } from '../widgets/data-table.tsx';
import { formatCount, formatMoment } from '../widgets/format.ts';

export function BudgetTable({ breaches }: { readonly breaches: readonly BudgetBreach[] }) {
  const words = useWords();
  if (breaches.length === 0) return undefined;
  return (
    <section className={page.section}>
      <h2>{words.budgetBreaches}</h2>
      <div className={page.wide}>
        <DataTable
          label={words.budgetBreaches}
          rows={breaches}
          keyOf={({ metric }) => metric}
          columns={[
            { id: 'metric', head: words.metric, cell: ({ metric }) => <span className="mono">{metric}</span> },
            {
              id: 'series',
              head: words.seriesOfBudget,
              cell: ({ series, limit }) => `${formatCount(series)} / ${formatCount(limit)}`,
            },
            {
              id: 'refused',
              head: words.fates.refused,
              cell: ({ refused }) => <span className="caution">{formatCount(refused)}</span>,
            },
            { id: 'label', head: words.label, cell: ({ label }) => <span className="mono">{label}</span> },
            {
              id: 'values',
              head: words.values,
              cell: ({ values }) => <code className="mono dim">{values.join('  ')}</code>,
            },
            {
              id: 'since',
              head: words.budgetSince,
              cell: ({ since }) => formatMoment(Number(BigInt(since) / 1_000_000n)),
            },
          ]}
        />
      </div>
    </section>
  );
}
