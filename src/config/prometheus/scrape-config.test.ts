import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { needShared } from '../../../test/support/need.ts';
import { parsePrometheusConfig } from './scrape-config.ts';

const complaints = (text: string): string[] =>
  parsePrometheusConfig(text).problems.map(
    ({ severity, line, column, path, message }) => `${severity} ${line}:${column} ${path}: ${message}`,
  );

test("the users' own file is read without complaint", (context) => {
  const { config, problems } = parsePrometheusConfig(readFileSync(needShared(context, 'seeds/prometheus.yml'), 'utf8'));
  expect(problems).toEqual([]);
  expect(config?.externalLabels).toEqual([
    ['monitor', 'python-app-monitor'],
    ['environment', 'production'],
  ]);
  expect(config?.jobs.map(({ name, interval, timeout, groups }) => [name, interval, timeout, groups])).toEqual([
    [
      'python-app',
      15_000,
      10_000,
      [
        {
          targets: ['localhost:8000'],
          labels: [
            ['service', 'api'],
            ['environment', 'production'],
          ],
        },
      ],
    ],
    ['node-exporter', 15_000, 10_000, [{ targets: ['localhost:9100'], labels: [['service', 'system']] }]],
  ]);
});

test('all that static targets need', () => {
  const { config, problems } = parsePrometheusConfig(`
x-common: &group
  targets: ['a:1']
scrape_configs:
- job_name: one
  scrape_interval: 1m30s
  scrape_timeout: 20s
  metrics_path: /m
  scheme: https
  params: { module: [http, tcp] }
  honor_labels: true
  honor_timestamps: false
  sample_limit: 100
  body_size_limit: 10MB
  static_configs: [*group]
`);
  expect(problems.map(({ message }) => message)).toEqual(['unknown field "x-common"']);
  expect(config?.jobs[0]).toMatchObject({
    interval: 90_000,
    timeout: 20_000,
    metricsPath: '/m',
    scheme: 'https',
    params: [['module', ['http', 'tcp']]],
    honorLabels: true,
    honorTimestamps: false,
    sampleLimit: 100,
    bodySizeLimit: 10 << 20,
    groups: [{ targets: ['a:1'], labels: [] }],
  });
});

test('every complaint has its place', () => {
  expect(complaints('a: [')).toHaveLength(1);
  expect(complaints('- a')).toEqual(['error 1:1 : expected the sections of a prometheus.yml, got a list']);
  expect(complaints('global:\n  scrape_intervall: 5s\n')).toEqual([
    'error 2:3 global.scrape_intervall: unknown field "scrape_intervall"; did you mean scrape_interval?',
  ]);
  expect(complaints('global: {scrape_interval: 5 s}')).toEqual([
    'error 1:27 global.scrape_interval: expected a duration such as 15s or 1m30s, got "5 s"',
  ]);
  expect(complaints('remote_write: []')).toEqual([
    'warning 1:1 remote_write: remote_write is not supported yet and is left aside',
  ]);
});

test('a job that cannot do what it says is left out, the others work', () => {
  const text = `scrape_configs:
  - job_name: pods
    kubernetes_sd_configs: [{ role: pod }]
  - job_name: changed
    relabel_configs: []
  - job_name: slow
    scrape_interval: 5s
    scrape_timeout: 10s
  - job_name: fine
    static_configs: [{ targets: ['a:1'] }]
  - job_name: fine
  - static_configs: []
  - job_name: odd
    static_configs: [{ targets: ['http://a/metrics'] }]
`;
  expect(parsePrometheusConfig(text).config?.jobs.map(({ name }) => name)).toEqual(['fine']);
  expect(complaints(text)).toEqual([
    'error 3:5 scrape_configs[0].kubernetes_sd_configs: targets of kubernetes discovery (kubernetes_sd_configs) are not supported yet; name them in static_configs',
    'error 5:5 scrape_configs[1].relabel_configs: relabel_configs is not supported yet, so this job is not scraped',
    'error 8:21 scrape_configs[2].scrape_timeout: the scrape_timeout of job "slow" is longer than its scrape_interval',
    'error 11:15 scrape_configs[4].job_name: two jobs are called "fine"',
    'error 12:5 scrape_configs[5]: a job without job_name',
    'error 14:34 scrape_configs[6].static_configs[0].targets[0]: expected host:port, got "http://a/metrics"; scheme and path have fields of their own',
  ]);
});
