// Composes the server: data directory, state, store, spool and intake, inputs, API. What is opened is closed in reverse order.
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { StorageResponse } from '../api/storage.ts';
import { collectAtRest } from '../store/collect-at-rest.ts';
import { collectGarbage } from '../store/collect-garbage.ts';
import { classRules } from '../config/class-rules.ts';
import { metricBudgets } from '../config/metric-budgets.ts';
import type { Settings } from '../config/settings.ts';
import { formatAddress, isLoopback, type Address } from '../config/setting-values.ts';
import { SeriesBudget, type SeriesLimits } from '../ingest/budget/series-budget.ts';
import { linesFrame } from '../ingest/lines/lines-frame.ts';
import { otlpFrameKinds } from '../ingest/otlp/frame-kinds.ts';
import { remoteWriteFrame } from '../ingest/remote-write/remote-write-frame.ts';
import { scrapeFrame } from '../ingest/scrape/scrape-frame.ts';
import { SpooledIntake } from '../ingest/spooled-intake.ts';
import { MetricClasses } from '../model/metric-classes.ts';
import { allOptions, stockOptions } from '../query/promql/options.ts';
import { lockFolder } from '../spool/folder-lock.ts';
import { NodeFileSystem } from '../spool/node-file-system.ts';
import { NativeBlockWriter } from '../storage/clickhouse/block-files.ts';
import { openFileStateStore } from '../storage/state/file-state-store.ts';
import { AccessControl } from './auth/access-control.ts';
import { AccessTokens } from './auth/access-tokens.ts';
import { ensureAdministratorSecret } from './auth/administrator.ts';
import { AuditLog } from './auth/audit-log.ts';
import { ConfigurationInForce, type ServerCommand } from './configuration-in-force.ts';
import { DashboardLibrary } from './dashboards/dashboard-library.ts';
import { openDataDirectory, writeRunningServer } from './data-directory.ts';
import type { SourceFacts } from './handlers/sources.ts';
import { Freshener } from './http/freshener.ts';
import { freshStores } from './http/fresh-stores.ts';
import { planIngestListeners } from './ingest-listeners.ts';
import { Inputs } from './inputs.ts';
import { enforceSeriesBudget } from './known-series.ts';
import { openListener, type ListenerPlan, type Listening } from './listeners.ts';
import type { Configuration } from './load-configuration.ts';
import { addBudgetMetrics } from './metrics/budget-metrics.ts';
import { MetricRegistry } from './metrics/metric-registry.ts';
import { addProcessMetrics } from './metrics/process-metrics.ts';
import { addRuleMetrics } from './metrics/rule-metrics.ts';
import { addServerMetrics } from './metrics/server-metrics.ts';
import { startRetention } from './retention-schedule.ts';
import { RuleInputs } from './rules/rule-inputs.ts';
import { RuleService } from './rules/rule-service.ts';
import { createServerApp } from './server-app.ts';
import { Shutdown } from './shutdown.ts';
import { Addresses } from './status/addresses.ts';
import { Health } from './status/health.ts';
import { SupervisedStore } from './supervised-store.ts';
import { LoggedQueries, QueryLog } from './query-log.ts';
import { RecentExemplars } from './prometheus-api/recent-exemplars.ts';
import { LiveTail } from './tail/live-tail.ts';

const SECOND_NANOS = 1_000_000_000n;
/** Of the ten seconds that a stop may take: requests first, then what is left of the spool. */
const LISTENER_GRACE_SECONDS = 2;
const DRAIN_MILLIS = 2500;

export interface RunningServer {
  /** Resolves when everything is closed. */
  stop(): Promise<void>;
  /** Reads the configuration files again; resolves to what was done. Throws, and changes nothing, when one is wrong. */
  reload(): Promise<readonly string[]>;
}

const unused: Readonly<Record<string, string>> = {
  alertmanager: 'notifications are not sent by this version',
  logstash: 'Logstash pipelines are not run by this version',
};

function readVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}

function listenFastify(app: FastifyInstance): (address: Address) => Promise<Listening> {
  return async (asked) => {
    await app.listen({ host: asked.host, port: asked.port });
    const { address, port } = app.server.address() as AddressInfo;
    return { address: { host: address, port }, close: () => app.close() };
  };
}

function retentionNanos({ retainLogs, retainTraces, retainMetrics }: Settings): {
  logs: bigint;
  spans: bigint;
  metrics: bigint;
} {
  return {
    logs: BigInt(retainLogs) * SECOND_NANOS,
    spans: BigInt(retainTraces) * SECOND_NANOS,
    metrics: BigInt(retainMetrics) * SECOND_NANOS,
  };
}

/** The series budgets of the settings that hold, prepared once for each change of them. */
function seriesLimits(settings: () => Settings): () => SeriesLimits {
  let from: Settings | undefined;
  let limits: SeriesLimits = () => Infinity;
  return () => {
    const now = settings();
    if (now !== from) limits = metricBudgets(now.seriesBudget, now.seriesBudgets);
    from = now;
    return limits;
  };
}

/** Throws when others could reach an address that does not ask who they are. */
function checkAddresses(access: AccessControl, { http, otlpHttp, otlpGrpc, tcp, statsd }: Settings): void {
  const guarded = { '--http': http, '--otlp-http': otlpHttp, '--otlp-grpc': otlpGrpc };
  for (const [flag, address] of Object.entries(guarded)) if (address !== undefined) access.checkAddress(flag, address);
  for (const [flag, address] of Object.entries({ '--tcp': tcp, '--statsd': statsd }))
    if (address !== undefined) access.checkTokenlessAddress(flag, address);
}

/** Starts everything; throws a CodedError, with nothing left open, when something that was asked for cannot be had. */
export async function startServer(command: ServerCommand, first: Configuration, log: Logger): Promise<RunningServer> {
  const shutdown = new Shutdown(log);
  try {
    return await compose(command, first, log, shutdown);
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

async function compose(
  command: ServerCommand,
  first: Configuration,
  log: Logger,
  shutdown: Shutdown,
): Promise<RunningServer> {
  const startedMillis = Date.now();
  const version = readVersion();
  const { origins, settings } = first.resolved;
  const configuration = await ConfigurationInForce.open(command, first, log);
  const language = settings.promqlExperimental ? allOptions : stockOptions;
  const dataDirectory = openDataDirectory(settings.dataDirectory);
  const lock = await lockFolder(dataDirectory);
  shutdown.add('data directory', () => lock.release());

  const state = await openFileStateStore(join(dataDirectory, 'state'));
  shutdown.add('state', () => state.close());
  const tokens = new AccessTokens(state);
  await tokens.load();
  const audit = new AuditLog(state);
  const dashboards = new DashboardLibrary(state);
  dashboards.setFiles(configuration.dashboards);
  const access = new AccessControl(tokens, ensureAdministratorSecret(dataDirectory), settings);
  checkAddresses(access, settings);

  const health = new Health();
  const addresses = new Addresses();
  const ruleInputs: RuleInputs = new RuleInputs({
    whyAway: () => store.whyAway,
    isHeadRebuilt: async () => (await store.client.head()).isRebuilt,
    flush: () => intake.flush(),
  });
  const store: SupervisedStore = new SupervisedStore(join(dataDirectory, 'store'), log, () =>
    ruleInputs.storeStarted(),
  );
  shutdown.add('store', () => store.client.close());
  store.addTo(health);

  const tail = new LiveTail();
  const exemplars = new RecentExemplars();
  const fileSystem = new NodeFileSystem();
  shutdown.add('commit thread', () => fileSystem.close());
  const seriesBudget = new SeriesBudget(
    seriesLimits(() => configuration.settings),
    log,
  );
  const intake = await SpooledIntake.start({
    spoolFolder: join(dataDirectory, 'spool'),
    quarantineFolder: join(dataDirectory, 'quarantine'),
    fileSystem,
    kinds: [...otlpFrameKinds, linesFrame, scrapeFrame, remoteWriteFrame],
    sink: store.client,
    writer: new NativeBlockWriter(),
    retention: () => retentionNanos(configuration.settings),
    log,
    seriesBudget,
    metricClasses:
      settings.metricsRules.length === 0 ? undefined : new MetricClasses(classRules(settings.metricsRules)),
    taps: [tail, exemplars, store.client.tap],
    spool: { limitBytes: settings.spoolBudget },
    onRest: collectGarbage,
  });
  shutdown.add('spool', () => intake.drain(DRAIN_MILLIS));
  ruleInputs.spoolOpened();
  const describeSpool = (): StorageResponse['spool'] => {
    const { bytes, limitBytes, segments } = intake.spoolUsage();
    return { bytes, budgetBytes: limitBytes, segments };
  };
  health.add({ component: 'spool', blocksReady: true, check: () => intake.spoolUsage().full });
  const inputs = new Inputs();
  const sources: SourceFacts = {
    ledger: () => intake.ledger(),
    quarantined: () => intake.quarantined(),
    clockOf: (source) => inputs.clockOf(source),
    failureOf: (source) => inputs.failureOf(source),
    breaches: () => seriesBudget.breaches(),
  };

  const registry = new MetricRegistry();
  addProcessMetrics(registry, version);
  addServerMetrics(registry, {
    ledger: () => intake.ledger(),
    spool: describeSpool,
    turnedAway: () => intake.turnedAway,
    store: () => store.describe(),
    tail,
    isReady: () => health.read().ready,
  });

  addBudgetMetrics(registry, seriesBudget);

  const closing = new AbortController();
  const listenAddress = (): Address => addresses.find('http') ?? settings.http ?? { host: '127.0.0.1', port: 0 };
  const freshener = new Freshener(
    () => intake.flush(),
    () => store.client.isReady,
    log,
  );
  const queryLog = new QueryLog(log);
  queryLog.use(configuration.prometheus.global.queryLogFile);
  shutdown.add('query log', () => queryLog.close());
  const queries = new LoggedQueries(store.client.queries, queryLog);
  const { logs, traces, metrics } = store.client;
  const stores = freshStores({ logs, traces, metrics, queries }, () => freshener.run());
  const rules = await RuleService.start({
    version,
    queries,
    language,
    intake,
    makeVisible: () => ruleInputs.makeVisible(),
    whyIncomplete: () => ruleInputs.whyIncomplete(),
    state,
    externalUrl: () =>
      settings.externalUrl === 'auto' ? `http://${formatAddress(listenAddress())}` : settings.externalUrl,
    log,
  });
  addRuleMetrics(registry, rules);
  health.add({ component: 'rules', blocksReady: false, check: () => rules.problem });
  const reload = (): Promise<readonly string[]> => configuration.reload({ rules, inputs, dashboards, queryLog });
  const app = createServerApp({
    version,
    startedMillis,
    dataDirectory,
    log,
    configuration,
    language,
    tokens,
    access,
    audit,
    dashboards,
    health,
    addresses,
    registry,
    store,
    stores,
    intake,
    tail,
    exemplars,
    inputs,
    sources,
    rules,
    spool: describeSpool,
    listenAddress,
    reload,
    closing: closing.signal,
  });

  const plans: readonly ListenerPlan[] = [
    ...planIngestListeners({ intake, access, registry, log }),
    { setting: 'http', name: 'http', scheme: 'http', open: listenFastify(app) },
  ];
  const open: Listening[] = [];
  shutdown.add('addresses', async () => {
    await Promise.all(open.map((listening) => listening.close(LISTENER_GRACE_SECONDS)));
  });
  for (const plan of plans) {
    const listening = await openListener(plan, settings, origins, addresses, log);
    if (listening !== undefined) open.push(listening);
  }
  health.add({
    component: 'addresses',
    blocksReady: false,
    check: () => (addresses.failures().length === 0 ? undefined : addresses.failures().join('; ')),
  });
  const http = addresses.find('http');
  if (http !== undefined) {
    writeRunningServer(dataDirectory, { url: `http://${formatAddress(http)}`, pid: process.pid });
    if (!isLoopback(http.host) && settings.insecure && tokens.size === 0)
      log.warn('--insecure: everybody who reaches this address may read everything');
  }

  await inputs.start({ settings, jobs: configuration.prometheus.jobs, intake, registry, log, shutdown });
  shutdown.add(
    'retention',
    startRetention(store.client, () => configuration.settings, log),
  );
  for (const file of first.files) {
    const reason = unused[file.kind];
    if (reason !== undefined) log.warn(`${file.path}: ${reason}; the file is left alone`);
  }

  await store.firstStart();
  shutdown.add('collecting at rest', collectAtRest());
  shutdown.add(
    'series budget',
    enforceSeriesBudget({ budget: seriesBudget, runner: store.client, flush: () => intake.flush(), log }),
  );
  // Rules begin when the store is there, or was found to be away, which they then say.
  await rules.apply(configuration.rules, await rules.load(configuration.rules));
  shutdown.add('rules', () => rules.stop());
  log.info(`ready after ${Date.now() - startedMillis} ms; data is kept in ${dataDirectory}`);
  return {
    stop: async () => {
      closing.abort();
      await shutdown.run();
    },
    reload,
  };
}
