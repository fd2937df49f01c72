// `holter promql`: evaluates a PromQL query on a server, or tells what it takes.
import type { parseArgs } from 'node:util';
import type { ExplainRequest, ExplainResponse } from '../../api/explain.ts';
import { parseDuration, parseTimePoint } from '../../api/time-point.ts';
import type { Result } from '../../base/result.ts';
import { nanosFromMillis } from '../../model/units.ts';
import { readArguments, WrongUse } from '../command.ts';
import { formatExplain } from '../output/explain-text.ts';
import { choosePalette } from '../output/palette.ts';
import { formatSeriesTable, type ShownSeries } from '../output/series-table.ts';
import { askPrometheus } from '../target/ask-prometheus.ts';
import { askServer, findServer } from '../target/ask-server.ts';

export const HELP = `usage: holter promql QUERY [options]

Evaluates QUERY at one time, or over a range, and prints a table.

      --time TIME        when: RFC 3339, or relative: now-15m (default now)
      --range SPAN       over so long a time up to --time (1h, 7d); shows the course
      --step SPAN        between the points of a range (default: 100 points)
      --explain          what is read and how long each part takes, instead of the result
  -j, --json             the answer as the API gives it
      --server URL       (default $HOLTER_SERVER, else http://127.0.0.1:7070; the token comes from $HOLTER_TOKEN)

Exit codes: 0 there is a result, 1 it is empty or the query failed, 2 wrong use or wrong query, 3 the server cannot be reached.`;

const DEFAULT_POINTS = 100n;
const SECOND = 1_000_000_000n;

const options = {
  time: { type: 'string' },
  range: { type: 'string' },
  step: { type: 'string' },
  explain: { type: 'boolean' },
  json: { type: 'boolean', short: 'j' },
  server: { type: 'string' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>['values'];

interface QueryData {
  readonly resultType: 'vector' | 'matrix' | 'scalar' | 'string';
  readonly result: readonly ShownSeries[] | readonly [number, string];
}

/** Nanoseconds; a range has a start and a step. */
interface Times {
  readonly to: bigint;
  readonly range?: { readonly from: bigint; readonly step: bigint };
}

function valueOf<T>(flag: string, result: Result<T, string>): T {
  if (result.ok) return result.value;
  throw new WrongUse(`--${flag}: ${result.error}`);
}

function readTimes({ time, range, step }: Values): Times {
  const to = valueOf('time', parseTimePoint(time ?? 'now', nanosFromMillis(Date.now())));
  if (range === undefined) {
    if (step === undefined) return { to };
    throw new WrongUse('--step needs a --range');
  }
  const length = valueOf('range', parseDuration(range));
  const least = (length / DEFAULT_POINTS / SECOND) * SECOND;
  const asked = step === undefined ? undefined : valueOf('step', parseDuration(step));
  return { to, range: { from: to - length, step: asked ?? (least < SECOND ? SECOND : least) } };
}

/** With three digits behind the point, as the API rounds them. */
const seconds = (nanos: bigint): string => String(Number(nanos / 1_000_000n) / 1000);

async function explain(query: string, { to, range }: Times, values: Values): Promise<number> {
  const request: ExplainRequest = {
    query,
    to: String(to),
    ...(range === undefined ? {} : { from: String(range.from), step: String(range.step) }),
  };
  const answer = await askServer<ExplainResponse>(findServer(values.server), '/metrics/explain', request);
  if (values.json === true) console.log(JSON.stringify(answer, undefined, 2));
  else for (const line of formatExplain(answer, choosePalette(process.stdout))) console.log(line);
  return 0;
}

function print({ resultType, result }: QueryData): boolean {
  if (resultType === 'scalar' || resultType === 'string') {
    console.log((result as readonly [number, string])[1]);
    return true;
  }
  const series = result as readonly ShownSeries[];
  if (series.length > 0) for (const line of formatSeriesTable(series, choosePalette(process.stdout))) console.log(line);
  return series.length > 0;
}

async function evaluate(query: string, { to, range }: Times, values: Values): Promise<number> {
  const form: Record<string, string> =
    range === undefined
      ? { query, time: seconds(to) }
      : { query, start: seconds(range.from), end: seconds(to), step: seconds(range.step) };
  const path = range === undefined ? '/query' : '/query_range';
  const { data, remarks } = await askPrometheus<QueryData>(findServer(values.server), path, form);
  for (const remark of remarks) console.error(remark);
  if (values.json !== true) return print(data) ? 0 : 1;
  console.log(JSON.stringify(data, undefined, 2));
  return data.result.length > 0 ? 0 : 1;
}

/** Runs the command; resolves to the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments({ args: [...args], options, allowPositionals: true });
  if (positionals.length === 0) throw new WrongUse('expected a query, got nothing');
  const times = readTimes(values);
  const query = positionals.join(' ');
  return await (values.explain === true ? explain(query, times, values) : evaluate(query, times, values));
}
