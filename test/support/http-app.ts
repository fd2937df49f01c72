// The HTTP application in this process, without sockets, over storage ports of the test's own making.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import type { Address } from '../../src/config/setting-values.ts';
import { MemorySeriesSource } from '../../src/query/promql/memory-series-source.ts';
import { LocalQueryRunner, type QueryRunner } from '../../src/query/promql/query-runner.ts';
import { AccessControl, type AccessSettings } from '../../src/server/auth/access-control.ts';
import { AccessTokens } from '../../src/server/auth/access-tokens.ts';
import { ensureAdministratorSecret } from '../../src/server/auth/administrator.ts';
import { AuditLog } from '../../src/server/auth/audit-log.ts';
import { DashboardLibrary } from '../../src/server/dashboards/dashboard-library.ts';
import { cardinalityHandlers } from '../../src/server/handlers/cardinality.ts';
import { dashboardHandlers } from '../../src/server/handlers/dashboards.ts';
import { explainHandlers } from '../../src/server/handlers/explain.ts';
import { logTailHandler } from '../../src/server/handlers/log-tail.ts';
import { logHandlers } from '../../src/server/handlers/logs.ts';
import { metricHandlers } from '../../src/server/handlers/metrics.ts';
import { queryLintHandlers } from '../../src/server/handlers/query-lint.ts';
import { rulesHandlers, type RuleFacts } from '../../src/server/handlers/rules.ts';
import { operationHandlers } from '../../src/server/handlers/operations.ts';
import { serviceGraphHandlers } from '../../src/server/handlers/service-graph.ts';
import { serviceHandlers } from '../../src/server/handlers/services.ts';
import { sourceHandlers, type SourceFacts } from '../../src/server/handlers/sources.ts';
import { statusHandlers } from '../../src/server/handlers/status.ts';
import { tokenHandlers } from '../../src/server/handlers/tokens.ts';
import { traceHandlers } from '../../src/server/handlers/traces.ts';
import { stockOptions } from '../../src/query/promql/options.ts';
import { RemoteWriteReceiver } from '../../src/ingest/remote-write/receiver.ts';
import { remoteWriteFrame } from '../../src/ingest/remote-write/remote-write-frame.ts';
import { MemoryIntake } from './memory-intake.ts';
import { createHttpApp } from '../../src/server/http/http-app.ts';
import { MetricRegistry } from '../../src/server/metrics/metric-registry.ts';
import { Addresses } from '../../src/server/status/addresses.ts';
import { Health } from '../../src/server/status/health.ts';
import { LiveTail } from '../../src/server/tail/live-tail.ts';
import { openFileStateStore } from '../../src/storage/state/file-state-store.ts';
import type { Endpoint } from '../../src/server/prometheus-api/endpoint.ts';
import type { Cardinality } from '../../src/server/prometheus-api/endpoints/status.ts';
import type { QueryResult } from '../../src/storage/ports/query-result.ts';
import type { LogStore, MetricStore, TraceStore } from '../../src/storage/ports/telemetry-store.ts';

const nothing: QueryResult = { rows: 0, columns: {}, statistics: { rowsRead: 0, bytesRead: 0, milliseconds: 0 } };

const noSources: SourceFacts = {
  ledger: () => [],
  quarantined: () => [],
  clockOf: () => undefined,
  failureOf: () => undefined,
  breaches: () => [],
};

export interface TestAppOptions {
  readonly listen?: Address;
  readonly access?: Partial<AccessSettings>;
  readonly uiRoot?: string;
  readonly logs?: LogStore;
  readonly traces?: TraceStore;
  readonly metrics?: MetricStore;
  readonly sources?: SourceFacts;
  readonly prometheus?: readonly Endpoint[];
  readonly rules?: Partial<RuleFacts>;
  readonly queries?: QueryRunner;
}

export interface TestApp {
  readonly app: FastifyInstance;
  readonly tokens: AccessTokens;
  readonly access: AccessControl;
  readonly administrator: string;
  readonly health: Health;
  readonly tail: LiveTail;
  readonly dashboards: DashboardLibrary;
  readonly folder: string;
  close(): Promise<void>;
}

const noCardinality: Cardinality = {
  series: 0,
  labelPairs: 0,
  minTimeMs: 0,
  maxTimeMs: 0,
  seriesByMetric: [],
  valuesByLabel: [],
  bytesByLabel: [],
  seriesByPair: [],
};

export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const folder = mkdtempSync(join(tmpdir(), 'http-app-'));
  const state = await openFileStateStore(join(folder, 'state'));
  const tokens = new AccessTokens(state);
  await tokens.load();
  const administrator = ensureAdministratorSecret(folder);
  const access = new AccessControl(tokens, administrator, { insecure: false, allowedHosts: [], ...options.access });
  const audit = new AuditLog(state);
  const dashboards = new DashboardLibrary(state);
  const listen = options.listen ?? { host: '127.0.0.1', port: 7070 };
  const listenAddress = (): Address => listen;
  const tail = new LiveTail();
  const health = new Health();
  const addresses = new Addresses();
  addresses.opened('otlp-http', listen, { host: listen.host, port: 4318 }, 'http');
  const logs = options.logs ?? { query: () => Promise.resolve(nothing) };
  const traces = options.traces ?? {
    ...logs,
    rangeOf: () => Promise.resolve(undefined),
    edges: () => Promise.resolve(nothing),
  };
  const answerNothing = (): Promise<QueryResult> => Promise.resolve(nothing);
  const metrics = options.metrics ?? {
    series: answerNothing,
    samples: answerNothing,
    exemplars: answerNothing,
    metrics: answerNothing,
    labelValues: answerNothing,
  };
  const sources = options.sources ?? noSources;
  const closing = new AbortController();
  const app = createHttpApp({
    access,
    audit,
    health,
    registry: new MetricRegistry(),
    reload: () => Promise.resolve(['prometheus.yml']),
    listenAddress,
    remoteWrite: new RemoteWriteReceiver({ intake: new MemoryIntake([remoteWriteFrame]) }),
    uiRoot: options.uiRoot ?? join(folder, 'no-ui'),
    logger: pino({ level: 'silent' }),
    prometheus: options.prometheus ?? [],
    handlers: {
      ...logHandlers(logs),
      tailLogs: logTailHandler(tail, access, listenAddress, closing.signal),
      ...traceHandlers(traces, logs),
      ...serviceHandlers(logs, traces),
      ...operationHandlers(traces),
      ...serviceGraphHandlers(traces),
      ...metricHandlers(metrics),
      ...cardinalityHandlers({ cardinality: () => Promise.resolve(noCardinality) }),
      ...explainHandlers(options.queries ?? new LocalQueryRunner(new MemorySeriesSource()), stockOptions),
      ...queryLintHandlers(stockOptions),
      ...dashboardHandlers(dashboards, audit),
      ...sourceHandlers(sources),
      ...rulesHandlers({
        groups: () => [],
        alerts: () => [],
        alertsOf: () => [],
        problems: () => [],
        queues: () => [],
        ...options.rules,
      }),
      ...tokenHandlers(tokens, access, audit, listenAddress),
      ...statusHandlers({
        version: '0.0.0',
        startedMillis: 0,
        dataDirectory: folder,
        health,
        addresses,
        tail,
        sources,
        access,
        listenAddress,
        store: () => ({ state: 'up', restarts: 0 }),
        tables: () => Promise.resolve({ tables: [], partitions: [] }),
        spool: () => ({ bytes: 0, budgetBytes: 0, segments: 0 }),
        retention: () => ({ logs: 1, traces: 1, metrics: 1 }),
      }),
    },
  });
  return {
    app,
    tokens,
    access,
    administrator,
    health,
    tail,
    dashboards,
    folder,
    async close() {
      closing.abort();
      await app.close();
      await state.close();
      rmSync(folder, { recursive: true });
    },
  };
}
