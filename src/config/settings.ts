// All settings of the server, one line each: a path in holter.yml, a flag, a reader, a default. A flag wins over the file, the
// file over the default; every value remembers where it came from.
import { err, ok, type Result } from '../base/result.ts';
import {
  formatAddress,
  readAddress,
  readBoolean,
  readBytes,
  readChoice,
  readCount,
  readShare,
  readSpan,
  readText,
  readTexts,
  readUrl,
  type Address,
} from './setting-values.ts';
import { readClassRules } from './class-rules.ts';
import { readMetricBudgets } from './metric-budgets.ts';

interface Definition<T> {
  /** Where it stands in holter.yml, with dots between the levels. */
  readonly path: string;
  /** Name of its flag, without the dashes. */
  readonly flag: string;
  /** What follows the flag in the help; '' for a switch. */
  readonly operand: string;
  readonly help: string;
  readonly initial: T;
  readonly read: (value: unknown) => Result<T, string>;
  /** The flag may come several times; the values add up. */
  readonly repeats?: boolean;
  readonly format?: (value: T) => unknown;
}

function define<T>(definition: Definition<T>): Definition<T> {
  return definition;
}

function address(path: string, flag: string, initial: string, help: string): Definition<Address | undefined> {
  const read = readAddress(initial);
  return {
    path,
    flag,
    operand: 'HOST:PORT',
    help,
    initial: read.ok ? read.value : undefined,
    read: readAddress,
    format: (value) => (value === undefined ? 'off' : formatAddress(value)),
  };
}

function span(path: string, flag: string, initial: string, help: string): Definition<number> {
  const read = readSpan(initial);
  return {
    path,
    flag,
    operand: 'SPAN',
    help,
    initial: read.ok ? read.value : 0,
    read: readSpan,
    format: (seconds) => (seconds % 86_400 === 0 ? `${seconds / 86_400}d` : `${seconds}s`),
  };
}

const GIB = 2 ** 30;

export const definitions = {
  dataDirectory: define({
    path: 'data',
    flag: 'data',
    operand: 'DIR',
    help: 'where everything is kept',
    initial: './data',
    read: readText,
  }),
  http: address('listen.http', 'http', '127.0.0.1:7070', 'web UI and API'),
  otlpGrpc: address('listen.otlp_grpc', 'otlp-grpc', '127.0.0.1:4317', 'OTLP over gRPC'),
  otlpHttp: address('listen.otlp_http', 'otlp-http', '127.0.0.1:4318', 'OTLP over HTTP'),
  tcp: address('inputs.tcp', 'tcp', 'off', 'lines (JSON or text) over TCP'),
  statsd: address('inputs.statsd', 'statsd', 'off', 'StatsD over UDP'),
  uwsgi: define<readonly string[]>({
    path: 'inputs.uwsgi',
    flag: 'uwsgi',
    operand: 'ADDRESS',
    help: "uWSGI's stats server: HOST:PORT or the path of a socket; may be given several times",
    initial: [],
    read: readTexts,
    repeats: true,
  }),
  hostMetrics: define({
    path: 'inputs.host_metrics',
    flag: 'host-metrics',
    operand: 'BOOLEAN',
    help: 'metrics of this machine and of its Python processes',
    initial: true,
    read: readBoolean,
  }),
  tail: define<readonly string[]>({
    path: 'inputs.tail',
    flag: 'tail',
    operand: 'GLOB',
    help: 'log files to follow; may be given several times',
    initial: [],
    read: readTexts,
    repeats: true,
  }),
  stdin: define({
    path: 'inputs.stdin',
    flag: 'stdin',
    operand: '',
    help: 'read lines from standard input',
    initial: false,
    read: readBoolean,
  }),
  retainLogs: span('retention.logs', 'retention-logs', '7d', 'how long logs are kept'),
  retainTraces: span('retention.traces', 'retention-traces', '3d', 'how long spans are kept'),
  retainMetrics: span('retention.metrics', 'retention-metrics', '90d', 'how long samples are kept'),
  metricsRules: define<readonly string[]>({
    path: 'retention.metrics_rules',
    flag: 'retention-metrics-rule',
    operand: 'RULE',
    help: 'another retention for metrics whose whole name matches, as REGEX=SPAN; may be given several times',
    initial: [],
    read: readClassRules,
    repeats: true,
  }),
  seriesBudget: define({
    path: 'metrics.series_budget',
    flag: 'series-budget',
    operand: 'NUMBER',
    help: 'how many series a metric may have; beyond it new ones are refused',
    initial: 100_000,
    read: readCount,
  }),
  seriesBudgets: define<readonly string[]>({
    path: 'metrics.series_budgets',
    flag: 'series-budget-of',
    operand: 'BUDGET',
    help: 'another budget for metrics whose whole name matches, as REGEX=NUMBER; may be given several times',
    initial: [],
    read: readMetricBudgets,
    repeats: true,
  }),
  diskShare: define({
    path: 'disk_share',
    flag: 'disk-share',
    operand: 'SHARE',
    help: 'when this much of the disk is used, the oldest partitions go',
    initial: 0.85,
    read: readShare,
    format: (share) => `${share * 100}%`,
  }),
  spoolBudget: define({
    path: 'spool.budget',
    flag: 'spool-budget',
    operand: 'SIZE',
    help: 'how large the spool may grow while the engine is away',
    initial: 10 * GIB,
    read: readBytes,
    format: (bytes) => (bytes % GIB === 0 ? `${bytes / GIB}GiB` : String(bytes)),
  }),
  insecure: define({
    path: 'security.insecure',
    flag: 'insecure',
    operand: '',
    help: 'listen on other addresses than loopback without tokens',
    initial: false,
    read: readBoolean,
  }),
  allowedHosts: define<readonly string[]>({
    path: 'security.allow_hosts',
    flag: 'allow-host',
    operand: 'NAME',
    help: 'a name by which browsers may reach a loopback address (behind a proxy)',
    initial: [],
    read: readTexts,
    repeats: true,
  }),
  promqlExperimental: define({
    path: 'promql.experimental',
    flag: 'promql-experimental',
    operand: '',
    help: 'allow the experimental functions and modifiers of PromQL',
    initial: false,
    read: readBoolean,
  }),
  externalUrl: define({
    path: 'external_url',
    flag: 'external-url',
    operand: 'URL',
    help: 'the URL under which others reach this server, for links in alerts; auto is that of its own address',
    initial: 'auto',
    read: readUrl,
  }),
  logLevel: define({
    path: 'log_level',
    flag: 'log-level',
    operand: 'LEVEL',
    help: 'debug, info, warn or error',
    initial: 'info' as const,
    read: readChoice(['debug', 'info', 'warn', 'error']),
  } as Definition<'debug' | 'info' | 'warn' | 'error'>),
  logFormat: define({
    path: 'log_format',
    flag: 'log-format',
    operand: 'FORMAT',
    help: 'auto, text or json; auto is text on a terminal',
    initial: 'auto' as const,
    read: readChoice(['auto', 'text', 'json']),
  } as Definition<'auto' | 'text' | 'json'>),
};

export type SettingName = keyof typeof definitions;
export type Settings = {
  readonly [Name in SettingName]: (typeof definitions)[Name] extends Definition<infer T> ? T : never;
};
/** Where a value came from: `default`, `--http`, `holter.yml:3:9`. */
export type Origins = Readonly<Record<SettingName, string>>;

/** A value that somebody gave, before it is read. */
export interface GivenSetting {
  readonly name: SettingName;
  readonly value: unknown;
  readonly origin: string;
}

export interface ResolvedSettings {
  readonly settings: Settings;
  readonly origins: Origins;
}

export const settingNames = Object.keys(definitions) as SettingName[];

/** Reads what was given, later entries winning (or adding up, where a flag repeats), over the defaults. */
export function resolveSettings(given: readonly GivenSetting[]): Result<ResolvedSettings, readonly string[]> {
  const settings: Partial<Record<SettingName, unknown>> = {};
  const origins: Partial<Record<SettingName, string>> = {};
  for (const name of settingNames) {
    settings[name] = definitions[name].initial;
    origins[name] = 'default';
  }
  const problems: string[] = [];
  for (const { name, value, origin } of given) {
    const definition = definitions[name] as Definition<unknown>;
    const read = definition.read(value);
    if (!read.ok) {
      problems.push(`${origin}: ${definition.path}: ${read.error}`);
      continue;
    }
    const adds = definition.repeats === true && origins[name] === origin;
    settings[name] = adds ? [...(settings[name] as unknown[]), ...(read.value as unknown[])] : read.value;
    origins[name] = origin;
  }
  if (problems.length > 0) return err(problems);
  return ok({ settings: settings as Settings, origins: origins as Origins });
}

/** One line a setting, as holter.yml would say it, and where it came from. */
export function formatSettings({ settings, origins }: ResolvedSettings): string {
  const rows = settingNames.map((name) => {
    const definition = definitions[name] as Definition<unknown>;
    const value = definition.format === undefined ? settings[name] : definition.format(settings[name]);
    return [definition.path, typeof value === 'string' ? value : JSON.stringify(value), origins[name]] as const;
  });
  const [pathWidth, valueWidth] = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map(([path, value, origin]) => `${path.padEnd(pathWidth!)}  ${value.padEnd(valueWidth!)}  # ${origin}`)
    .join('\n');
}
