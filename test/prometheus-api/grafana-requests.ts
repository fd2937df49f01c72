// What Grafana's Prometheus data source asks, written down from its source: packages/grafana-prometheus/src/resource_clients.ts,
// language_provider.ts, metric_find_query.ts, datasource.ts and pkg/promlib/client/client.go, pkg/promlib/healthcheck, heuristics
// (grafana/grafana, main of 2026). It sends forms by POST, except to the endpoints that only answer GET.

export interface RecordedRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** In the body of a POST, in the address of a GET. */
  readonly form: string;
}

const form = (fields: Readonly<Record<string, string>>): string => new URLSearchParams(fields).toString();
const get = (path: string, fields: Readonly<Record<string, string>> = {}): RecordedRequest => ({
  method: 'GET',
  path,
  form: form(fields),
});
const post = (path: string, fields: Readonly<Record<string, string>>): RecordedRequest => ({
  method: 'POST',
  path,
  form: form(fields),
});

/** For series from `start` to `end` (Unix seconds). */
export function grafanaRequests(start: number, end: number): readonly RecordedRequest[] {
  const times = { start: String(start), end: String(end) };
  const step = { ...times, step: '15' };
  const rate = 'sum by(job) (rate(http_requests_total{job=~"api|web"}[1m0s]))';
  return [
    // The health check, and what flavour it talks to.
    post('/query', { query: '1+1', time: String(end) }),
    get('/status/buildinfo'),
    get('/rules'),
    // Panels: range, instant, exemplars; with the data source's query timeout.
    post('/query_range', { query: rate, ...step, timeout: '60s' }),
    post('/query_range', { query: 'histogram_quantile(0.95, sum by(le) (rate(latency_bucket[1m0s])))', ...step }),
    post('/query_range', { query: 'up{job="不存在"}', ...step }),
    post('/query', { query: rate, time: String(end), timeout: '60s' }),
    post('/query', { query: 'topk(1, http_requests_total)', time: String(end) }),
    post('/query_exemplars', { query: rate, ...times }),
    // Completion: metrics, labels and their values, with and without conditions.
    get('/label/__name__/values', { limit: '40000', ...times }),
    get('/label/job/values', { limit: '40000', ...times, 'match[]': '{__name__="http_requests_total"}' }),
    get('/label/U__http_2e_route/values', { limit: '40000', ...times }),
    post('/labels', { limit: '40000', ...times }),
    post('/labels', { limit: '40000', ...times, 'match[]': '{__name__="http_requests_total", job!=""}' }),
    post('/series', { ...times, 'match[]': '{__name__!=""}', limit: '40000' }),
    post('/series', { ...times, 'match[]': 'http_requests_total{job="api"}', limit: '1' }),
    get('/metadata', { limit: '40000' }),
    get('/metadata', { limit: '40000', limit_per_metric: '1', metric: 'http_requests_total' }),
    // Variables: label_values(), query_result(), and what the alert list asks.
    get('/series', { ...times, 'match[]': 'up' }),
    post('/query', { query: 'query_is_wrong(', time: String(end) }),
    get('/query', { query: 'query_is_wrong(', time: String(end) }),
    get('/alerts'),
  ];
}
