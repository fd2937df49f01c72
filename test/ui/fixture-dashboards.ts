// Dashboards of the fixture, kept by the server's own library code: one of a file, one imported with everything that panels can be.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const seed = {
  dashboard: {
    title: 'Python应用监控',
    panels: [
      {
        title: '请求速率',
        type: 'graph',
        targets: [{ expr: 'rate(http_requests_total[5m])', legendFormat: '{{instance}} {{path}}' }],
      },
      {
        title: '响应时间分布',
        type: 'graph',
        targets: [
          { expr: 'histogram_quantile(0.95, http_request_duration_seconds_bucket)', legendFormat: '95分位' },
          { expr: 'histogram_quantile(0.50, http_request_duration_seconds_bucket)', legendFormat: '50分位' },
        ],
      },
      {
        title: '错误率',
        type: 'graph',
        targets: [
          {
            expr: 'rate(http_requests_total{status=~"5.."}[5m]) / rate(http_requests_total[5m])',
            legendFormat: '错误率',
          },
        ],
      },
    ],
  },
};

export const seedText = JSON.stringify(seed, undefined, 2);
export const everyPanelText = readFileSync(join(import.meta.dirname, 'every-panel.json'), 'utf8');
