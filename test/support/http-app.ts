// The HTTP application in this process, without sockets, over storage ports of the test's own making.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import type { Address } from '../../src/config/setting-values.ts';
import { AccessControl, type AccessSettings } from '../../src/server/auth/access-control.ts';
import { AccessTokens } from '../../src/server/auth/access-tokens.ts';
import { ensureAdministratorSecret } from '../../src/server/auth/administrator.ts';
import { AuditLog } from '../../src/server/auth/audit-log.ts';
import { logTailHandler } from '../../src/server/handlers/log-tail.ts';
import { logHandlers } from '../../src/server/handlers/logs.ts';
import { metricHandlers } from '../../src/server/handlers/metrics.ts';
import { serviceHandlers } from '../../src/server/handlers/services.ts';
import { sourceHandlers, type SourceFacts } from '../../src/server/handlers/sources.ts';
import { statusHandlers } from '../../src/server/handlers/status.ts';
import { tokenHandlers } from '../../src/server/handlers/tokens.ts';
import { traceHandlers } from '../../src/server/handlers/traces.ts';
import { createHttpApp } from '../../src/server/http/http-app.ts';
import { MetricRegistry } from '../../src/server/metrics/metric-registry.ts';
import { Addresses } from '../../src/server/status/addresses.ts';
import { Health } from '../../src/server/status/health.ts';
import { LiveTail } from '../../src/server/tail/live-tail.ts';
import { openFileStateStore } from '../../src/storage/state/file-state-store.ts';
import type { QueryResult } from '../../src/storage/ports/query-result.ts';
import type { LogStore, MetricStore, TraceStore } from '../../src/storage/ports/telemetry-store.ts';

const nothing: QueryResult = { rows: 0, columns: {}, statistics: { rowsRead: 0, bytesRead: 0, milliseconds: 0 } };

const noSources: SourceFacts = {
  ledger: () => [],
  quarantined: () => [],
  clockOf: () => undefined,
  failureOf: () => undefined,
};

export interface TestAppOptions {
  readonly listen?: Address;
  readonly access?: Partial<AccessSettings>;
  readonly uiRoot?: string;
  readonly logs?: LogStore;
  readonly traces?: TraceStore;
  readonly metrics?: MetricStore;
  readonly sources?: SourceFacts;
}

export interface TestApp {
  readonly app: FastifyInstance;
  readonly tokens: AccessTokens;
  readonly access: AccessControl;
  readonly administrator: string;
  readonly health: Health;
  readonly tail: LiveTail;
  readonly folder: string;
  close(): Promise<void>;
}

export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const folder = mkdtempSync(join(tmpdir(), 'http-app-'));
  const state = await openFileStateStore(join(folder, 'state'));
  const tokens = new AccessTokens(state);
  await tokens.load();
  const administrator = ensureAdministratorSecret(folder);
  const access = new AccessControl(tokens, administrator, { insecure: false, allowedHosts: [], ...options.access });
  const audit = new AuditLog(state);
  const listen = options.listen ?? { host: '127.0.0.1', port: 7070 };
  const listenAddress = (): Address => listen;
  const tail = new LiveTail();
  const health = new Health();
  const addresses = new Addresses();
  addresses.opened('otlp-http', listen, { host: listen.host, port: 4318 }, 'http');
  const logs = options.logs ?? { query: () => Promise.resolve(nothing) };
  const traces = options.traces ?? { ...logs, rangeOf: () => Promise.resolve(undefined) };
  const answerNothing = (): Promise<QueryResult> => Promise.resolve(nothing);
  const metrics = options.metrics ?? {
    series: answerNothing,
    samples: answerNothing,
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
    uiRoot: options.uiRoot ?? join(folder, 'no-ui'),
    logger: pino({ level: 'silent' }),
    handlers: {
      ...logHandlers(logs),
      tailLogs: logTailHandler(tail, access, listenAddress, closing.signal),
      ...traceHandlers(traces, logs),
      ...serviceHandlers(logs, traces),
      ...metricHandlers(metrics),
      ...sourceHandlers(sources),
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
    folder,
    async close() {
      closing.abort();
      await app.close();
      await state.close();
      rmSync(folder, { recursive: true });
    },
  };
}
