// Sources: what sends, how much, what became of it, and where it lies.
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { BudgetTable } from '../panels/budget-table.tsx';
import { ClockTable } from '../panels/clock-table.tsx';
import { FirstSteps, useHasNothing } from '../panels/first-steps.tsx';
import { LedgerFigures } from '../panels/ledger-figures.tsx';
import { LedgerTable } from '../panels/ledger-table.tsx';
import { RecentErrors } from '../panels/recent-errors.tsx';
import { SeriesOrigin } from '../panels/series-origin.tsx';
import { StatusTable } from '../panels/status-table.tsx';
import { StorageTable } from '../panels/storage-table.tsx';
import { readStorage } from '../state/api.ts';
import { useWords } from '../state/language.tsx';
import { useSources, useStatus } from '../state/queries.ts';
import { Notice } from '../widgets/notice.tsx';
import classes from './sources-page.module.css';

const STORAGE_EVERY_MILLIS = 15_000;
const route = getRouteApi('/sources');

export function SourcesPage() {
  const words = useWords();
  const { sort } = route.useSearch();
  const navigate = route.useNavigate();
  const sources = useSources();
  const status = useStatus();
  const hasNothing = useHasNothing();
  const storage = useQuery({
    queryKey: ['storage'],
    queryFn: ({ signal }) => readStorage(signal),
    refetchInterval: STORAGE_EVERY_MILLIS,
  });
  if (hasNothing) return <FirstSteps />;
  const list = sources.data?.sources ?? [];
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable by the keyboard
    <div className={classes.page} tabIndex={0} role="region" aria-label={words.sources}>
      {sources.error !== null && <Notice tone="error">{sources.error.message}</Notice>}
      <LedgerFigures sources={list} storage={storage.data} status={status.data} />
      <section className={classes.section}>
        <h2>{words.whatSends}</h2>
        <div className={classes.wide}>
          <LedgerTable
            sources={list}
            sort={sort}
            onSort={(next) => void navigate({ search: (previous) => ({ ...previous, sort: next }), replace: true })}
          />
        </div>
      </section>
      <BudgetTable breaches={sources.data?.budgetBreaches ?? []} />
      <RecentErrors sources={list} />
      <SeriesOrigin />
      <div className={classes.pair}>
        <div>
          <section className={classes.section}>
            <h2>{words.storage}</h2>
            {storage.error !== null && <Notice tone="error">{storage.error.message}</Notice>}
            {storage.data !== undefined && <StorageTable storage={storage.data} />}
          </section>
        </div>
        <div>
          <ClockTable sources={list} />
          {status.data !== undefined && (
            <section className={classes.section}>
              <h2>{words.server}</h2>
              <StatusTable status={status.data} />
            </section>
          )}
        </div>
      </div>
    </div>
  );
}
