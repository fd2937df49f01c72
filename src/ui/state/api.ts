// The server's own API, as the pages call it. Types come from the contract; the server has validated what it sends.
import type { CardinalityResponse } from '../../api/cardinality.ts';
import type {
  LogAroundResponse,
  LogFieldsInput,
  LogFieldsResponse,
  LogHistogramInput,
  LogHistogramResponse,
  LogRow,
  LogSearchInput,
  LogSearchResponse,
  LogTopValuesInput,
  LogTopValuesResponse,
} from '../../api/logs.ts';
import type {
  MetricNamesInput,
  MetricNamesResponse,
  MetricRangeInput,
  MetricRangeResponse,
} from '../../api/metrics.ts';
import type {
  DashboardImportRequest,
  DashboardResponse,
  DashboardsResponse,
  DashboardSummary,
} from '../../api/dashboards.ts';
import type { QueryLintResponse } from '../../api/query-lint.ts';
import type { OperationsResponse, ServiceGraphResponse, ServicesResponse } from '../../api/services.ts';
import type { SourcesResponse } from '../../api/sources.ts';
import type { FirstStepsResponse, StatusResponse } from '../../api/status.ts';
import type { StorageResponse } from '../../api/storage.ts';
import type { SessionResponse } from '../../api/tokens.ts';
import type { TraceLogsResponse, TraceResponse, TraceSearchInput, TraceSearchResponse } from '../../api/traces.ts';

export const API = '/api/holter/v1';

/** What the server answered instead; `status` 0 when it did not answer at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
  }
}

async function send<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`${API}${path}`, init);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError(0, 'UNREACHABLE', 'The server does not answer.');
  }
  const text = await response.text();
  let body: unknown;
  try {
    body = text === '' ? {} : JSON.parse(text);
  } catch {
    throw new ApiError(response.status, 'NOT_JSON', `expected JSON, got ${text.slice(0, 200)}`);
  }
  if (response.ok) return body as T;
  const error = (body as { error?: { code?: string; message?: string } }).error;
  throw new ApiError(response.status, error?.code ?? `HTTP_${response.status}`, error?.message ?? response.statusText);
}

const get = <T>(path: string, signal?: AbortSignal): Promise<T> =>
  send<T>(path, signal === undefined ? {} : { signal });

function post<T>(path: string, input: unknown, signal?: AbortSignal): Promise<T> {
  const init: RequestInit = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  };
  return send<T>(path, signal === undefined ? init : { ...init, signal });
}

type Signal = AbortSignal | undefined;

interface RangeInput {
  readonly from: string;
  readonly to: string;
}

const rangeQuery = (range: RangeInput): string => `from=${range.from}&to=${range.to}`;

export const searchLogs = (input: LogSearchInput, signal: Signal) =>
  post<LogSearchResponse>('/logs/search', input, signal);
export const countLogs = (input: LogHistogramInput, signal: Signal) =>
  post<LogHistogramResponse>('/logs/histogram', input, signal);
export const listLogFields = (input: LogFieldsInput, signal: Signal) =>
  post<LogFieldsResponse>('/logs/fields', input, signal);
export const listTopValues = (input: LogTopValuesInput, signal: Signal) =>
  post<LogTopValuesResponse>('/logs/top-values', input, signal);
export const readLog = (id: string, signal: Signal) => get<LogRow>(`/logs/row/${id}`, signal);
export const readLogsAround = (id: string, of: 'service' | 'all', signal: Signal) =>
  get<LogAroundResponse>(`/logs/around/${id}?before=100&after=100&of=${of}`, signal);

export const searchTraces = (input: TraceSearchInput, signal: Signal) =>
  post<TraceSearchResponse>('/traces/search', input, signal);
export const readTrace = (traceId: string, signal: Signal) => get<TraceResponse>(`/traces/${traceId}`, signal);
export const readTraceLogs = (traceId: string, signal: Signal) =>
  get<TraceLogsResponse>(`/traces/${traceId}/logs`, signal);
export const listServices = (range: RangeInput, signal: Signal) =>
  get<ServicesResponse>(`/services?${rangeQuery(range)}`, signal);
export const listOperations = (range: RangeInput, service: string | undefined, signal: Signal) =>
  get<OperationsResponse>(
    `/operations?${rangeQuery(range)}${service === undefined ? '' : `&service=${encodeURIComponent(service)}`}`,
    signal,
  );

const OPERATIONS_SHOWN = 200;
const OPERATION_STEPS = 40;

/** Operations with their course over the range, below the API. */
export function operationsPath(range: RangeInput, only: Readonly<Record<string, string | undefined>>): string {
  const filters = Object.entries(only).flatMap(([name, value]) =>
    value === undefined ? [] : [`&${name}=${encodeURIComponent(value)}`],
  );
  return `/operations?${rangeQuery(range)}&limit=${OPERATIONS_SHOWN}&buckets=${OPERATION_STEPS}${filters.join('')}`;
}

export const listOperationsOverTime = (
  range: RangeInput,
  only: Readonly<Record<'service' | 'kind', string | undefined>>,
  signal: Signal,
) => get<OperationsResponse>(operationsPath(range, only), signal);
export const serviceGraphPath = (range: RangeInput): string => `/services/graph?${rangeQuery(range)}`;
export const readServiceGraph = (range: RangeInput, signal: Signal) =>
  get<ServiceGraphResponse>(serviceGraphPath(range), signal);

export const listMetrics = (input: MetricNamesInput, signal: Signal) =>
  post<MetricNamesResponse>('/metrics/names', input, signal);
export const readMetricRange = (input: MetricRangeInput, signal: Signal) =>
  post<MetricRangeResponse>('/metrics/range', input, signal);

export const lintQueries = (queries: readonly string[], signal: Signal) =>
  post<QueryLintResponse>('/queries/lint', { queries }, signal);

export const listDashboards = (signal: Signal) => get<DashboardsResponse>('/dashboards', signal);
export const readDashboard = (id: string, signal: Signal) =>
  get<DashboardResponse>(`/dashboards/${encodeURIComponent(id)}`, signal);
export const importDashboard = (input: DashboardImportRequest) => post<DashboardSummary>('/dashboards', input);
export const deleteDashboard = (id: string) =>
  send<object>(`/dashboards/${encodeURIComponent(id)}`, { method: 'DELETE' });

export const listSources = (signal: Signal) => get<SourcesResponse>('/sources', signal);
export const readCardinality = (signal: Signal) => get<CardinalityResponse>('/metrics/cardinality?limit=100', signal);
export const readStorage = (signal: Signal) => get<StorageResponse>('/storage', signal);
export const readStatus = (signal: Signal) => get<StatusResponse>('/status', signal);
export const readFirstSteps = (signal: Signal) => get<FirstStepsResponse>('/first-steps', signal);
export const readSession = (signal: Signal) => get<SessionResponse>('/session', signal);
export const signIn = (token: string) => post<SessionResponse>('/session', { token });

/** A request as a command for the terminal. */
export function formatCurl(path: string, input?: unknown): string {
  const url = `${location.origin}${API}${path}`;
  if (input === undefined) return `curl -s '${url}'`;
  const body = JSON.stringify(input).replaceAll("'", String.raw`'\''`);
  return `curl -s '${url}' -H 'content-type: application/json' -d '${body}'`;
}
