// Why rows were not kept: the newest reasons of all sources, with a sample of what came.
import type { Source } from '../../api/sources.ts';
import page from '../pages/sources-page.module.css';
import { useWords } from '../state/language.tsx';
import { DataTable } from '../widgets/data-table.tsx';
import classes from './recent-errors.module.css';
import { formatMoment } from '../widgets/format.ts';

const MAX_ERRORS = 20;

export function RecentErrors({ sources }: { readonly sources: readonly Source[] }) {
  const words = useWords();
  const errors = sources
    .flatMap((source) =>
      source.lastErrors.map((error, index) => ({ ...error, source: source.source, id: `${source.source} ${index}` })),
    )
    .toSorted((one, other) => Number(BigInt(other.time) - BigInt(one.time)))
    .slice(0, MAX_ERRORS);
  if (errors.length === 0) return undefined;
  return (
    <section className={page.section}>
      <h2>{words.whyNotKept}</h2>
      <div className={page.wide}>
        <DataTable
          label={words.whyNotKept}
          rows={errors}
          keyOf={(error) => error.id}
          columns={[
            {
              id: 'time',
              head: words.time,
              cell: (error) => (
                <span className={classes.time}>{formatMoment(Number(BigInt(error.time) / 1_000_000n))}</span>
              ),
            },
            { id: 'source', head: words.source, cell: (error) => <span className="mono">{error.source}</span> },
            {
              id: 'reason',
              head: words.reason,
              cell: (error) => <span className={`${classes.reason} caution`}>{error.reason}</span>,
            },
            { id: 'sample', head: words.sample, cell: (error) => <code className="mono dim">{error.sample}</code> },
          ]}
        />
      </div>
    </section>
  );
}
