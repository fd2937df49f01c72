// The service graph: what calls what, in whole minutes. Edges of one side only are told of the services that have them.
import type { ServiceGraphResponse, ServiceLink, ServiceNode } from '../../api/services.ts';
import { durationQuantiles } from '../../model/duration-buckets.ts';
import { edgeKinds, type EdgeKind } from '../../model/service-edges.ts';
import type { QueryResult } from '../../storage/ports/query-result.ts';
import type { TraceStore } from '../../storage/ports/telemetry-store.ts';
import type { Handlers } from '../http/handler.ts';
import { rangeOf } from '../queries/conditions.ts';
import { numbersOf, textsOf } from '../queries/result-columns.ts';

const MINUTE = 60_000_000_000n;
const LEVELS = [0.5, 0.95, 0.99] as const;

/** What stands at the two ends of an edge. */
const ends: Readonly<
  Record<EdgeKind, readonly [from: ServiceNode['kind'] | undefined, to: ServiceNode['kind'] | undefined]>
> = {
  call: ['service', 'service'],
  message: ['service', 'service'],
  database: ['service', 'database'],
  publish: ['service', 'queue'],
  consume: ['queue', 'service'],
  external: ['service', 'external'],
  entry: [undefined, 'service'],
  unknownClient: [undefined, 'service'],
  unknownServer: ['service', undefined],
};

class Nodes {
  readonly #byId = new Map<string, ServiceNode>();

  get all(): ServiceNode[] {
    return [...this.#byId.values()].toSorted((a, b) => b.calls - a.calls || (a.id < b.id ? -1 : 1));
  }

  of(kind: ServiceNode['kind'] | undefined, name: string): ServiceNode | undefined {
    if (kind === undefined) return undefined;
    const id = `${kind}:${name}`;
    let node = this.#byId.get(id);
    if (node === undefined) {
      node = { id, kind, name, calls: 0, errors: 0, rate: 0, entries: 0, unknownClients: 0, unknownServers: 0 };
      this.#byId.set(id, node);
    }
    return node;
  }
}

function readGraph(
  result: QueryResult,
  limit: number,
  seconds: number,
): Pick<ServiceGraphResponse, 'nodes' | 'links' | 'truncated' | 'sampled'> {
  const nodes = new Nodes();
  const links: ServiceLink[] = [];
  let sampled = false;
  if (result.rows > 0) {
    const client = textsOf(result, 'client');
    const server = textsOf(result, 'server');
    const kindOf = numbersOf(result, 'kind');
    const [count, rows, errors, duration] = ['count', 'rows', 'errors', 'duration'].map((name) =>
      numbersOf(result, name),
    );
    const { buckets, counts } = result.columns as Readonly<Record<string, readonly (readonly number[])[]>>;
    for (let row = 0; row < Math.min(result.rows, limit); row++) {
      const kind = edgeKinds[kindOf(row)];
      if (kind === undefined) continue;
      const calls = count!(row);
      const rate = seconds > 0 ? calls / seconds : 0;
      sampled ||= calls !== rows!(row);
      const from = nodes.of(ends[kind][0], client(row));
      const to = nodes.of(ends[kind][1], server(row));
      if (to !== undefined) {
        to.calls += calls;
        to.rate += rate;
        to.errors += errors!(row);
      }
      if (kind === 'entry') to!.entries += calls;
      else if (kind === 'unknownClient') to!.unknownClients += calls;
      else if (kind === 'unknownServer') from!.unknownServers += calls;
      else {
        const histogram = new Map(Array.from(buckets![row]!, (bucket, i) => [bucket, counts![row]![i]!]));
        const [p50, p95, p99] = durationQuantiles(histogram, LEVELS).map((nanos) => String(Math.round(nanos)));
        links.push({
          from: from!.id,
          to: to!.id,
          kind,
          calls,
          rate,
          errors: errors!(row),
          mean: String(Math.round(duration!(row) / calls)),
          p50: p50!,
          p95: p95!,
          p99: p99!,
        });
      }
    }
  }
  return { nodes: nodes.all, links, truncated: result.rows > limit, sampled };
}

export function serviceGraphHandlers(store: TraceStore): Pick<Handlers, 'readServiceGraph'> {
  return {
    async readServiceGraph({ query, signal }) {
      const asked = rangeOf(query);
      const from = (asked.from / MINUTE) * MINUTE;
      const to = ((asked.to + MINUTE - 1n) / MINUTE) * MINUTE;
      const result = await store.edges({ from, to }, query.limit + 1, { signal });
      const seconds = Number(asked.to - from) / 1e9;
      return {
        from: String(from),
        to: String(to),
        ...readGraph(result, query.limit, seconds),
        statistics: result.statistics,
      };
    },
  };
}
