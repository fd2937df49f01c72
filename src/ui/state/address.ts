// What the pages keep in the address. Every value is a flat string, so that an address can be read, typed and shared;
// each route's reader drops what it does not know.
import type { Operation } from '../../api/services.ts';
import { DEFAULT_RANGE, readRange } from './time-range.ts';

export interface SharedSearch {
  /** Ends of the time range (time-range.ts); absent is the last hour. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Seconds between refreshes; absent is off. */
  readonly refresh?: string | undefined;
}

export interface LogsSearch {
  /** Words and field:value filters (query-text.ts). */
  readonly q?: string | undefined;
  /** Id of the open row. */
  readonly row?: string | undefined;
  /** Id of the row whose neighbours are shown instead of a search. */
  readonly around?: string | undefined;
  readonly live?: '1' | undefined;
  readonly wrap?: '1' | undefined;
}

export interface TracesSearch {
  readonly service?: string | undefined;
  readonly operation?: string | undefined;
  readonly status?: 'ok' | 'error' | undefined;
  /** Milliseconds. */
  readonly min?: string | undefined;
  readonly max?: string | undefined;
  /** name=value filters on span attributes, separated by spaces. */
  readonly attribute?: string | undefined;
  readonly order?: 'slowest' | undefined;
  /** Another look at them than one by one. */
  readonly view?: (typeof traceViews)[number] | undefined;
  /** Of the operations that are listed. */
  readonly kind?: Operation['kind'] | undefined;
  /** Of the operations or calls: "column" or "-column". */
  readonly sort?: string | undefined;
  /** Id of the chosen node of the service graph. */
  readonly node?: string | undefined;
}

export const traceViews = ['operations', 'graph'] as const;
export const spanKinds = [
  'server',
  'client',
  'producer',
  'consumer',
  'internal',
  'unspecified',
] as const satisfies readonly Operation['kind'][];

export interface TraceSearch {
  readonly span?: string | undefined;
  /** Ids of the spans whose children are folded away, separated by commas. */
  readonly folded?: string | undefined;
  /** '0': log lines are not shown between the spans. */
  readonly logs?: '0' | undefined;
}

export interface MetricsSearch {
  readonly metric?: string | undefined;
  /** name=value pairs, separated by spaces. */
  readonly match?: string | undefined;
  /** Label to split by. */
  readonly by?: string | undefined;
  readonly show?: 'raw' | 'rate' | undefined;
  /** Words that the list of metrics is narrowed by. */
  readonly find?: string | undefined;
  /** PromQL, up to eight queries (explore-address.ts); where there is one, the explorer is shown. */
  readonly q?: string | undefined;
  readonly q2?: string | undefined;
  readonly q3?: string | undefined;
  readonly q4?: string | undefined;
  readonly q5?: string | undefined;
  readonly q6?: string | undefined;
  readonly q7?: string | undefined;
  readonly q8?: string | undefined;
  /** Letters of the queries that are not asked. */
  readonly hide?: string | undefined;
  readonly view?: 'table' | undefined;
  readonly stack?: '1' | undefined;
  readonly exemplars?: '1' | undefined;
  /** Width of a step, "30s"; absent is as wide as fits. */
  readonly step?: string | undefined;
  /** Marks of the lines that are not drawn (hidden-lines.ts), separated by commas. */
  readonly off?: string | undefined;
}

export interface DashboardsSearch {
  readonly find?: string | undefined;
}

export interface DashboardSearch {
  /** Id of the panel that is shown alone. */
  readonly panel?: string | undefined;
  /** Ids of the sections that are folded other than in the file, separated by commas. */
  readonly folded?: string | undefined;
  /** Values of a variable, as var-NAME, separated by commas (variable-address.ts). */
  readonly [variable: `var-${string}`]: string | undefined;
}

export interface RulesSearch {
  readonly find?: string | undefined;
  readonly state?: 'firing' | 'pending' | 'inactive' | 'wrong' | undefined;
  /** The open rule: GROUP/PLACE of its group. */
  readonly rule?: string | undefined;
}

export interface SourcesSearch {
  readonly sort?: string | undefined;
}

type Raw = Record<string, unknown>;

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, 4000) : undefined;

function oneOf<T extends string>(value: unknown, allowed: readonly T[]): T | undefined {
  return allowed.find((entry) => entry === value);
}

const digits = (value: unknown): string | undefined =>
  typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? value : undefined;

export const refreshChoices = ['5', '15', '60', '300'] as const;

export function readSharedSearch(raw: Raw): SharedSearch {
  const range = readRange(raw['from'], raw['to']);
  const isDefault = range.from === DEFAULT_RANGE.from && range.to === DEFAULT_RANGE.to;
  const refresh = oneOf(raw['refresh'], refreshChoices);
  return isDefault ? { from: undefined, to: undefined, refresh } : { ...range, refresh };
}

export const readLogsSearch = (raw: Raw): LogsSearch => ({
  q: text(raw['q']),
  row: text(raw['row']),
  around: text(raw['around']),
  live: oneOf(raw['live'], ['1']),
  wrap: oneOf(raw['wrap'], ['1']),
});

export const readTracesSearch = (raw: Raw): TracesSearch => ({
  service: text(raw['service']),
  operation: text(raw['operation']),
  status: oneOf(raw['status'], ['ok', 'error']),
  min: digits(raw['min']),
  max: digits(raw['max']),
  attribute: text(raw['attribute']),
  order: oneOf(raw['order'], ['slowest']),
  view: oneOf(raw['view'], traceViews),
  kind: oneOf(raw['kind'], spanKinds),
  sort: text(raw['sort']),
  node: text(raw['node']),
});

export const readTraceSearch = (raw: Raw): TraceSearch => ({
  span: text(raw['span']),
  folded: text(raw['folded']),
  logs: oneOf(raw['logs'], ['0']),
});

export const readMetricsSearch = (raw: Raw): MetricsSearch => ({
  metric: text(raw['metric']),
  match: text(raw['match']),
  by: text(raw['by']),
  show: oneOf(raw['show'], ['raw', 'rate']),
  find: text(raw['find']),
  q: text(raw['q']),
  q2: text(raw['q2']),
  q3: text(raw['q3']),
  q4: text(raw['q4']),
  q5: text(raw['q5']),
  q6: text(raw['q6']),
  q7: text(raw['q7']),
  q8: text(raw['q8']),
  hide: text(raw['hide']),
  view: oneOf(raw['view'], ['table']),
  stack: oneOf(raw['stack'], ['1']),
  exemplars: oneOf(raw['exemplars'], ['1']),
  step: text(raw['step']),
  off: text(raw['off']),
});

export const readDashboardsSearch = (raw: Raw): DashboardsSearch => ({ find: text(raw['find']) });

export function readDashboardSearch(raw: Raw): DashboardSearch {
  const variables = Object.entries(raw)
    .filter(([name, value]) => name.startsWith('var-') && typeof value === 'string')
    .map(([name, value]) => [name, String(value).slice(0, 4000)]);
  return {
    ...(Object.fromEntries(variables) as DashboardSearch),
    panel: text(raw['panel']),
    folded: text(raw['folded']),
  };
}

export const readRulesSearch = (raw: Raw): RulesSearch => ({
  find: text(raw['find']),
  state: oneOf(raw['state'], ['firing', 'pending', 'inactive', 'wrong']),
  rule: text(raw['rule']),
});

export const readSourcesSearch = (raw: Raw): SourcesSearch => ({ sort: text(raw['sort']) });

export const parseAddress = (search: string): Record<string, string> => Object.fromEntries(new URLSearchParams(search));

/** `?a=b&c=d` without the values that are absent; colons, commas and slashes stay readable. */
export function formatAddress(search: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(search).filter(([, value]) => value !== undefined && value !== '');
  const encode = (value: unknown): string =>
    encodeURIComponent(String(value))
      .replace(/%20/g, '+')
      .replace(/%3A/g, ':')
      .replace(/%2C/g, ',')
      .replace(/%2F/g, '/');
  return pairs.length === 0 ? '' : `?${pairs.map(([name, value]) => `${name}=${encode(value)}`).join('&')}`;
}
