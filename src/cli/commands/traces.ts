// `holter traces`: finds traces of a server, or shows one as a tree.
import type { Span, TraceResponse, TraceSearchInput, TraceSearchResponse, TraceSummary } from '../../api/traces.ts';
import { readArguments, WrongUse } from '../command.ts';
import { formatInstant } from '../output/log-lines.ts';
import { choosePalette, printable, type Palette } from '../output/palette.ts';
import { askServer, findServer } from '../target/ask-server.ts';

export const HELP = `usage: holter traces [options]
       holter traces TRACE-ID [options]

Lists traces with a span that matches, newest first; or shows the spans of one trace as a tree.

      --service NAME     of the span
      --operation NAME   of the span
      --min TIME         at least so long: 250ms, 1.5s
      --max TIME         at most so long
      --error            only spans that failed
      --from TIME        RFC 3339, or relative: now-15m (default now-1h)
      --to TIME          (default now)
  -n, --limit N          at most so many traces (default 20)
  -j, --json             one JSON document
      --server URL       (default $HOLTER_SERVER, else http://127.0.0.1:7070; the token comes from $HOLTER_TOKEN)

Exit codes: 0 something was found, 1 nothing was, 2 wrong use, 3 the server cannot be reached.`;

const options = {
  service: { type: 'string' },
  operation: { type: 'string' },
  min: { type: 'string' },
  max: { type: 'string' },
  error: { type: 'boolean' },
  from: { type: 'string' },
  to: { type: 'string' },
  limit: { type: 'string', short: 'n' },
  json: { type: 'boolean', short: 'j' },
  server: { type: 'string' },
} as const;

/** Nanoseconds as 1.23 s, 45.6 ms, 789 µs. */
function formatDuration(nanos: string): string {
  const value = Number(nanos);
  if (value >= 1e9) return `${(value / 1e9).toFixed(2)} s`;
  return value >= 1e6 ? `${(value / 1e6).toFixed(1)} ms` : `${(value / 1e3).toFixed(0)} µs`;
}

function formatSummary(trace: TraceSummary, palette: Palette): string {
  const errors = trace.errors > 0 ? palette.red(` ${trace.errors} errors`) : '';
  const name = `${palette.cyan(printable(trace.rootService))} ${printable(trace.rootOperation)}`;
  return `${palette.dim(formatInstant(trace.start))} ${trace.traceId} ${formatDuration(trace.duration).padStart(9)} ${String(trace.spans).padStart(4)} spans${errors}  ${name}`;
}

/** The spans as an indented tree; spans whose parent is not there stand at the top. */
export function formatTree(spans: readonly Span[], palette: Palette): string {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const children = Map.groupBy(spans, ({ parentId }) =>
    parentId !== undefined && known.has(parentId) ? parentId : undefined,
  );
  const lines: string[] = [];
  const visited = new Set<Span>();
  const visit = (span: Span, depth: number): void => {
    // Span ids that refer to each other in a circle are shown once.
    if (visited.has(span)) return;
    visited.add(span);
    const name = `${palette.cyan(printable(span.service))} ${printable(span.name)}`;
    const message = span.statusMessage === '' ? '' : `: ${printable(span.statusMessage)}`;
    const failed = span.status === 'error' ? palette.red(` error${message}`) : '';
    lines.push(`${formatDuration(span.duration).padStart(9)}  ${'  '.repeat(depth)}${name}${failed}`);
    for (const child of children.get(span.spanId) ?? []) visit(child, depth + 1);
  };
  for (const root of children.get(undefined) ?? []) visit(root, 0);
  for (const span of spans) visit(span, 0);
  return lines.join('\n');
}

/** Runs the command; resolves to the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments({ args: [...args], options, allowPositionals: true });
  if (positionals.length > 1) throw new WrongUse(`expected one trace id, got ${positionals.join(' ')}`);
  const palette = choosePalette(process.stdout);
  const target = findServer(values.server);
  const [traceId] = positionals;
  if (traceId !== undefined) {
    const trace = await askServer<TraceResponse>(target, `/traces/${encodeURIComponent(traceId)}`);
    console.log(values.json === true ? JSON.stringify(trace, undefined, 2) : formatTree(trace.spans, palette));
    return 0;
  }
  const search: TraceSearchInput = {
    ...(values.service === undefined ? {} : { service: values.service }),
    ...(values.operation === undefined ? {} : { operation: values.operation }),
    ...(values.min === undefined ? {} : { minDuration: values.min }),
    ...(values.max === undefined ? {} : { maxDuration: values.max }),
    ...(values.error === true ? { status: 'error' as const } : {}),
    ...(values.from === undefined ? {} : { from: values.from }),
    ...(values.to === undefined ? {} : { to: values.to }),
    limit: Number(values.limit ?? 20),
  };
  const found = await askServer<TraceSearchResponse>(target, '/traces/search', search);
  if (values.json === true) console.log(JSON.stringify(found, undefined, 2));
  else for (const trace of found.traces) console.log(formatSummary(trace, palette));
  return found.traces.length > 0 ? 0 : 1;
}
