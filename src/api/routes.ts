// Every route of the own API, as data: the server registers them from here, and the OpenAPI file is made from here.
import { z } from 'zod';
import { cardinalityQuery, cardinalityResponse } from './cardinality.ts';
import { rowId, traceId } from './common.ts';
import {
  dashboardImportRequest,
  dashboardParams,
  dashboardResponse,
  dashboardsResponse,
  dashboardSummary,
  MAX_DASHBOARD_TEXT,
} from './dashboards.ts';
import { explainRequest, explainResponse } from './explain.ts';
import {
  logAroundQuery,
  logAroundResponse,
  logFieldsRequest,
  logFieldsResponse,
  logHistogramRequest,
  logHistogramResponse,
  logRow,
  logSearchRequest,
  logSearchResponse,
  logTailQuery,
  logTopValuesRequest,
  logTopValuesResponse,
} from './logs.ts';
import {
  metricLabelsRequest,
  metricLabelsResponse,
  metricLabelValuesRequest,
  metricNamesRequest,
  metricNamesResponse,
  metricRangeRequest,
  metricRangeResponse,
} from './metrics.ts';
import { alertsQuery, alertsResponse, rulesResponse } from './rules.ts';
import {
  operationsQuery,
  operationsResponse,
  serviceGraphQuery,
  serviceGraphResponse,
  servicesQuery,
  servicesResponse,
} from './services.ts';
import { queryLintRequest, queryLintResponse } from './query-lint.ts';
import { ledgerResponse, sourcesResponse } from './sources.ts';
import { firstStepsResponse, statusResponse } from './status.ts';
import { storageResponse } from './storage.ts';
import {
  auditQuery,
  auditResponse,
  sessionRequest,
  sessionResponse,
  tokenCreateRequest,
  tokenCreateResponse,
  tokenParams,
  tokensResponse,
} from './tokens.ts';
import { traceLogsResponse, traceResponse, traceSearchRequest, traceSearchResponse } from './traces.ts';

export const API_PREFIX = '/api/holter/v1';

/** `administer`: the local administrator (who can read the data directory); `open`: anybody that reaches the address. */
export type Access = 'query' | 'administer' | 'open';

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below API_PREFIX, parameters as {name}. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Bytes of a request's body; 1 MiB where it is absent. */
  readonly bodyLimit?: number;
  /** `events`: the answer is a stream of server-sent events. */
  readonly response: z.ZodType | 'events';
}

const idParams = z.object({ id: rowId });
const traceParams = z.object({ traceId });

/** The routes by name. */
export const routes = {
  searchLogs: {
    method: 'POST',
    path: '/logs/search',
    summary: 'Log rows that match, page by page',
    access: 'query',
    body: logSearchRequest,
    response: logSearchResponse,
  },
  countLogs: {
    method: 'POST',
    path: '/logs/histogram',
    summary: 'How many log rows match, over time',
    access: 'query',
    body: logHistogramRequest,
    response: logHistogramResponse,
  },
  listLogFields: {
    method: 'POST',
    path: '/logs/fields',
    summary: 'Names of the fields that matching log rows carry',
    access: 'query',
    body: logFieldsRequest,
    response: logFieldsResponse,
  },
  listTopValues: {
    method: 'POST',
    path: '/logs/top-values',
    summary: 'The most frequent values of a field',
    access: 'query',
    body: logTopValuesRequest,
    response: logTopValuesResponse,
  },
  tailLogs: {
    method: 'GET',
    path: '/logs/tail',
    summary: 'Matching log rows as they come in: events `rows` and `skipped`',
    access: 'query',
    query: logTailQuery,
    response: 'events',
  },
  readLogsAround: {
    method: 'GET',
    path: '/logs/around/{id}',
    summary: 'The rows before and after a log row',
    access: 'query',
    params: idParams,
    query: logAroundQuery,
    response: logAroundResponse,
  },
  readLog: {
    method: 'GET',
    path: '/logs/row/{id}',
    summary: 'One log row',
    access: 'query',
    params: idParams,
    response: logRow,
  },
  searchTraces: {
    method: 'POST',
    path: '/traces/search',
    summary: 'Traces with a span that matches, one entry a trace',
    access: 'query',
    body: traceSearchRequest,
    response: traceSearchResponse,
  },
  readTrace: {
    method: 'GET',
    path: '/traces/{traceId}',
    summary: 'All spans of a trace',
    access: 'query',
    params: traceParams,
    response: traceResponse,
  },
  readTraceLogs: {
    method: 'GET',
    path: '/traces/{traceId}/logs',
    summary: 'All log rows of a trace',
    access: 'query',
    params: traceParams,
    response: traceLogsResponse,
  },
  listServices: {
    method: 'GET',
    path: '/services',
    summary: 'Services that sent logs or spans',
    access: 'query',
    query: servicesQuery,
    response: servicesResponse,
  },
  readServiceGraph: {
    method: 'GET',
    path: '/services/graph',
    summary: 'Which service calls which, and what else they call, with rate, errors and durations',
    access: 'query',
    query: serviceGraphQuery,
    response: serviceGraphResponse,
  },
  listOperations: {
    method: 'GET',
    path: '/operations',
    summary: 'Operations (span names) with rate, errors and durations, also over time',
    access: 'query',
    query: operationsQuery,
    response: operationsResponse,
  },
  listMetrics: {
    method: 'POST',
    path: '/metrics/names',
    summary: 'Metric names with type, unit and help',
    access: 'query',
    body: metricNamesRequest,
    response: metricNamesResponse,
  },
  listMetricLabels: {
    method: 'POST',
    path: '/metrics/labels',
    summary: 'Label names of matching series',
    access: 'query',
    body: metricLabelsRequest,
    response: metricLabelsResponse,
  },
  listMetricLabelValues: {
    method: 'POST',
    path: '/metrics/label-values',
    summary: 'Values of a label among matching series',
    access: 'query',
    body: metricLabelValuesRequest,
    response: metricLabelsResponse,
  },
  readMetricRange: {
    method: 'POST',
    path: '/metrics/range',
    summary: 'Raw samples of matching series',
    access: 'query',
    body: metricRangeRequest,
    response: metricRangeResponse,
  },
  readCardinality: {
    method: 'GET',
    path: '/metrics/cardinality',
    summary: 'Where the series come from, and which are new',
    access: 'query',
    query: cardinalityQuery,
    response: cardinalityResponse,
  },
  lintQueries: {
    method: 'POST',
    path: '/queries/lint',
    summary: 'What PromQL queries say that was probably not meant',
    access: 'query',
    body: queryLintRequest,
    response: queryLintResponse,
  },
  listDashboards: {
    method: 'GET',
    path: '/dashboards',
    summary: 'Dashboards, those of files too',
    access: 'query',
    response: dashboardsResponse,
  },
  readDashboard: {
    method: 'GET',
    path: '/dashboards/{id}',
    summary: 'A dashboard with its JSON as it came',
    access: 'query',
    params: dashboardParams,
    response: dashboardResponse,
  },
  importDashboard: {
    method: 'POST',
    path: '/dashboards',
    summary: 'Keep the JSON of a Grafana dashboard',
    access: 'query',
    body: dashboardImportRequest,
    // A text of signs that JSON has to escape doubles.
    bodyLimit: 4 * MAX_DASHBOARD_TEXT,
    response: dashboardSummary,
  },
  deleteDashboard: {
    method: 'DELETE',
    path: '/dashboards/{id}',
    summary: 'Delete an imported dashboard',
    access: 'query',
    params: dashboardParams,
    response: z.object({}),
  },
  listRules: {
    method: 'GET',
    path: '/rules',
    summary: 'Rule groups, how their rules fared, and the history of their alerts',
    access: 'query',
    response: rulesResponse,
  },
  listAlerts: {
    method: 'GET',
    path: '/alerts',
    summary: 'Alerts with their history, the newest change first',
    access: 'query',
    query: alertsQuery,
    response: alertsResponse,
  },
  explainQuery: {
    method: 'POST',
    path: '/metrics/explain',
    summary: 'What evaluating a PromQL query reads and takes',
    access: 'query',
    body: explainRequest,
    response: explainResponse,
  },
  listSources: {
    method: 'GET',
    path: '/sources',
    summary: 'What sends, how much, and what became of it',
    access: 'query',
    response: sourcesResponse,
  },
  readLedger: {
    method: 'GET',
    path: '/ledger',
    summary: 'Where every received row went',
    access: 'query',
    response: ledgerResponse,
  },
  readStorage: {
    method: 'GET',
    path: '/storage',
    summary: 'Bytes on disk by table and partition',
    access: 'query',
    response: storageResponse,
  },
  readStatus: {
    method: 'GET',
    path: '/status',
    summary: 'Version, open addresses and what is degraded',
    access: 'query',
    response: statusResponse,
  },
  readFirstSteps: {
    method: 'GET',
    path: '/first-steps',
    summary: 'What to paste into a Python service',
    access: 'query',
    response: firstStepsResponse,
  },
  listTokens: {
    method: 'GET',
    path: '/tokens',
    summary: 'Tokens, without their secrets',
    access: 'administer',
    response: tokensResponse,
  },
  createToken: {
    method: 'POST',
    path: '/tokens',
    summary: 'Create a token',
    access: 'administer',
    body: tokenCreateRequest,
    response: tokenCreateResponse,
  },
  revokeToken: {
    method: 'DELETE',
    path: '/tokens/{id}',
    summary: 'Revoke a token',
    access: 'administer',
    params: tokenParams,
    response: z.object({}),
  },
  readAudit: {
    method: 'GET',
    path: '/audit',
    summary: 'Who changed what',
    access: 'query',
    query: auditQuery,
    response: auditResponse,
  },
  readSession: {
    method: 'GET',
    path: '/session',
    summary: 'Whether a token is needed, and what this request may do',
    access: 'open',
    response: sessionResponse,
  },
  signIn: {
    method: 'POST',
    path: '/session',
    summary: 'Sign a browser in with a token',
    access: 'open',
    body: sessionRequest,
    response: sessionResponse,
  },
  signOut: {
    method: 'DELETE',
    path: '/session',
    summary: 'Sign a browser out',
    access: 'open',
    response: z.object({}),
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;
