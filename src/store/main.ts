// The store process: owns the engine and answers the front over the socket that it inherits as descriptor 3. When the front is
// gone it ends at once; whatever the engine was doing was not acknowledged.
import { Socket } from 'node:net';
import { openEngine, type Engine } from '../storage/clickhouse/engine.ts';
import { applyRetention } from '../storage/clickhouse/partitions.ts';
import { readStatistics } from '../storage/clickhouse/statistics.ts';
import { MessageSocket } from './message-socket.ts';
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

const settings = JSON.parse(process.argv[2]!) as StoreSettings;
const socket = new Socket({ fd: SOCKET_DESCRIPTOR });
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
    const { bytes, names, statistics } = await open.run(request, { limits, signal });
    return [{ names, statistics }, bytes];
  },
  insert: async (open, { token, files }) => {
    await open.insert(token, files);
    return [undefined];
  },
  statistics: async (open) => [await readStatistics(open.driver)],
  retain: async (open, { policy, nowMillis }) => [
    await applyRetention(open.driver, policy, nowMillis, settings.server === undefined ? settings.folder : undefined),
  ],
  ping: async () => [undefined],
  close: async (open) => {
    await open.close();
    return [undefined];
  },
};

const messages = new MessageSocket(socket, (message) => void receive(message as ToStore));
const send = (message: FromStore, payload?: Uint8Array): void => messages.send(message, payload);

async function receive(message: ToStore): Promise<void> {
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
} catch (error) {
  send({ failed: toPlainError(error) });
}
