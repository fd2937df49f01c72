// Operations with their rate, errors and durations; one is chosen to see its traces.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Operation } from '../../api/services.ts';
import { spanKinds, type TracesSearch } from '../state/address.ts';
import { formatCurl, listOperationsOverTime, listServices, operationsPath } from '../state/api.ts';
import { useWords } from '../state/language.tsx';
import { rangeInput } from '../state/queries.ts';
import type { ResolvedRange } from '../state/time-range.ts';
import { CopyButton } from '../widgets/copy-button.tsx';
import { DataTable, type Column } from '../widgets/data-table.tsx';
import { formatCount, formatDuration, formatShare, formatShort } from '../widgets/format.ts';
import { Notice } from '../widgets/notice.tsx';
import { Sparkline } from '../widgets/sparkline.tsx';
import { Swatch } from '../widgets/swatch.tsx';
import classes from './operations-view.module.css';

interface OperationsViewProps {
  readonly range: ResolvedRange;
  readonly search: TracesSearch;
  readonly onChange: (patch: Partial<TracesSearch>) => void;
}

const DEFAULT_SORT = '-rate';

export function OperationsView({ range, search, onChange }: OperationsViewProps) {
  const words = useWords();
  const { service, kind, sort = DEFAULT_SORT } = search;
  const input = rangeInput(range);
  const operations = useQuery({
    queryKey: ['operations over time', input, service, kind],
    queryFn: ({ signal }) => listOperationsOverTime(input, { service, kind }, signal),
    placeholderData: keepPreviousData,
  });
  const services = useQuery({
    queryKey: ['services', input],
    queryFn: ({ signal }) => listServices(input, signal),
    placeholderData: keepPreviousData,
  });
  const serviceNames = new Set(
    (services.data?.services ?? []).filter((entry) => entry.spans > 0).map((entry) => entry.service),
  );
  if (service !== undefined) serviceNames.add(service);
  const found = operations.data?.operations ?? [];
  const tracesOf = (row: Operation): Partial<TracesSearch> => ({
    view: undefined,
    kind: undefined,
    sort: undefined,
    service: row.service,
    operation: row.operation,
  });
  const duration = (id: 'p50' | 'p95' | 'p99' | 'mean', head: string): Column<Operation> => ({
    id,
    head,
    isNumber: true,
    cell: (row) => formatDuration(Number(row[id])),
    value: (row) => Number(row[id]),
  });
  const columns: readonly Column<Operation>[] = [
    {
      id: 'operation',
      head: words.operation,
      cell: (row) => (
        <Link to="/traces" search={tracesOf(row)} onClick={(event) => event.stopPropagation()}>
          {row.operation === '' ? '–' : row.operation}
        </Link>
      ),
      value: (row) => row.operation,
    },
    { id: 'service', head: words.service, cell: (row) => <Swatch name={row.service} />, value: (row) => row.service },
    {
      id: 'kind',
      head: words.kind,
      cell: (row) => <span className={`${classes.kind} faint`}>{words.spanKinds[row.kind]}</span>,
      value: (row) => row.kind,
    },
    {
      id: 'rate',
      head: words.rate,
      isNumber: true,
      cell: (row) => (
        <span className={classes.rate}>
          <span className={classes.course}>
            <Sparkline values={row.series?.spans ?? []} />
          </span>
          <span>{words.perSecond(formatShort(row.rate))}</span>
        </span>
      ),
      value: (row) => row.rate,
    },
    {
      id: 'errors',
      head: words.errorShare,
      isNumber: true,
      cell: (row) => <span className={row.errors > 0 ? 'wrong' : 'faint'}>{formatShare(row.errors, row.spans)}</span>,
      value: (row) => (row.spans === 0 ? 0 : row.errors / row.spans),
    },
    duration('p50', 'p50'),
    duration('p95', 'p95'),
    duration('p99', 'p99'),
  ];
  return (
    <section className={classes.view} aria-label={words.traceViews.operations}>
      <div className={classes.head}>
        <span>
          {operations.isPending
            ? words.loading
            : words.operationsFound(formatCount(found.length), operations.data?.truncated === true)}
        </span>
        <select
          className="field"
          aria-label={words.service}
          value={service ?? ''}
          onChange={(event) => onChange({ service: event.target.value, operation: undefined })}
        >
          <option value="">{words.anyService}</option>
          {[...serviceNames].toSorted().map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        <select
          className="field"
          aria-label={words.kind}
          value={kind ?? ''}
          onChange={(event) => onChange({ kind: spanKinds.find((name) => name === event.target.value) })}
        >
          <option value="">{words.anyKind}</option>
          {spanKinds.map((name) => (
            <option key={name} value={name}>
              {words.spanKinds[name]}
            </option>
          ))}
        </select>
        <span className={classes.space} />
        <span className={`${classes.note} faint`}>p50 p95 p99: {words.quantileNote}</span>
        <CopyButton
          label={words.copyCurl}
          done={words.copied}
          make={() => formatCurl(operationsPath(input, { service, kind }))}
        />
      </div>
      <div className={`${classes.body} scroll`} tabIndex={-1}>
        {operations.error !== null && <Notice tone="error">{operations.error.message}</Notice>}
        {operations.isSuccess && found.length === 0 && <Notice>{words.noOperations}</Notice>}
        {found.length > 0 && (
          <DataTable
            label={words.traceViews.operations}
            columns={columns}
            rows={found}
            keyOf={(row) => JSON.stringify([row.service, row.operation, row.kind])}
            sort={sort}
            onSort={(next) => onChange({ sort: next === DEFAULT_SORT ? undefined : next })}
            onOpen={(row) => onChange(tracesOf(row))}
          />
        )}
      </div>
    </section>
  );
}
