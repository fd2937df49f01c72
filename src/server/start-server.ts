// Composes the server: data directory, state, store, spool and intake, inputs, API. What is opened is closed in reverse order.
// One file because it is the one place that knows all parts; each part is one paragraph.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { StatusResponse } from '../api/status.ts';
import type { StorageResponse } from '../api/storage.ts';
import { CodedError, codedError } from '../base/coded-error.ts';
import type { GivenSetting, Settings } from '../config/settings.ts';
import { formatAddress, isLoopback, type Address } from '../config/setting-values.ts';
import { linesFrame } from '../ingest/lines/lines-frame.ts';
import { otlpFrameKinds } from '../ingest/otlp/frame-kinds.ts';
import { scrapeFrame } from '../ingest/scrape/scrape-frame.ts';
import { SpooledIntake } from '../ingest/spooled-intake.ts';
import { collectGarbage } from './collect-garbage.ts';
import { lockFolder } from '../spool/folder-lock.ts';
import { NodeFileSystem } from '../spool/node-file-system.ts';
import { nativeBlockWriter } from '../storage/clickhouse/block-files.ts';
import { openFileStateStore } from '../storage/state/file-state-store.ts';
import { StoreClient } from '../store/store-client.ts';
import { AccessControl } from './auth/access-control.ts';
import { AccessTokens } from './auth/access-tokens.ts';
import { ensureAdministratorSecret } from './auth/administrator.ts';
import { AuditLog } from './auth/audit-log.ts';
import { writeRunningServer } from './data-directory.ts';
import { serverErrors } from './errors.ts';
import { logTailHandler } from './handlers/log-tail.ts';
import { logHandlers } from './handlers/logs.ts';
import { metricHandlers } from './handlers/metrics.ts';
import { serviceHandlers } from './handlers/services.ts';
import { sourceHandlers, type SourceFacts } from './handlers/sources.ts';
import { statusHandlers } from './handlers/status.ts';
import { tokenHandlers } from './handlers/tokens.ts';
import { traceHandlers } from './handlers/traces.ts';
import { Freshener } from './http/freshener.ts';
import { freshStores } from './http/fresh-stores.ts';
import { createHttpApp } from './http/http-app.ts';
import { planIngestListeners } from './ingest-listeners.ts';
import { Inputs, readScrapeJobs } from './inputs.ts';
import { openListener, type ListenerPlan, type Listening } from './listeners.ts';
import { loadConfiguration, type Configuration } from './load-configuration.ts';
import { MetricRegistry } from './metrics/metric-registry.ts';
import { addProcessMetrics } from './metrics/process-metrics.ts';
import { addServerMetrics } from './metrics/server-metrics.ts';
import { applyReload } from './reload-settings.ts';
import { startRetention } from './retention-schedule.ts';
import { Shutdown } from './shutdown.ts';
import { Addresses } from './status/addresses.ts';
import { Health } from './status/health.ts';
import { LiveTail } from './tail/live-tail.ts';

const SECOND_NANOS = 1_000_000_000n;
/** Of the ten seconds that a stop may take: requests first, then what is left of the spool. */
const LISTENER_GRACE_SECONDS = 2;
const DRAIN_MILLIS = 2500;

export interface ServerCommand {
  readonly flags: readonly GivenSetting[];
  readonly files: readonly string[];
}

export interface RunningServer {
  /** Resolves when everything is closed. */
  stop(): Promise<void>;
  /** Reads the configuration files again; resolves to what was done. Throws, and changes nothing, when one is wrong. */
  reload(): Promise<readonly string[]>;
}

const unused: Readonly<Record<string, string>> = {
  rules: 'alerting and recording rules are not evaluated by this version',
  alertmanager: 'notifications are not sent by this version',
  logstash: 'Logstash pipelines are not run by this version',
  dashboard: 'dashboards are not shown by this version',
};

function readVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}

function openDataDirectory(directory: string): string {
  const path = resolve(directory);
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    writeFileSync(join(path, '.writable'), '');
    rmSync(join(path, '.writable'));
  } catch (error) {
    throw codedError(serverErrors, 'DATA_DIRECTORY_UNUSABLE', path, (error as Error).message);
  }
  return path;
}

function listenFastify(app: FastifyInstance): (address: Address) => Promise<Listening> {
  return async (asked) => {
    await app.listen({ host: asked.host, port: asked.port });
    const { address, port } = app.server.address() as AddressInfo;
    return { address: { host: address, port }, close: () => app.close() };
  };
}

function retentionNanos(settings: Settings): { logs: bigint; spans: bigint; metrics: bigint } {
  return {
    logs: BigInt(settings.retainLogs) * SECOND_NANOS,
    spans: BigInt(settings.retainTraces) * SECOND_NANOS,
    metrics: BigInt(settings.retainMetrics) * SECOND_NANOS,
  };
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
  const { origins } = first.resolved;
  let settings = first.resolved.settings;
  const jobs = readScrapeJobs(first.files, log);
  const dataDirectory = openDataDirectory(settings.dataDirectory);
  const lock = await lockFolder(dataDirectory);
  shutdown.add('data directory', () => lock.release());

  const state = await openFileStateStore(join(dataDirectory, 'state'));
  shutdown.add('state', () => state.close());
  const tokens = new AccessTokens(state);
  await tokens.load();
  const audit = new AuditLog(state);
  const access = new AccessControl(tokens, ensureAdministratorSecret(dataDirectory), settings);
  for (const [flag, address] of [
    ['--http', settings.http],
    ['--otlp-http', settings.otlpHttp],
    ['--otlp-grpc', settings.otlpGrpc],
  ] as const)
    if (address !== undefined) access.checkAddress(flag, address);
  if (settings.tcp !== undefined) access.checkTokenlessAddress('--tcp', settings.tcp);

  const health = new Health();
  const addresses = new Addresses();
  let storeDown: string | undefined = 'it is starting';
  let storeWasReady = false;
  const store = new StoreClient({
    folder: join(dataDirectory, 'store'),
    onEvent: (event) => {
      if (event.kind === 'ready') {
        storeDown = undefined;
        storeWasReady = true;
        log.info(`the storage engine is ready after ${Math.round(event.milliseconds)} ms`);
      } else {
        storeDown = event.reason;
        log.error(`the storage engine ended: ${event.reason}; it is started again, ingest goes on`);
      }
    },
  });
  shutdown.add('store', () => store.close());
  health.add({
    component: 'store',
    // Once the migrations ran, a store that is away makes queries fail, and nothing else.
    blocksReady: false,
    check: () => (storeDown === undefined ? undefined : `queries are refused: ${storeDown}`),
  });
  health.add({
    component: 'migrations',
    blocksReady: true,
    check: () => (storeWasReady ? undefined : 'the storage engine has not been up yet'),
  });
  const describeStore = (): StatusResponse['store'] => ({
    state: store.isReady ? 'up' : storeWasReady ? 'down' : 'starting',
    restarts: store.restarts,
    ...(store.pid === undefined ? {} : { pid: store.pid }),
  });

  const tail = new LiveTail();
  const fileSystem = new NodeFileSystem();
  shutdown.add('commit thread', () => fileSystem.close());
  const intake = await SpooledIntake.start({
    spoolFolder: join(dataDirectory, 'spool'),
    quarantineFolder: join(dataDirectory, 'quarantine'),
    fileSystem,
    kinds: [...otlpFrameKinds, linesFrame, scrapeFrame],
    sink: store,
    writer: nativeBlockWriter,
    retention: () => retentionNanos(settings),
    log,
    taps: [tail],
    spool: { limitBytes: settings.spoolBudget },
    onRest: collectGarbage,
  });
  shutdown.add('spool', () => intake.drain(DRAIN_MILLIS));
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
  };

  const registry = new MetricRegistry();
  addProcessMetrics(registry, version);
  addServerMetrics(registry, {
    ledger: () => intake.ledger(),
    spool: describeSpool,
    store: describeStore,
    tail,
    isReady: () => health.read().ready,
  });

  const closing = new AbortController();
  const listenAddress = (): Address => addresses.find('http') ?? settings.http ?? { host: '127.0.0.1', port: 0 };
  const freshener = new Freshener(
    () => intake.flush(),
    () => store.isReady,
    log,
  );
  const stores = freshStores(store, () => freshener.run());
  const reload = async (): Promise<readonly string[]> => {
    const loaded = await loadConfiguration(command.flags, command.files);
    if (!loaded.ok)
      throw codedError(serverErrors, 'RELOAD_REFUSED', loaded.error.map(({ message }) => message).join('; '));
    const nextJobs = readScrapeJobs(loaded.value.files, log);
    const { done, settings: merged } = applyReload(settings, loaded.value);
    settings = merged;
    await inputs.applyJobs(nextJobs, log);
    log.level = settings.logLevel;
    for (const line of done) log.info(line);
    return done;
  };
  const app = createHttpApp({
    access,
    audit,
    health,
    registry,
    reload,
    listenAddress,
    uiRoot: join(import.meta.dirname, '../../dist/ui'),
    logger: log,
    handlers: {
      ...logHandlers(stores.logs),
      tailLogs: logTailHandler(tail, access, listenAddress, closing.signal),
      ...traceHandlers(stores.traces, stores.logs),
      ...serviceHandlers(stores.logs, stores.traces),
      ...metricHandlers(stores.metrics),
      ...sourceHandlers(sources),
      ...tokenHandlers(tokens, access, audit, listenAddress),
      ...statusHandlers({
        version,
        startedMillis,
        dataDirectory,
        health,
        addresses,
        tail,
        sources,
        access,
        listenAddress,
        store: describeStore,
        tables: () => describeTables(store),
        spool: describeSpool,
        retention: () => ({
          logs: settings.retainLogs,
          traces: settings.retainTraces,
          metrics: settings.retainMetrics,
        }),
      }),
    },
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

  await inputs.start({ settings, jobs, intake, registry, log, shutdown });
  shutdown.add(
    'retention',
    startRetention(store, () => settings, log),
  );
  for (const file of first.files) {
    const reason = unused[file.kind];
    if (reason !== undefined) log.warn(`${file.path}: ${reason}; the file is left alone`);
  }

  // A store that cannot be opened at all is an error; one that only dies is started again.
  await store.ready.catch((error: unknown) => {
    if (error instanceof CodedError && error.status !== 503) throw error;
    if (error instanceof CodedError && error.code === 'STORE_IN_USE') throw error;
    log.error(`the storage engine does not start yet: ${(error as Error).message}`);
  });
  log.info(`ready after ${Date.now() - startedMillis} ms; data is kept in ${dataDirectory}`);
  return {
    stop: async () => {
      closing.abort();
      await shutdown.run();
    },
    reload,
  };
}

async function describeTables(store: StoreClient): Promise<Pick<StorageResponse, 'tables' | 'partitions'>> {
  const tables = await store.statistics();
  return {
    tables: tables.map(({ table, rows, bytes, columnBytes, indexBytes, rawBytes }) => ({
      table,
      rows,
      bytes,
      columnBytes,
      textIndexBytes: indexBytes,
      rawBytes,
    })),
    partitions: tables.flatMap(({ table, partitions }) => partitions.map((partition) => ({ table, ...partition }))),
  };
}
