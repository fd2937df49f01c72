// Which service calls which: the picture, and the same as a table.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ServiceLink, ServiceNode } from '../../api/services.ts';
import type { TracesSearch } from '../state/address.ts';
import { formatCurl, readServiceGraph, serviceGraphPath } from '../state/api.ts';
import { useWords } from '../state/language.tsx';
import { rangeInput } from '../state/queries.ts';
import type { ResolvedRange } from '../state/time-range.ts';
import { CopyButton } from '../widgets/copy-button.tsx';
import { DataTable, type Column } from '../widgets/data-table.tsx';
import { formatCount, formatDuration, formatShare, formatShort } from '../widgets/format.ts';
import { Notice } from '../widgets/notice.tsx';
import { ServiceGraph } from './service-graph.tsx';
import classes from './service-graph-view.module.css';

interface ServiceGraphViewProps {
  readonly range: ResolvedRange;
  readonly search: TracesSearch;
  readonly onChange: (patch: Partial<TracesSearch>) => void;
}

const DEFAULT_SORT = '-rate';
/** With a larger share of calls of which one side is not known the picture has gaps. */
const MANY_UNKNOWN = 0.1;

/** Calls of which one side is not known, as a share of all. */
function countUnknown(nodes: readonly ServiceNode[]): { unknown: number; all: number } {
  const unknown = nodes.reduce((sum, node) => sum + node.unknownClients + node.unknownServers, 0);
  return { unknown, all: nodes.reduce((sum, node) => sum + node.calls + node.unknownServers, 0) };
}

export function ServiceGraphView({ range, search, onChange }: ServiceGraphViewProps) {
  const words = useWords();
  const { node, sort = DEFAULT_SORT } = search;
  const input = rangeInput(range);
  const graph = useQuery({
    queryKey: ['service graph', input],
    queryFn: ({ signal }) => readServiceGraph(input, signal),
    placeholderData: keepPreviousData,
  });
  const { nodes = [], links = [] } = graph.data ?? {};
  const byId = new Map(nodes.map((one) => [one.id, one]));
  const chosen = node === undefined ? undefined : byId.get(node);
  const shown = chosen === undefined ? links : links.filter((link) => link.from === node || link.to === node);
  const { unknown, all } = countUnknown(nodes);
  const nameOf = (id: string): string => byId.get(id)?.name ?? id;
  const duration = (id: 'p50' | 'p95' | 'p99'): Column<ServiceLink> => ({
    id,
    head: id,
    isNumber: true,
    cell: (link) => formatDuration(Number(link[id])),
    value: (link) => Number(link[id]),
  });
  const columns: readonly Column<ServiceLink>[] = [
    { id: 'from', head: words.callFrom, cell: (link) => nameOf(link.from), value: (link) => nameOf(link.from) },
    { id: 'to', head: words.callTo, cell: (link) => nameOf(link.to), value: (link) => nameOf(link.to) },
    {
      id: 'kind',
      head: words.kind,
      cell: (link) => <span className={`${classes.kind} faint`}>{words.linkKinds[link.kind]}</span>,
      value: (link) => link.kind,
    },
    {
      id: 'rate',
      head: words.rate,
      isNumber: true,
      cell: (link) => words.perSecond(formatShort(link.rate)),
      value: (link) => link.rate,
    },
    {
      id: 'errors',
      head: words.errorShare,
      isNumber: true,
      cell: (link) => (
        <span className={link.errors > 0 ? 'wrong' : 'faint'}>{formatShare(link.errors, link.calls)}</span>
      ),
      value: (link) => link.errors / link.calls,
    },
    duration('p50'),
    duration('p95'),
    duration('p99'),
  ];
  return (
    <section className={classes.view} aria-label={words.traceViews.graph}>
      <div className={classes.head}>
        <span>{graph.isPending ? words.loading : chosen === undefined ? words.allCalls : chosen.name}</span>
        {chosen?.kind === 'service' && (
          <Link to="/traces" search={{ service: chosen.name }}>
            {words.tracesOf(chosen.name)}
          </Link>
        )}
        {chosen !== undefined && (
          <button type="button" className="button" data-small onClick={() => onChange({ node: undefined })}>
            {words.allCalls}
          </button>
        )}
        <span className={classes.space} />
        {unknown > 0 && (
          <span className={unknown > MANY_UNKNOWN * all ? 'caution' : 'faint'}>
            {words.unknownSides(formatShare(unknown, all))}
          </span>
        )}
        <CopyButton label={words.copyCurl} done={words.copied} make={() => formatCurl(serviceGraphPath(input))} />
      </div>
      {graph.error !== null && <Notice tone="error">{graph.error.message}</Notice>}
      {graph.isSuccess && nodes.length === 0 && <Notice>{words.noCalls}</Notice>}
      {nodes.length > 0 && (
        <>
          <div className={`${classes.picture} scroll`}>
            <ServiceGraph nodes={nodes} links={links} chosen={chosen?.id} onChoose={(id) => onChange({ node: id })} />
          </div>
          <div className={`${classes.table} scroll`}>
            <DataTable
              label={words.traceViews.graph}
              columns={columns}
              rows={shown}
              keyOf={(link) => JSON.stringify([link.from, link.to, link.kind])}
              sort={sort}
              onSort={(next) => onChange({ sort: next === DEFAULT_SORT ? undefined : next })}
              onOpen={(link) => onChange({ node: link.to })}
            />
          </div>
        </>
      )}
      <span className="hidden-text" role="status">
        {nodes.length > 0 && words.serviceGraph(formatCount(nodes.length), formatCount(links.length))}
      </span>
    </section>
  );
}
