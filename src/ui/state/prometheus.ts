// The Prometheus API of the server, as the pages ask it: answers as columns, times in milliseconds.
import type { SeriesLabels } from '../../dashboards/legend.ts';
import { ApiError } from './api.ts';

const PREFIX = '/api/v1';

export interface RangeSeries {
  readonly labels: SeriesLabels;
  /** Milliseconds, ascending. */
  readonly times: readonly number[];
  readonly values: readonly number[];
}

export interface InstantRow {
  readonly labels: SeriesLabels;
  readonly millis: number;
  readonly value: number;
}

/** What the answer cost, milliseconds. */
export interface QueryCost {
  readonly samplesRead: number;
  readonly peakSamples: number;
  readonly reading: number;
  readonly evaluating: number;
  readonly waiting: number;
  readonly total: number;
}

export interface Remarks {
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

export interface RangeAnswer extends Remarks {
  readonly series: readonly RangeSeries[];
  readonly cost: QueryCost | undefined;
}

export interface InstantAnswer extends Remarks {
  readonly rows: readonly InstantRow[];
  readonly cost: QueryCost | undefined;
}

interface Envelope {
  readonly status: 'success' | 'error';
  readonly data?: unknown;
  readonly errorType?: string;
  readonly error?: string;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

type Parameters = Readonly<Record<string, string | readonly string[] | undefined>>;

function formOf(parameters: Parameters): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    for (const entry of typeof value === 'string' ? [value] : value) form.append(name, entry);
  }
  return form;
}

/** Of a POST the parameters stand in the body: queries are longer than addresses may be. */
async function ask(
  path: string,
  parameters: Parameters,
  method: 'GET' | 'POST',
  signal: AbortSignal | undefined,
): Promise<Envelope> {
  const form = formOf(parameters);
  const init: RequestInit = {
    method,
    ...(signal !== undefined && { signal }),
    ...(method === 'POST' && { body: form }),
  };
  let response: Response;
  try {
    const query = method === 'GET' && form.size > 0 ? `?${form.toString()}` : '';
    response = await fetch(`${PREFIX}${path}${query}`, init);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError(0, 'UNREACHABLE', 'The server does not answer.');
  }
  const text = await response.text();
  let body: Envelope;
  try {
    body = text === '' ? { status: 'success' } : (JSON.parse(text) as Envelope);
  } catch {
    throw new ApiError(response.status, 'NOT_JSON', `expected JSON, got ${text.slice(0, 200)}`);
  }
  if (!response.ok || body.status === 'error')
    throw new ApiError(response.status, body.errorType ?? `HTTP_${response.status}`, body.error ?? response.statusText);
  return body;
}

const readValue = (text: string): number =>
  text === '+Inf' ? Number.POSITIVE_INFINITY : text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);

type RawPoint = readonly [seconds: number, value: string];
interface RawSeries {
  readonly metric: SeriesLabels;
  readonly values?: readonly RawPoint[];
  readonly value?: RawPoint;
}
interface RawResult {
  readonly resultType: string;
  readonly result: readonly RawSeries[] | RawPoint;
  readonly stats?: {
    readonly timings?: Readonly<Record<string, number>>;
    readonly samples?: Readonly<Record<string, number>>;
  };
}

function costOf({ stats }: RawResult): QueryCost | undefined {
  if (stats === undefined) return undefined;
  const { timings = {}, samples = {} } = stats;
  const millis = (name: string): number => (timings[name] ?? 0) * 1000;
  return {
    samplesRead: samples['samplesRead'] ?? samples['totalQueryableSamples'] ?? 0,
    peakSamples: samples['peakSamples'] ?? 0,
    reading: millis('queryPreparationTime'),
    evaluating: millis('innerEvalTime'),
    waiting: millis('execQueueTime'),
    total: millis('execTotalTime'),
  };
}

const remarksOf = ({ warnings = [], infos = [] }: Envelope): Remarks => ({ warnings, infos });

export interface RangeInput {
  readonly query: string;
  /** Milliseconds. */
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

const seconds = (millis: number): string => String(millis / 1000);

export async function queryRange(input: RangeInput, signal?: AbortSignal): Promise<RangeAnswer> {
  const { query, start, end, step } = input;
  const parameters = { query, start: seconds(start), end: seconds(end), step: seconds(step), stats: 'true' };
  const body = await ask('/query_range', parameters, 'POST', signal);
  const data = body.data as RawResult;
  const series = (data.result as readonly RawSeries[]).map(({ metric, values = [] }) => ({
    labels: metric,
    times: values.map(([time]) => Math.round(time * 1000)),
    values: values.map(([, value]) => readValue(value)),
  }));
  return { series, ...remarksOf(body), cost: costOf(data) };
}

function rowsOf({ resultType, result }: RawResult): InstantRow[] {
  if (resultType === 'scalar' || resultType === 'string') {
    const [time, value] = result as RawPoint;
    return [{ labels: {}, millis: time * 1000, value: readValue(value) }];
  }
  return (result as readonly RawSeries[]).flatMap(({ metric, value, values }) => {
    // Of a range vector only the newest sample has a place in a table.
    const point = value ?? values?.at(-1);
    return point === undefined ? [] : [{ labels: metric, millis: point[0] * 1000, value: readValue(point[1]) }];
  });
}

export async function queryInstant(query: string, time: number, signal?: AbortSignal): Promise<InstantAnswer> {
  const body = await ask('/query', { query, time: seconds(time), stats: 'true' }, 'POST', signal);
  const data = body.data as RawResult;
  return { rows: rowsOf(data), ...remarksOf(body), cost: costOf(data) };
}

export interface Exemplar {
  readonly series: SeriesLabels;
  readonly labels: SeriesLabels;
  readonly value: number;
  readonly millis: number;
}

export async function queryExemplars(
  query: string,
  start: number,
  end: number,
  signal?: AbortSignal,
): Promise<Exemplar[]> {
  const { data } = await ask('/query_exemplars', { query, start: seconds(start), end: seconds(end) }, 'POST', signal);
  const found = (data ?? []) as readonly {
    readonly seriesLabels: SeriesLabels;
    readonly exemplars: readonly {
      readonly labels: SeriesLabels;
      readonly value: string;
      readonly timestamp: number;
    }[];
  }[];
  return found.flatMap(({ seriesLabels, exemplars }) =>
    exemplars.map(({ labels, value, timestamp }) => ({
      series: seriesLabels,
      labels,
      value: readValue(value),
      millis: timestamp * 1000,
    })),
  );
}

export interface SeriesInput {
  /** Selectors; none is every series. */
  readonly match?: string | undefined;
  readonly start: number;
  readonly end: number;
}

const seriesParameters = ({ match, start, end }: SeriesInput): Parameters => ({
  'match[]': match === undefined || match === '' ? undefined : match,
  start: seconds(start),
  end: seconds(end),
});

export async function listLabelNames(input: SeriesInput, signal?: AbortSignal): Promise<readonly string[]> {
  return (await ask('/labels', seriesParameters(input), 'GET', signal)).data as readonly string[];
}

export async function listLabelValues(
  label: string,
  input: SeriesInput,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const path = `/label/${encodeURIComponent(label)}/values`;
  return (await ask(path, seriesParameters(input), 'GET', signal)).data as readonly string[];
}

export async function listSeries(input: SeriesInput, signal?: AbortSignal): Promise<readonly SeriesLabels[]> {
  return (await ask('/series', { ...seriesParameters(input), limit: '1000' }, 'GET', signal))
    .data as readonly SeriesLabels[];
}

export interface ActiveAlert {
  readonly labels: SeriesLabels;
  readonly annotations: SeriesLabels;
  readonly state: 'pending' | 'firing';
  readonly activeAt?: string;
  readonly value: string;
  readonly keepFiringSince?: string;
}

export interface Rule {
  readonly type: 'alerting' | 'recording';
  readonly name: string;
  readonly query: string;
  readonly labels?: SeriesLabels;
  readonly annotations?: SeriesLabels;
  /** Seconds. */
  readonly duration?: number;
  readonly keepFiringFor?: number;
  readonly state?: 'inactive' | 'pending' | 'firing' | 'unknown';
  readonly alerts?: readonly ActiveAlert[];
  readonly health: 'ok' | 'err' | 'unknown';
  readonly lastError?: string;
  /** Seconds. */
  readonly evaluationTime: number;
  /** RFC 3339. */
  readonly lastEvaluation: string;
}

export interface RuleGroup {
  readonly name: string;
  readonly file: string;
  readonly rules: readonly Rule[];
  /** Seconds. */
  readonly interval: number;
  readonly limit?: number;
  readonly evaluationTime: number;
  readonly lastEvaluation: string;
}

export async function listRules(signal?: AbortSignal): Promise<readonly RuleGroup[]> {
  const { data } = await ask('/rules', {}, 'GET', signal);
  return (data as { readonly groups: readonly RuleGroup[] }).groups;
}
