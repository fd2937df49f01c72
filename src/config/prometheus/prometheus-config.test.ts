import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { needShared } from '../../../test/support/need.ts';
import { parsePrometheusConfig, parseScrapeConfigFile } from './prometheus-config.ts';

const complaints = (text: string): string[] =>
  parsePrometheusConfig(text).problems.map(
    ({ severity, line, column, path, message }) => `${severity} ${line}:${column} ${path}: ${message}`,
  );
/** What is wrong in a job with these lines. */
const jobComplaints = (lines: string): string[] =>
  complaints(`scrape_configs:\n- job_name: j\n${lines.replaceAll(/^/gm, '  ')}\n`).map((line) =>
    line.replace('scrape_configs[0].', ''),
  );

test("the users' own file is read without complaint", (context) => {
  const text = readFileSync(needShared(context, 'seeds/prometheus.yml'), 'utf8');
  const { config, problems } = parsePrometheusConfig(text, { directory: '/etc/prometheus' });
  expect(problems).toEqual([]);
  expect(config?.global).toMatchObject({ scrapeInterval: 15_000, scrapeTimeout: 10_000, evaluationInterval: 15_000 });
  expect(config?.global.externalLabels).toEqual([
    ['monitor', 'python-app-monitor'],
    ['environment', 'production'],
  ]);
  expect(config?.ruleFiles).toEqual(['/etc/prometheus/alerts.yml']);
  expect(config?.jobs.map(({ name, interval, timeout, discovery }) => [name, interval, timeout, discovery])).toEqual([
    [
      'python-app',
      15_000,
      10_000,
      [
        {
          kind: 'static',
          groups: [
            {
              targets: ['localhost:8000'],
              labels: [
                ['service', 'api'],
                ['environment', 'production'],
              ],
            },
          ],
        },
      ],
    ],
    [
      'node-exporter',
      15_000,
      10_000,
      [{ kind: 'static', groups: [{ targets: ['localhost:9100'], labels: [['service', 'system']] }] }],
    ],
  ]);
  expect(config?.alerting.alertmanagers).toMatchObject([
    {
      scheme: 'http',
      pathPrefix: '',
      timeout: 10_000,
      discovery: [{ kind: 'static', groups: [{ targets: ['localhost:9093'], labels: [] }] }],
    },
  ]);
});

test('a job with everything', () => {
  const { config, problems } = parsePrometheusConfig(
    `
global: { sample_limit: 7, label_limit: 9, external_labels: { zone: 'eu-$ZONE-\${ZONE}-$$' }, query_log_file: q.log }
scrape_configs:
- job_name: one
  scrape_interval: 1m30s
  scrape_timeout: 20s
  metrics_path: /m
  scheme: https
  params: { module: [http, tcp] }
  honor_labels: true
  honor_timestamps: false
  track_timestamps_staleness: true
  sample_limit: 100
  body_size_limit: 10MB
  scrape_protocols: [PrometheusText0.0.4, OpenMetricsText1.0.0]
  fallback_scrape_protocol: PrometheusText0.0.4
  metric_name_validation_scheme: legacy
  enable_compression: false
  extra_scrape_metrics: true
  basic_auth: { username: u, password_file: secrets/p }
  tls_config: { ca_file: /ca.pem, cert_file: c.pem, key_file: k.pem, min_version: TLS12, insecure_skip_verify: true }
  proxy_url: http://proxy:3128
  no_proxy: localhost,10.0.0.0/8
  http_headers: { X-Scope: { values: [a], files: [x] } }
  follow_redirects: false
  static_configs: [{ targets: ['a:1'] }, { targets: ['b:1'], labels: { 区: 东 } }]
  file_sd_configs: [{ files: ['targets/*.json'], refresh_interval: 1m }]
  http_sd_configs: [{ url: 'http://sd/targets', authorization: { credentials: s } }]
  dns_sd_configs: [{ names: [_m._tcp.example.org] }, { names: [x], type: a, port: 80 }]
  relabel_configs:
  - { source_labels: [__address__, job], separator: '', regex: '(.*):.*', target_label: host, replacement: '\${1}' }
  metric_relabel_configs: [{ action: LabelDrop, regex: pod_.* }]
`,
    { directory: '/etc/p', environment: { ZONE: '1' } },
  );
  expect(problems).toEqual([]);
  expect(config?.global.externalLabels).toEqual([['zone', 'eu-1-1-$']]);
  expect(config?.global.queryLogFile).toBe('/etc/p/q.log');
  expect(config?.jobs[0]).toMatchObject({
    interval: 90_000,
    timeout: 20_000,
    metricsPath: '/m',
    scheme: 'https',
    params: [['module', ['http', 'tcp']]],
    honorLabels: true,
    honorTimestamps: false,
    trackTimestampsStaleness: true,
    limits: { samples: 100, bodySize: 10 << 20, labels: 9, targets: 0 },
    protocols: ['PrometheusText0.0.4', 'OpenMetricsText1.0.0'],
    fallbackProtocol: 'PrometheusText0.0.4',
    names: 'legacy',
    escaping: 'underscores',
    compression: false,
    extraScrapeMetrics: true,
    http: {
      authentication: { kind: 'basic', username: { text: 'u' }, password: { file: '/etc/p/secrets/p' } },
      tls: { ca: { file: '/ca.pem' }, cert: { file: '/etc/p/c.pem' }, minVersion: 'TLS12', insecureSkipVerify: true },
      proxy: { url: 'http://proxy:3128', noProxy: 'localhost,10.0.0.0/8' },
      headers: [['X-Scope', [{ text: 'a' }, { file: '/etc/p/x' }]]],
      followRedirects: false,
    },
    discovery: [
      { kind: 'static', groups: [{ targets: ['a:1'] }, { targets: ['b:1'], labels: [['区', '东']] }] },
      { kind: 'file', files: ['/etc/p/targets/*.json'], refreshInterval: 60_000 },
      {
        kind: 'http',
        url: 'http://sd/targets',
        refreshInterval: 60_000,
        http: { authentication: { kind: 'header', type: 'Bearer', credentials: { text: 's' } } },
      },
      { kind: 'dns', names: ['_m._tcp.example.org'], type: 'SRV', refreshInterval: 30_000 },
      { kind: 'dns', names: ['x'], type: 'A', port: 80 },
    ],
    relabel: [
      {
        action: 'replace',
        sourceLabels: ['__address__', 'job'],
        separator: '',
        targetLabel: 'host',
        replacement: '${1}',
      },
    ],
    metricRelabel: [{ action: 'labeldrop', regex: 'pod_.*', separator: ';', replacement: '$1' }],
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
  expect(complaints('remote_write: [{ url: "http://a", nam: b }]')).toEqual([
    'error 1:35 remote_write[0].nam: unknown field "nam"; did you mean name?',
    'warning 1:1 remote_write: remote_write is not used: samples are not sent on to other systems',
  ]);
  expect(complaints('storage:\n  tsdb: { out_of_order_time_window: 30m }\ntracing:\n')).toEqual([
    'warning 1:1 storage: storage is not used: samples are kept as long as retention.metrics in holter.yml says, and may come in any order',
  ]);
  expect(complaints('rule_files: ["a/*/b.yml"]')).toEqual([
    'error 1:14 rule_files[0]: expected a path with * in its last part only, got "a/*/b.yml"',
  ]);
});

test('a job that cannot do what it says is left out, the others work', () => {
  const text = `scrape_configs:
  - job_name: pods
    kubernetes_sd_configs: [{ role: pod }]
  - job_name: signed
    oauth2: { client_id: a, token_url: 'ftp://a', grant_type: password }
  - job_name: slow
    scrape_interval: 5s
    scrape_timeout: 10s
  - job_name: fine
    static_configs: [{ targets: ['a:1'] }]
  - job_name: fine
  - static_configs: []
  - job_name: odd
    static_configs: [{ targets: ['http://a/metrics'] }]
  - job_name: probe
    static_configs: [{ targets: ['http://a/metrics'] }]
    relabel_configs: [{ source_labels: [__address__], target_label: __param_target }]
`;
  expect(parsePrometheusConfig(text).config?.jobs.map(({ name }) => name)).toEqual(['fine', 'probe']);
  expect(complaints(text)).toEqual([
    'error 3:5 scrape_configs[0].kubernetes_sd_configs: targets of kubernetes discovery (kubernetes_sd_configs) are not supported; static_configs, file_sd_configs, http_sd_configs and dns_sd_configs are',
    'error 5:51 scrape_configs[1].oauth2.grant_type: only the grant client_credentials with a client_secret is supported',
    'error 5:29 scrape_configs[1].oauth2.token_url: expected the http:// or https:// URL that gives tokens, got "ftp://a"',
    'error 8:5 scrape_configs[2].scrape_timeout: the scrape_timeout of job "slow" is longer than its scrape_interval',
    'error 11:5 scrape_configs[4].job_name: two jobs are called "fine"',
    'error 12:5 scrape_configs[5]: a job without job_name',
    'error 14:34 scrape_configs[6].static_configs[0].targets[0]: expected host:port, got "http://a/metrics"; scheme and path have fields of their own',
  ]);
});

const wrongRules: readonly (readonly [rule: string, complaint: string])[] = [
  ['action: repalce, target_label: a', 'unknown action "repalce"; known are'],
  ['regex: "a(b", target_label: a', '"a(b" is no regular expression that RE2 knows'],
  ['source_labels: [a]', 'the action replace needs a target_label'],
  ['action: hashmod, target_label: a', 'the action hashmod needs a modulus of at least 1'],
  ['action: labeldrop, regex: a, source_labels: [b]', 'source_labels cannot be set for the action labeldrop'],
  ['action: keepequal, source_labels: [b], target_label: a, regex: x', 'regex cannot be set for the action keepequal'],
  ['action: lowercase, target_label: a, replacement: x', 'replacement cannot be set for the action lowercase'],
  ['targetlabel: a, target_label: b', 'unknown field "targetlabel"; did you mean target_label?'],
];

test.each(wrongRules)('a wrong relabelling rule: %s', (rule, complaint) => {
  const [found, ...more] = jobComplaints(`relabel_configs: [{ ${rule} }]`);
  expect(found).toContain(complaint);
  expect(more).toEqual([]);
});

const wrongFields: readonly (readonly [lines: string, complaint: string])[] = [
  ['basic_auth: {}\nbearer_token: a', 'error 4:3 bearer_token: only one of basic_auth and bearer_token may be set'],
  ['authorization: { type: basic }', 'error 3:20 authorization.type: use basic_auth for the type Basic'],
  ['tls_config: { cert_file: a }', 'error 3:15 tls_config: a client certificate needs its key'],
  [
    'tls_config: { min_version: TLS9 }',
    'error 3:30 tls_config.min_version: expected one of TLS10, TLS11, TLS12, TLS13, got "TLS9"',
  ],
  ['no_proxy: a', 'error 3:3 no_proxy: no_proxy needs a proxy_url'],
  ['http_headers: { Host: { values: [a] } }', 'error 3:25 http_headers.Host: the header Host cannot be set here'],
  ['scrape_protocols: [PrometheusText]', 'unknown protocol "PrometheusText"; known are'],
  ['scrape_protocols: [PrometheusProto]', 'warning 3:22 scrape_protocols[0]: PrometheusProto is not read'],
  ['dns_sd_configs: [{ names: [a], type: A }]', 'every kind of record but SRV needs a port'],
  ['static_configs: [~]', 'expected a group with targets, got nothing'],
  ['body_size_limit: 100', 'expected a size such as 10MB, got "100"'],
  ['file_sd_configs: [{ files: [a.txt] }]', 'expected a path that ends in .json, .yml or .yaml'],
  ['http_sd_configs: [{ url: ftp://a }]', 'expected an http:// or https:// URL, got "ftp://a"'],
  [
    'metric_name_escaping_scheme: allow-utf-8\nmetric_name_validation_scheme: legacy',
    'need the validation scheme utf8',
  ],
  ['scrape_native_histograms: true', 'warning 3:3 scrape_native_histograms: native histograms are not kept'],
];

test.each(wrongFields)('a wrong field: %s', (lines, complaint) => {
  const [found, ...more] = jobComplaints(lines);
  expect(found).toContain(complaint);
  expect(more).toEqual([]);
});

test('more jobs from other files', () => {
  const { config } = parsePrometheusConfig(
    'global: { scrape_interval: 7s }\nscrape_config_files: [jobs/*.yml]\nscrape_configs: [{ job_name: a }]',
    { directory: '/etc/p' },
  );
  expect(config!.scrapeConfigFiles).toEqual(['/etc/p/jobs/*.yml']);
  const names = new Set(['a']);
  const text = 'scrape_configs:\n- job_name: b\n  bearer_token_file: t\n- job_name: a\n';
  const { jobs, problems } = parseScrapeConfigFile(text, config!, '/etc/p/jobs', names);
  expect(jobs).toMatchObject([
    { name: 'b', interval: 7000, http: { authentication: { credentials: { file: '/etc/p/jobs/t' } } } },
  ]);
  expect(problems.map(({ line, message }) => `${line} ${message}`)).toEqual(['4 two jobs are called "a"']);
});
