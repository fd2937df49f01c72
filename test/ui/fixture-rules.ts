// Rules of the fixture: one fires, one waits, one is quiet, one cannot be evaluated, one records.

const iso = (millis: number): string => new Date(millis).toISOString();

export function fixtureRules(now: number): unknown[] {
  const evaluated = { evaluationTime: 0.0042, lastEvaluation: iso(now - 9000) };
  const alert = (state: 'firing' | 'pending', path: string, since: number, value: string): object => ({
    labels: { alertname: state === 'firing' ? 'HighErrorRate' : 'HighResponseTime', severity: 'critical', path },
    annotations: { summary: '高错误率告警', description: `错误率超过5%，当前值: ${value}` },
    state,
    activeAt: iso(now - since),
    value,
  });
  const alerting = (name: string, query: string, state: string, alerts: unknown[], more: object = {}): object => ({
    type: 'alerting',
    name,
    query,
    state,
    duration: 300,
    keepFiringFor: 0,
    labels: { severity: 'critical' },
    annotations: {
      summary: '高错误率告警',
      description: '错误率超过5%，当前值: {{ $value }}',
      runbook_url: 'https://runbooks.example/errors',
    },
    alerts,
    health: 'ok',
    ...evaluated,
    ...more,
  });
  return [
    {
      name: 'python_app_alerts',
      file: '/etc/holter/alerts.yml',
      interval: 30,
      limit: 0,
      ...evaluated,
      rules: [
        alerting('HighErrorRate', 'rate(http_requests_total{status="500"}[5m]) > 20', 'firing', [
          alert('firing', '/结算', 1_400_000, '3.1e+01'),
          alert('firing', '/api/v1/cart', 200_000, '2.4e+01'),
        ]),
        alerting(
          'HighResponseTime',
          'histogram_quantile(0.95, sum by (le, path) (rate(http_request_duration_seconds_bucket[5m]))) > 0.4',
          'pending',
          [alert('pending', '/结算', 120_000, '7.9e-01')],
        ),
        alerting('LowRequestRate', 'sum(rate(http_requests_total[5m])) < 1', 'inactive', []),
        alerting('QueueGrows', 'deriv(queue_depth[10m]) > on (nowhere) group_left () up', 'inactive', [], {
          health: 'err',
          lastError: 'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
        }),
      ],
    },
    {
      name: 'recordings',
      file: '/etc/holter/records.yml',
      interval: 15,
      limit: 0,
      ...evaluated,
      rules: [
        {
          type: 'recording',
          name: 'job:http_requests:rate5m',
          query: 'sum by (job) (rate(http_requests_total[5m]))',
          labels: { team: '支付' },
          health: 'ok',
          ...evaluated,
        },
      ],
    },
  ];
}
