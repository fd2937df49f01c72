// The HTTP application of a server: which part answers what.
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { StorageResponse } from '../api/storage.ts';
import { formatDuration } from '../base/duration.ts';
import type { Address } from '../config/setting-values.ts';
import { RemoteWriteReceiver } from '../ingest/remote-write/receiver.ts';
import type { SpooledIntake } from '../ingest/spooled-intake.ts';
import type { LanguageOptions } from '../query/promql/options.ts';
import type { AccessControl } from './auth/access-control.ts';
import type { AccessTokens } from './auth/access-tokens.ts';
import type { AuditLog } from './auth/audit-log.ts';
import type { ConfigurationInForce } from './configuration-in-force.ts';
import type { DashboardLibrary } from './dashboards/dashboard-library.ts';
import { cardinalityHandlers } from './handlers/cardinality.ts';
import { dashboardHandlers } from './handlers/dashboards.ts';
import { explainHandlers } from './handlers/explain.ts';
import { logTailHandler } from './handlers/log-tail.ts';
import { logHandlers } from './handlers/logs.ts';
import { metricHandlers } from './handlers/metrics.ts';
import { queryLintHandlers } from './handlers/query-lint.ts';
import { rulesHandlers } from './handlers/rules.ts';
import { operationHandlers } from './handlers/operations.ts';
import { serviceGraphHandlers } from './handlers/service-graph.ts';
import { serviceHandlers } from './handlers/services.ts';
import { sourceHandlers, type SourceFacts } from './handlers/sources.ts';
import { statusHandlers } from './handlers/status.ts';
import { tokenHandlers } from './handlers/tokens.ts';
import { traceHandlers } from './handlers/traces.ts';
import type { TelemetryStores } from './http/fresh-stores.ts';
import { createHttpApp } from './http/http-app.ts';
import type { Inputs } from './inputs.ts';
import type { MetricRegistry } from './metrics/metric-registry.ts';
import { showJob } from '../config/prometheus/show-job.ts';
import { hideSecrets } from '../config/hide-secrets.ts';
import { describeFlags } from './prometheus-api/describe-configuration.ts';
import { prometheusEndpoints } from './prometheus-api/endpoints.ts';
import { QueryGate } from './prometheus-api/query-gate.ts';
import { IndexedSeriesCatalog } from './prometheus-api/indexed-series-catalog.ts';
import type { RecentExemplars } from './prometheus-api/recent-exemplars.ts';
import { StoredSeriesCatalog } from './prometheus-api/stored-series-catalog.ts';
import type { RuleService } from './rules/rule-service.ts';
import type { Addresses } from './status/addresses.ts';
import type { Health } from './status/health.ts';
import type { SupervisedStore } from './supervised-store.ts';
import type { LiveTail } from './tail/live-tail.ts';

/** PromQL queries that run at once, and those that wait for their turn. */
const MAX_QUERIES = 20;
const MAX_WAITING_QUERIES = 1000;

export interface ServerParts {
  readonly version: string;
  readonly startedMillis: number;
  readonly dataDirectory: string;
  readonly log: Logger;
  readonly configuration: ConfigurationInForce;
  readonly language: LanguageOptions;
  readonly tokens: AccessTokens;
  readonly access: AccessControl;
  readonly audit: AuditLog;
  readonly dashboards: DashboardLibrary;
  readonly health: Health;
  readonly addresses: Addresses;
  readonly registry: MetricRegistry;
  readonly store: SupervisedStore;
  readonly stores: TelemetryStores;
  readonly intake: SpooledIntake;
  readonly tail: LiveTail;
  readonly exemplars: RecentExemplars;
  readonly inputs: Inputs;
  readonly sources: SourceFacts;
  readonly rules: RuleService;
  readonly spool: () => StorageResponse['spool'];
  readonly listenAddress: () => Address;
  readonly reload: () => Promise<readonly string[]>;
  /** Aborts when the server stops. */
  readonly closing: AbortSignal;
}

function prometheusOf(parts: ServerParts, catalog: IndexedSeriesCatalog): ReturnType<typeof prometheusEndpoints> {
  const { configuration, rules, language, stores } = parts;
  return prometheusEndpoints({
    queries: stores.queries,
    gate: new QueryGate(MAX_QUERIES, MAX_WAITING_QUERIES),
    language,
    now: Date.now,
    catalog,
    rules: {
      groups: () => rules.manager.groups,
      alertmanagers: () => ({
        active: rules.alertmanagers.sender.queues.map(({ url }) => url),
        dropped: rules.alertmanagers.sender.dropped,
      }),
    },
    targets: {
      ...parts.inputs.targets,
      poolConfiguration: (pool) => {
        const text = showJob(configuration.prometheus.texts, pool);
        return text === undefined ? undefined : hideSecrets(text);
      },
    },
    status: {
      version: parts.version,
      startedMs: parts.startedMillis,
      now: Date.now,
      configuration: () => hideSecrets(configuration.files.find(({ kind }) => kind === 'prometheus')?.text ?? ''),
      lastLoad: () => configuration.lastLoad,
      flags: () => describeFlags(configuration.settings),
      retention: () => formatDuration(configuration.settings.retainMetrics * 1000),
      ownMetrics: () => parts.registry.format(),
      cardinality: (rows, signal) => catalog.cardinality(rows, signal),
    },
  });
}

export function createServerApp(parts: ServerParts): FastifyInstance {
  const { access, audit, configuration, intake, language, listenAddress, log, rules, sources, store, stores } = parts;
  const catalog = new IndexedSeriesCatalog(
    store.client.index,
    new StoredSeriesCatalog(stores.metrics),
    parts.exemplars,
  );
  return createHttpApp({
    access,
    audit,
    health: parts.health,
    registry: parts.registry,
    reload: parts.reload,
    listenAddress,
    remoteWrite: new RemoteWriteReceiver({
      intake,
      onFault: (error) => log.error({ err: error }, 'a remote-write request failed'),
    }),
    prometheus: prometheusOf(parts, catalog),
    uiRoot: join(import.meta.dirname, '../../dist/ui'),
    logger: log,
    handlers: {
      ...logHandlers(stores.logs),
      tailLogs: logTailHandler(parts.tail, access, listenAddress, parts.closing),
      ...traceHandlers(stores.traces, stores.logs),
      ...serviceHandlers(stores.logs, stores.traces),
      ...operationHandlers(stores.traces),
      ...serviceGraphHandlers(stores.traces),
      ...metricHandlers(stores.metrics),
      ...cardinalityHandlers(catalog),
      ...explainHandlers(stores.queries, language),
      ...queryLintHandlers(language),
      ...dashboardHandlers(parts.dashboards, audit),
      ...sourceHandlers(sources),
      ...rulesHandlers({
        groups: () => rules.manager.groups,
        alerts: () => rules.router.alerts,
        alertsOf: (place) => rules.router.alertsOf(place),
        problems: () => rules.problems,
        queues: () => rules.alertmanagers.sender.queues,
      }),
      ...tokenHandlers(parts.tokens, access, audit, listenAddress),
      ...statusHandlers({
        ...parts,
        store: () => store.describe(),
        tables: () => store.describeTables(),
        retention: () => {
          const { retainLogs, retainTraces, retainMetrics } = configuration.settings;
          return { logs: retainLogs, traces: retainTraces, metrics: retainMetrics };
        },
      }),
    },
  });
}
