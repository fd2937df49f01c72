// `holter logs`: searches the logs of a server, or follows them.
import type { FieldFilter } from '../../api/common.ts';
import {
  severityGroups,
  type LogSearchInput,
  type LogSearchResponse,
  type LogTailRows,
  type SeverityGroup,
} from '../../api/logs.ts';
import { askServer, findServer, openAnswer, type ServerTarget } from '../target/ask-server.ts';
import { readArguments, WrongUse } from '../command.ts';
import { formatLogRow } from '../output/log-lines.ts';
import { choosePalette } from '../output/palette.ts';

export const HELP = `usage: holter logs [WORDS…] [options]

Rows whose body has every word, oldest first, the newest of them when there are more than the limit.

      --service NAME       only of this service; may be given several times
      --level LEVEL        ${severityGroups.join(', ')}; may be given several times
      --where FIELD=VALUE  only where a field has this value; also FIELD!=VALUE, FIELD~PATTERN (RE2)
      --trace ID           only of this trace
      --from TIME          RFC 3339, or relative: now-15m (default now-1h)
      --to TIME            (default now)
  -n, --limit N            at most so many rows (default 100)
  -f, --follow             show what comes in from now on
  -j, --json               one JSON document a row
      --server URL         (default $HOLTER_SERVER, else http://127.0.0.1:7070; the token comes from $HOLTER_TOKEN)

Exit codes: 0 rows were found, 1 none was, 2 wrong use, 3 the server cannot be reached.`;

const MAX_LIMIT = 5000;
const options = {
  service: { type: 'string', multiple: true },
  level: { type: 'string', multiple: true },
  where: { type: 'string', multiple: true },
  trace: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  limit: { type: 'string', short: 'n' },
  follow: { type: 'boolean', short: 'f' },
  json: { type: 'boolean', short: 'j' },
  server: { type: 'string' },
} as const;

const operators: Readonly<Record<string, FieldFilter['op']>> = { '=': 'eq', '!=': 'ne', '~': 'regex' };

function readFilter(text: string): FieldFilter {
  const match = /^([^=!~]+)(=|!=|~)(.*)$/s.exec(text);
  if (match === null) throw new WrongUse(`--where: expected FIELD=VALUE, FIELD!=VALUE or FIELD~PATTERN, got ${text}`);
  return { field: match[1]!, op: operators[match[2]!]!, value: match[3]! };
}

async function follow(
  target: ServerTarget,
  search: LogSearchInput,
  show: (rows: LogTailRows['rows']) => void,
): Promise<void> {
  const query = new URLSearchParams();
  for (const service of search.service ?? []) query.append('service', service);
  for (const level of search.level ?? []) query.append('level', level);
  if (search.text !== undefined) query.set('text', search.text);
  if (search.traceId !== undefined) query.set('traceId', search.traceId);
  query.set('filters', JSON.stringify(search.filters ?? []));
  const response = await openAnswer(target, `/logs/tail?${query}`);
  let pending = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const events = (pending + chunk).split('\n\n');
    pending = events.pop() ?? '';
    for (const event of events) {
      const data = /^data: (.*)$/m.exec(event)?.[1];
      if (data === undefined) continue;
      if (event.startsWith('event: rows')) show((JSON.parse(data) as LogTailRows).rows);
      else console.error(`… ${String((JSON.parse(data) as { count: number }).count)} rows were skipped`);
    }
  }
}

/** Runs the command; resolves to the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments({ args: [...args], options, allowPositionals: true });
  const palette = choosePalette(process.stdout);
  const show = (rows: LogSearchResponse['rows']): void => {
    for (const row of rows) console.log(values.json === true ? JSON.stringify(row) : formatLogRow(row, palette));
  };
  const search: LogSearchInput = {
    ...(positionals.length === 0 ? {} : { text: positionals.join(' ') }),
    ...(values.service === undefined ? {} : { service: values.service }),
    ...(values.level === undefined ? {} : { level: values.level as SeverityGroup[] }),
    ...(values.trace === undefined ? {} : { traceId: values.trace }),
    ...(values.from === undefined ? {} : { from: values.from }),
    ...(values.to === undefined ? {} : { to: values.to }),
    filters: (values.where ?? []).map(readFilter),
    limit: Math.min(Number(values.limit ?? 100), MAX_LIMIT),
  };
  const target = findServer(values.server);
  if (values.follow === true) {
    await follow(target, search, show);
    return 0;
  }
  const { rows } = await askServer<LogSearchResponse>(target, '/logs/search', search);
  show(rows.toReversed());
  return rows.length > 0 ? 0 : 1;
}
