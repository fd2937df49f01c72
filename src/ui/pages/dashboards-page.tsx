// All dashboards: those of files and those that were imported.
import { useQuery, useQueryClient, useMutation } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { DashboardSummary } from '../../api/dashboards.ts';
import { DashboardImport } from '../panels/dashboard/dashboard-import.tsx';
import { deleteDashboard, listDashboards } from '../state/api.ts';
import { useWords } from '../state/language.tsx';
import { useShortcut } from '../state/shortcuts.tsx';
import { DataTable } from '../widgets/data-table.tsx';
import { formatCount, formatMoment } from '../widgets/format.ts';
import { Icon } from '../widgets/icon.tsx';
import { IconButton } from '../widgets/icon-button.tsx';
import { Notice } from '../widgets/notice.tsx';
import { SearchBox, useFocusHandle } from '../widgets/search-box.tsx';
import classes from './dashboards-page.module.css';
import layout from './list-page.module.css';

const route = getRouteApi('/dashboards');

function DeleteButton({ dashboard }: { readonly dashboard: DashboardSummary }) {
  const words = useWords();
  const queries = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const deleting = useMutation({
    mutationFn: () => deleteDashboard(dashboard.id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['dashboards'] }),
  });
  if (deleting.error !== null) return <span className="wrong">{deleting.error.message}</span>;
  if (!isAsking)
    return <IconButton icon="close" label={words.deleteDashboard(dashboard.title)} onClick={() => setAsking(true)} />;
  return (
    <span className={classes.asking}>
      <button type="button" className="button" data-small onClick={() => deleting.mutate()}>
        {words.deleteIt}
      </button>
      <button type="button" className="button" data-bare data-small onClick={() => setAsking(false)}>
        {words.keepIt}
      </button>
    </span>
  );
}

export function DashboardsPage() {
  const words = useWords();
  const { find = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const [isImporting, setImporting] = useState(false);
  const [sort, setSort] = useState<string | undefined>();
  const focus = useFocusHandle();
  useShortcut('/', words.search, () => focus.current?.());
  const list = useQuery({ queryKey: ['dashboards'], queryFn: ({ signal }) => listDashboards(signal), staleTime: 5000 });
  const all = list.data?.dashboards ?? [];
  const wanted = find.toLowerCase();
  const shown = all.filter(({ title, tags, file = '' }) =>
    `${title} ${tags.join(' ')} ${file}`.toLowerCase().includes(wanted),
  );
  const search = (text: string): void =>
    void navigate({ search: (previous) => ({ ...previous, find: text }), replace: true });
  return (
    <div className={`${layout.page} scroll`}>
      <div className={layout.tools}>
        <h1>{words.dashboards}</h1>
        <div className={layout.find}>
          <SearchBox
            value={find}
            label={words.findDashboard}
            placeholder={words.findDashboard}
            clearLabel={words.clear}
            shortcut="/"
            focusHandle={focus}
            onType={search}
            onSubmit={search}
          />
        </div>
        <button type="button" className="button" aria-expanded={isImporting} onClick={() => setImporting(!isImporting)}>
          <Icon name="plus" size={12} /> {words.importDashboard}
        </button>
      </div>
      {isImporting && <DashboardImport onDone={() => setImporting(false)} />}
      {list.error !== null && <Notice tone="error">{list.error.message}</Notice>}
      {list.isPending && <Notice>{words.loading}</Notice>}
      {list.data !== undefined && all.length === 0 && !isImporting && <Notice>{words.noDashboards}</Notice>}
      {all.length > 0 && shown.length === 0 && <Notice>{words.noDashboardFound}</Notice>}
      {shown.length > 0 && (
        <DataTable
          label={words.dashboards}
          rows={shown}
          keyOf={({ id }) => id}
          sort={sort}
          onSort={setSort}
          columns={[
            {
              id: 'title',
              head: words.title,
              value: ({ title }) => title,
              cell: ({ id, title, tags }) => (
                <>
                  <Link to="/dashboards/$id" params={{ id }} className={classes.title}>
                    {title}
                  </Link>{' '}
                  <span className="label">{tags.join('  ')}</span>
                </>
              ),
            },
            {
              id: 'panels',
              head: words.panels,
              isNumber: true,
              value: ({ panels }) => panels,
              cell: ({ panels, notDrawn }) => (
                <>
                  {formatCount(panels)}
                  {notDrawn > 0 && <span className="caution"> · {words.notDrawn(formatCount(notDrawn))}</span>}
                </>
              ),
            },
            {
              id: 'from',
              head: words.comesFrom,
              value: ({ file = '' }) => file,
              cell: ({ file }) => <span className="dim">{file ?? words.imported}</span>,
            },
            {
              id: 'updated',
              head: words.updated,
              isNumber: true,
              value: ({ updated }) => updated,
              cell: ({ updated }) => formatMoment(Number(BigInt(updated) / 1_000_000n)),
            },
            {
              id: 'delete',
              head: '',
              isNumber: true,
              cell: (dashboard) => dashboard.file === undefined && <DeleteButton dashboard={dashboard} />,
            },
          ]}
        />
      )}
    </div>
  );
}
