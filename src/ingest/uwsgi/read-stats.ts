// What uWSGI's stats server sends: one JSON document a connection. Fields that an older uWSGI lacks are left out.
// https://uwsgi-docs.readthedocs.io/en/latest/StatsServer.html

export interface UwsgiCore {
  readonly id: number;
  /** Counters by their names there. */
  readonly counters: Readonly<Record<string, number>>;
  /** The request that it is in. */
  readonly request: UwsgiRequest | undefined;
}

export interface UwsgiRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Unix seconds; undefined when uWSGI does not say it. */
  readonly startedAt: number | undefined;
}

export interface UwsgiWorker {
  readonly id: number;
  /** 0 when it is not running. */
  readonly pid: number;
  /** idle, busy, cheap, pause, sig… */
  readonly status: string;
  readonly numbers: Readonly<Record<string, number>>;
  readonly cores: readonly UwsgiCore[];
  readonly apps: readonly {
    readonly id: number;
    readonly mountpoint: string;
    readonly numbers: Readonly<Record<string, number>>;
  }[];
}

export interface UwsgiStats {
  readonly version: string;
  readonly numbers: Readonly<Record<string, number>>;
  readonly sockets: readonly {
    readonly name: string;
    readonly proto: string;
    readonly numbers: Readonly<Record<string, number>>;
  }[];
  readonly workers: readonly UwsgiWorker[];
  readonly caches: readonly { readonly name: string; readonly numbers: Readonly<Record<string, number>> }[];
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const objects = (value: unknown): readonly Json[] =>
  Array.isArray(value) ? (value as unknown[]).filter(isObject) : [];
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

function numbersOf(object: Json): Readonly<Record<string, number>> {
  const numbers: Record<string, number> = {};
  for (const [name, value] of Object.entries(object)) if (typeof value === 'number') numbers[name] = value;
  return numbers;
}

function requestOf(core: Json): UwsgiRequest | undefined {
  if (core['in_request'] !== 1) return undefined;
  const variables = new Map<string, string>();
  for (const variable of Array.isArray(core['vars']) ? (core['vars'] as unknown[]) : []) {
    const text = textOf(variable);
    const equals = text.indexOf('=');
    if (equals > 0) variables.set(text.slice(0, equals), text.slice(equals + 1));
  }
  const info = core['req_info'];
  return {
    method: variables.get('REQUEST_METHOD') ?? '',
    path: variables.get('PATH_INFO') ?? (variables.get('REQUEST_URI') ?? '').replace(/\?.*/s, ''),
    startedAt: isObject(info) ? numberOf(info['request_start']) : undefined,
  };
}

/** Reads a document; throws a SyntaxError or an Error when it is none. */
export function readUwsgiStats(text: string): UwsgiStats {
  const stats: unknown = JSON.parse(text);
  if (!isObject(stats) || !('workers' in stats)) throw new Error('expected the JSON of uWSGI’s stats server');
  return {
    version: textOf(stats['version']),
    numbers: numbersOf(stats),
    sockets: objects(stats['sockets']).map((one) => ({
      name: textOf(one['name']),
      proto: textOf(one['proto']),
      numbers: numbersOf(one),
    })),
    workers: objects(stats['workers']).map((worker) => ({
      id: numberOf(worker['id']) ?? 0,
      pid: numberOf(worker['pid']) ?? 0,
      status: textOf(worker['status']),
      numbers: numbersOf(worker),
      cores: objects(worker['cores']).map((core) => ({
        id: numberOf(core['id']) ?? 0,
        counters: numbersOf(core),
        request: requestOf(core),
      })),
      apps: objects(worker['apps']).map((app) => ({
        id: numberOf(app['id']) ?? 0,
        mountpoint: textOf(app['mountpoint']),
        numbers: numbersOf(app),
      })),
    })),
    caches: objects(stats['caches']).map((one) => ({ name: textOf(one['name']), numbers: numbersOf(one) })),
  };
}
