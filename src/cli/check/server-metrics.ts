// What checks ask of a server, over the Prometheus HTTP API. Equal questions are asked once.
import { parse } from 'yaml';
import type { LiveMetrics, QueryCost } from '../../alerting/lint/live/live-metrics.ts';
import { parseDuration } from '../../base/duration.ts';
import { Labels } from '../../model/labels.ts';
import type { Expression } from '../../query/promql/ast.ts';
import type { Matcher } from '../../query/promql/matcher.ts';
import { printQuery } from '../../query/promql/print.ts';
import { askPrometheus } from '../target/ask-prometheus.ts';
import { ServerRefusal, type ServerTarget } from '../target/ask-server.ts';

const DAY_SECONDS = 86_400;
/** Samples are counted over the first of these times that some series have lived through; what comes less often than twice in it has
 * no known interval. */
const COUNTED_MS = [3_600_000, 300_000] as const;
const TIMEOUT = '20s';
const MAX_ALIASES = 100;

interface VectorData {
  readonly resultType: string;
  readonly result: readonly { readonly metric: Record<string, string>; readonly value: readonly [number, string] }[];
  readonly stats?: {
    readonly timings: { readonly evalTotalTime: number };
    readonly samples: { readonly totalQueryableSamples: number };
  };
}

const selectorOf = (matchers: readonly Matcher[]): string => `{${matchers.map(String).join(',')}}`;

export class ServerMetrics implements LiveMetrics {
  readonly #server: ServerTarget;
  readonly #answers = new Map<string, Promise<unknown>>();

  constructor(server: ServerTarget) {
    this.#server = server;
  }

  #once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(key) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const answer = ask();
    this.#answers.set(key, answer);
    return answer;
  }

  /** Undefined when the query fails; rejects when the server cannot be asked at all. */
  #query(query: string): Promise<VectorData | undefined> {
    return this.#once(`query ${query}`, async () => {
      try {
        return (await askPrometheus<VectorData>(this.#server, '/query', { query, stats: 'all', timeout: TIMEOUT }))
          .data;
      } catch (error) {
        if (error instanceof ServerRefusal && error.exitCode !== 3) return undefined;
        throw error;
      }
    });
  }

  hasSeries(matchers: readonly Matcher[]): Promise<boolean> {
    const selector = selectorOf(matchers);
    return this.#once(`series ${selector}`, async () => {
      const start = String(Math.floor(Date.now() / 1000) - DAY_SECONDS);
      const form = { 'match[]': selector, limit: '1', start };
      return (await askPrometheus<readonly unknown[]>(this.#server, '/series', form)).data.length > 0;
    });
  }

  typeOf(metric: string): Promise<string | undefined> {
    return this.#once(`type ${metric}`, async () => {
      const path = `/metadata?${new URLSearchParams({ metric }).toString()}`;
      const { data } = await askPrometheus<Record<string, readonly { type: string }[]>>(this.#server, path);
      const type = data[metric]?.[0]?.type;
      return type === 'unknown' ? undefined : type;
    });
  }

  async intervalOf(matchers: readonly Matcher[]): Promise<number | undefined> {
    const selector = selectorOf(matchers);
    for (const time of COUNTED_MS) {
      // A series that has begun meanwhile has fewer samples.
      const lived = `count_over_time(${selector}[${time}ms]) and ${selector} offset ${time}ms`;
      const counted = await this.number(`quantile(0.5, ${lived})`);
      if (counted !== undefined) return counted < 2 ? undefined : Math.round(time / counted / 1000) * 1000 || undefined;
    }
    return undefined;
  }

  async evaluate(expression: Expression): Promise<readonly Labels[]> {
    const data = await this.#query(printQuery(expression));
    return data?.resultType === 'vector' ? data.result.map(({ metric }) => Labels.from(metric)) : [];
  }

  async number(expression: string): Promise<number | undefined> {
    const data = await this.#query(expression);
    const text = data?.resultType === 'vector' ? data.result[0]?.value[1] : undefined;
    return text === undefined ? undefined : Number(text);
  }

  async costOf(expression: Expression): Promise<QueryCost | undefined> {
    const stats = (await this.#query(printQuery(expression)))?.stats;
    if (stats === undefined) return undefined;
    return { seconds: stats.timings.evalTotalTime, samples: stats.samples.totalQueryableSamples };
  }

  retention(): Promise<number | undefined> {
    return this.#once('retention', async () => {
      const { data } = await askPrometheus<{ storageRetention?: string }>(this.#server, '/status/runtimeinfo');
      const ms = parseDuration((data.storageRetention ?? '').split(' ')[0] ?? '');
      return typeof ms === 'number' && ms > 0 ? ms : undefined;
    });
  }

  externalLabels(): Promise<ReadonlySet<string>> {
    return this.#once('external labels', async () => {
      const { data } = await askPrometheus<{ yaml: string }>(this.#server, '/status/config');
      const file = parse(data.yaml, { maxAliasCount: MAX_ALIASES }) as
        | { global?: { external_labels?: Record<string, string> } }
        | undefined;
      return new Set(Object.keys(file?.global?.external_labels ?? {}));
    });
  }
}
