// One trace: what failed, the waterfall with its log lines, and the span that is open.
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import type { Span } from '../../api/traces.ts';
import { SpanDetail } from '../panels/span-detail.tsx';
import { Waterfall } from '../panels/waterfall.tsx';
import type { TraceSearch } from '../state/address.ts';
import { formatCurl, readTrace, readTraceLogs } from '../state/api.ts';
import { useWords } from '../state/language.tsx';
import { useShortcut } from '../state/shortcuts.tsx';
import { layOutSpans } from '../state/span-tree.ts';
import { CopyButton } from '../widgets/copy-button.tsx';
import { formatCount, formatDuration, formatMoment } from '../widgets/format.ts';
import { Icon } from '../widgets/icon.tsx';
import { Notice } from '../widgets/notice.tsx';
import { Swatch } from '../widgets/swatch.tsx';
import classes from './trace-page.module.css';

const route = getRouteApi('/traces/$traceId');

function Faults({ spans, onOpen }: { readonly spans: readonly Span[]; readonly onOpen: (spanId: string) => void }) {
  const words = useWords();
  if (spans.length === 0) return undefined;
  return (
    <ul className={classes.faults} aria-label={words.failedSpans}>
      {spans.map((span) => (
        <li key={span.spanId}>
          <button type="button" onClick={() => onOpen(span.spanId)}>
            <span>
              ✕ <Swatch name={span.service} />
            </span>
            <span>{span.name}</span>
            <span className={classes.what}>
              {span.exception === undefined ? span.statusMessage : <b>{span.exception.type} </b>}
              {span.exception?.message}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

export function TracePage() {
  const words = useWords();
  const { traceId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const trace = useQuery({ queryKey: ['trace', traceId], queryFn: ({ signal }) => readTrace(traceId, signal) });
  const logs = useQuery({ queryKey: ['trace-logs', traceId], queryFn: ({ signal }) => readTraceLogs(traceId, signal) });
  const change = useCallback(
    (patch: Partial<TraceSearch>) =>
      void navigate({ search: (previous) => ({ ...previous, ...patch }), replace: true }),
    [navigate],
  );
  const spans = trace.data?.spans;
  const rows = useMemo(() => layOutSpans(spans ?? []), [spans]);
  const folded = useMemo(() => new Set((search.folded ?? '').split(',').filter((id) => id !== '')), [search.folded]);
  const open = rows.find((row) => row.span.spanId === search.span);
  // The deepest failure comes first: the others mostly follow from it.
  const failed = rows.filter((row) => row.span.status === 'error').toSorted((one, other) => other.depth - one.depth);
  const services = [...new Set(rows.map((row) => row.span.service))];
  const root = rows[0];
  useShortcut('Escape', words.close, () => change({ span: undefined }), open !== undefined);
  useShortcut('Escape', words.backToTraces, () => void navigate({ to: '/traces', search: {} }), open === undefined);

  if (trace.error !== null) return <Notice tone="error">{trace.error.message}</Notice>;
  if (root === undefined) return <Notice>{trace.isPending ? words.loading : words.noTraces}</Notice>;
  return (
    <div className={classes.page} data-open={open === undefined ? undefined : ''}>
      <header className={classes.head}>
        <div className={classes.title}>
          <Link to="/traces" className="button" data-small aria-label={words.backToTraces}>
            <Icon name="left" size={12} /> {words.traces}
          </Link>
          <h1>
            <Swatch name={root.span.service} /> {root.span.name}
          </h1>
          <span className={classes.figure}>
            <b>{formatDuration(Number(trace.data?.duration ?? 0))}</b>
          </span>
          <span className={classes.figure}>{formatMoment(Number(BigInt(root.span.start) / 1_000_000n))}</span>
          <span className={classes.figure}>{words.spanCount(formatCount(rows.length))}</span>
          {failed.length > 0 && <span className="wrong">✕ {words.errorCount(formatCount(failed.length))}</span>}
          {trace.data?.truncated === true && <span className="caution">{words.traceTruncated}</span>}
          <span className={`${classes.figure} dim`}>
            {services.map((service) => (
              <Swatch key={service} name={service} />
            ))}
          </span>
          <span className={classes.space} />
          <button
            type="button"
            className="button"
            data-small
            aria-pressed={search.logs !== '0'}
            onClick={() => change({ logs: search.logs === '0' ? undefined : '0' })}
          >
            {words.logLines(formatCount(logs.data?.rows.length ?? 0))}
          </button>
          <Link to="/logs" className="button" data-small search={{ q: `trace:${traceId}` }}>
            {words.openInLogs}
          </Link>
          <CopyButton
            label={words.copyJson}
            done={words.copied}
            make={() => JSON.stringify(trace.data, undefined, 2)}
          />
          <CopyButton label={words.copyCurl} done={words.copied} make={() => formatCurl(`/traces/${traceId}`)} />
        </div>
        <Faults spans={failed.map((row) => row.span)} onOpen={(span) => change({ span })} />
      </header>
      <section className={classes.main} aria-label={words.waterfall}>
        <Waterfall
          rows={rows}
          duration={Math.max(1, Number(trace.data?.duration ?? 1))}
          start={BigInt(trace.data?.start ?? root.span.start)}
          logs={search.logs === '0' ? [] : (logs.data?.rows ?? [])}
          folded={folded}
          open={search.span}
          onOpen={(span) => change({ span })}
          onFold={(ids) => change({ folded: [...ids].join(',') })}
        />
      </section>
      {open !== undefined && (
        <aside className={classes.detail} aria-label={words.spanDetail}>
          <SpanDetail
            row={open}
            traceStart={BigInt(trace.data?.start ?? '0')}
            logs={(logs.data?.rows ?? []).filter((row) => row.spanId === open.span.spanId)}
            onClose={() => change({ span: undefined })}
          />
        </aside>
      )}
    </div>
  );
}
