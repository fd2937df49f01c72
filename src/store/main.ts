// The store process: owns the engine and answers the front over the socket that it inherits as descriptor 3. When the front is
// gone it ends at once; whatever the engine was doing was not acknowledged.
import { flushCompileCache } from 'node:module';
import { Socket } from 'node:net';
import { collectAtRest } from './collect-at-rest.ts';
import { openEngine, type Engine } from '../storage/clickhouse/engine.ts';
import { applyRetention } from '../storage/clickhouse/partitions.ts';
import { readStatistics } from '../storage/clickhouse/statistics.ts';
import { EngineSeriesSource } from './engine-series-source.ts';
import { evaluate } from './evaluate.ts';
import { readCardinality } from './head/cardinality.ts';
import { dropDays } from './head/drop-days.ts';
import { HeadSeriesSource } from './head/head-series-source.ts';
import { HeadKeeper } from './head/head-keeper.ts';
import { lookUpSeries } from './head/look-up-series.ts';
import { takeBlock } from './head/take-block.ts';
import { LabelEras } from './label-eras.ts';
import { DONE, MessageSocket } from './message-socket.ts';
import {
  toPlainError,
  type FromStore,
  type StoreCallName,
  type StoreCalls,
  type StoreSettings,
  type ToStore,
} from './messages.ts';
import { openDriver } from './open-driver.ts';

const SOCKET_DESCRIPTOR = 3;
/** Bytes that are read at a time: what the kernel keeps of a sender that does not wait. */
const READ_BYTES = 256 << 10;
/** 16 million samples take about 220 MB. */
const MAX_HEAD_SAMPLES = 16_000_000;
/** 3 million series with ten labels take about 600 MB. */
const MAX_HEAD_SERIES = 3_000_000;
const MIN_HEAD_MS = 600_000;

const settings = JSON.parse(process.argv[2]!) as StoreSettings;
const socket = new Socket({
  fd: SOCKET_DESCRIPTOR,
  onread: {
    buffer: Buffer.allocUnsafeSlow(READ_BYTES),
    callback: (size, bytes) => {
      messages.take(bytes.subarray(0, size));
      return true;
    },
  },
});
// Other writers of a shared server are not heard here: there the tables alone know everything.
const headSamples = settings.server === undefined ? (settings.headSamples ?? MAX_HEAD_SAMPLES) : 0;
const keeper =
  headSamples === 0
    ? undefined
    : new HeadKeeper({
        samples: headSamples,
        series: settings.headSeries?.limit ?? MAX_HEAD_SERIES,
        minimumMs: settings.headSeries?.minimumMs ?? MIN_HEAD_MS,
      });
// On a server others may drop what we wrote, and a cluster has many disks: every block brings its labels.
const eras = new LabelEras(settings.server === undefined);
const aborts = new Map<number, AbortController>();
let engine: Engine | undefined;

// An ordinary exit would wait for the engine's running statements.
const endAtOnce = (): void => void process.kill(process.pid, 'SIGKILL');
socket.on('close', endAtOnce);
socket.on('error', endAtOnce);

type Handlers = {
  readonly [K in StoreCallName]: (
    engine: Engine,
    args: StoreCalls[K]['arguments'],
    signal: AbortSignal,
  ) => Promise<readonly [StoreCalls[K]['answer'], Uint8Array?]>;
};

const handlers: Handlers = {
  run: async (open, { request, limits }, signal) => {
    const { bytes, ...answer } = await open.run(request, { limits, signal });
    return [answer, bytes];
  },
  evaluate: (open, args, signal) =>
    evaluate(
      args,
      ({ timeoutMs, maxSamples }) => {
        const tables = new EngineSeriesSource(open, { milliseconds: timeoutMs, samples: maxSamples });
        return keeper === undefined ? tables : new HeadSeriesSource(keeper.head, tables, maxSamples);
      },
      signal,
    ),
  lookUp: async (_, question) => [
    keeper === undefined ? { kind: 'unknown' } : await lookUpSeries(keeper.head, question),
  ],
  cardinality: async (_, { rows }) => [
    keeper === undefined ? undefined : readCardinality(keeper.head, rows, Date.now()),
  ],
  insert: (open, { token, files, reliesOn }) =>
    eras.insert(reliesOn, async () => {
      const head = keeper?.head;
      if (head !== undefined) await takeBlock(head, open, token, files);
      await open.insert(token, files);
      keeper?.renewIfLarge(open);
      // A new head was not told of what was inserted before.
      if (keeper?.head !== head) eras.begin();
    }),
  statistics: async (open) => [await readStatistics(open.driver)],
  retain: (open, { policy, nowMillis }) =>
    eras.drop(async () => {
      const folder = settings.server === undefined ? settings.folder : undefined;
      const dropped = await applyRetention(open.driver, policy, nowMillis, folder);
      if (keeper !== undefined) await dropDays(keeper.head, open, dropped);
      return dropped;
    }),
  head: async () => [
    {
      isRebuilt: keeper?.isRebuilt ?? true,
      series: keeper?.head.index.size ?? 0,
      bytes: keeper?.head.bytes ?? 0,
      completeFromMs: keeper?.head.completeFromMs ?? Infinity,
    },
  ],
  ping: async () => [undefined],
  close: async (open) => {
    await open.close();
    return [undefined];
  },
};

const messages = new MessageSocket(socket, (message, payload) => {
  const said = message as ToStore;
  if ('feed' in said) {
    keeper?.head.feed(said.feed, payload);
    return DONE;
  }
  void receive(said);
  return undefined;
});
const send = (message: FromStore, payload?: Uint8Array): void => messages.send(message, payload);

async function receive(message: Exclude<ToStore, { feed: unknown }>): Promise<void> {
  const { id } = message;
  if ('abort' in message) return aborts.get(id)?.abort();
  if (engine === undefined) return;
  const abort = new AbortController();
  aborts.set(id, abort);
  try {
    const handle = handlers[message.call] as (
      open: Engine,
      args: unknown,
      signal: AbortSignal,
    ) => Promise<readonly [unknown, Uint8Array?]>;
    const [answer, payload] = await handle(engine, message.arguments, abort.signal);
    send({ id, answer }, payload);
  } catch (error) {
    send({ id, error: toPlainError(error) });
  } finally {
    aborts.delete(id);
  }
}

try {
  engine = await openEngine(await openDriver(settings, endAtOnce));
  send({ ready: true });
  // Node would keep what it compiled at an ordinary end, which never comes: every start would compile, and strip types, again.
  flushCompileCache();
  collectAtRest();
  void keeper?.rebuild(engine);
} catch (error) {
  send({ failed: toPlainError(error) });
}
