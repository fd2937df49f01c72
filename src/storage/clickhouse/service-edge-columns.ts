// Calls between services by minute: made from the spans of a block while its files are written, and from sides of calls that came with
// earlier blocks. A side whose other one is not there yet counts as what it is by itself (model/service-edges.ts); when the other one comes,
// that is taken back and the call counts in its place. So nothing is decided by waiting, and nothing counts twice.
import { ColumnBatch } from '../../model/column-batch.ts';
import { DictionaryColumn, FixedColumn, Float64Column, Uint32Column, Uint8Column } from '../../model/columns.ts';
import { durationBucket } from '../../model/duration-buckets.ts';
import { edgeNumber, type EdgeKind } from '../../model/service-edges.ts';
import type { SpanColumns } from '../../model/span-columns.ts';
import { GroupSums, SUMS, WORDS } from './group-sums.ts';
import { dayBytes, minuteOf } from './minute-of.ts';
import { PeerReader, type Peer } from './peer-reader.ts';
import { FAILED, FOUND, MESSAGE, WaitingSides, type Side } from './waiting-sides.ts';

/** OTLP kinds of spans, and the status of those that failed. */
const SERVER = 2;
const PRODUCER = 4;
const CONSUMER = 5;
const ERROR = 2;
/** With more names than these, all is forgotten that waits. */
const MAX_NAMES = 100_000;

const numbers = {
  call: edgeNumber('call'),
  message: edgeNumber('message'),
  database: edgeNumber('database'),
  consume: edgeNumber('consume'),
  entry: edgeNumber('entry'),
  unknownServer: edgeNumber('unknownServer'),
  unknownClient: edgeNumber('unknownClient'),
} as const;
const edgeOfClient: Readonly<Record<Peer['kind'], EdgeKind>> = {
  database: 'database',
  queue: 'publish',
  external: 'external',
};

const makeSide = (): Side => ({
  minute: 0,
  service: 0,
  peer: 0,
  edge: 0,
  place: 0,
  flags: 0,
  weight: 0,
  duration: 0,
});

export class ServiceEdgeColumns extends ColumnBatch {
  /** Minutes since 1970, signed: of the server's span where there is one. */
  readonly minute = new Uint32Column();
  readonly day = new FixedColumn(2);
  readonly retention = new Uint8Column();
  /** A service, a queue (consume), or '' (entry, unknownClient). */
  readonly client = new DictionaryColumn();
  /** A service, what a client says of its peer, or '' (unknownServer). */
  readonly server = new DictionaryColumn();
  /** Place in model/service-edges.ts */
  readonly kind = new Uint8Column();
  readonly durationBucket = new FixedColumn(2);
  /** These are below 0 where an earlier block's side turned out to be one of a call. */
  readonly weight = new Float64Column();
  readonly rowCount = new Float64Column();
  readonly errors = new Float64Column();
  /** ns, by weight. */
  readonly duration = new Float64Column();

  write({ size, words, sums }: GroupSums, names: DictionaryColumn): void {
    const text = (index: number): [Uint8Array, DataView, number, number] => {
      const { keys } = names;
      return [keys.data.bytes, keys.data.view, keys.startOf(index), keys.endOf(index)];
    };
    for (let group = 0; group < size; group++) {
      const at = group * WORDS;
      const of = group * SUMS;
      // Taken back in the same block.
      if (sums[of + 1] === 0) continue;
      const minute = words[at]!;
      const bucket = words[at + 3]! >>> 8;
      this.minute.push(minute);
      this.day.pushBytes(dayBytes(minute), 0);
      this.retention.push(words[at + 3]! & 0xff);
      this.client.pushBytes(...text(words[at + 1]!));
      this.server.pushBytes(...text(words[at + 2]!));
      this.kind.push(words[at + 4]!);
      this.durationBucket.pushBytes(Uint8Array.of(bucket & 0xff, bucket >> 8), 0);
      this.weight.push(sums[of]!);
      this.rowCount.push(sums[of + 1]!);
      this.errors.push(sums[of + 2]!);
      this.duration.push(sums[of + 3]!);
      this.closeRow();
    }
  }
}

/** Pairs the sides of calls over the blocks that come one after the other. */
export class CallPairs {
  readonly #waiting: WaitingSides;
  /** Services and peers; their numbers go from block to block. */
  readonly #names = new DictionaryColumn();
  readonly #side = makeSide();
  readonly #other = makeSide();
  #groups = new GroupSums();

  constructor(waiting: WaitingSides = new WaitingSides()) {
    this.#waiting = waiting;
  }

  /** The edges that these spans make, and take back. */
  collect(spans: SpanColumns): ServiceEdgeColumns {
    if (this.#names.keys.rows > MAX_NAMES) {
      this.#waiting.forget();
      this.#names.clear();
    }
    this.#waiting.turn();
    this.#groups = new GroupSums();
    const services = new Int32Array(spans.service.keys.rows).fill(-1);
    const peers = new PeerReader(spans, this.#names);
    for (let row = 0; row < spans.rows; row++) {
      const kind = spans.kind.get(row);
      if (kind < SERVER || kind > CONSUMER) continue;
      const index = spans.service.indexes.get(row);
      if (services[index] === -1) services[index] = this.#enterService(spans.service, index);
      this.#fill(spans, row, services[index]!);
      if (kind === SERVER || kind === CONSUMER)
        this.#addServer(spans, row, kind === CONSUMER ? peers.read(row) : undefined);
      else this.#addClient(spans, row, peers.read(row));
    }
    const columns = new ServiceEdgeColumns();
    columns.write(this.#groups, this.#names);
    return columns;
  }

  #enterService({ keys }: DictionaryColumn, index: number): number {
    return this.#names.indexOfBytes(keys.data.bytes, keys.startOf(index), keys.endOf(index));
  }

  #fill({ time, duration, retention, kind, status, weight }: SpanColumns, row: number, service: number): void {
    const side = this.#side;
    const nanos = duration.approximate(row);
    const isMessage = kind.get(row) === PRODUCER || kind.get(row) === CONSUMER;
    side.minute = minuteOf(time, row);
    side.service = service;
    side.place = (durationBucket(nanos) << 8) | retention.get(row);
    side.flags = (status.get(row) === ERROR ? FAILED : 0) | (isMessage ? MESSAGE : 0);
    side.weight = weight.get(row);
    side.duration = nanos * side.weight;
  }

  #addClient({ traceId, spanId }: SpanColumns, row: number, peer: Peer | undefined): void {
    const side = this.#side;
    side.peer = peer?.name ?? 0;
    side.edge = peer === undefined ? numbers.unknownServer : edgeNumber(edgeOfClient[peer.kind]);
    this.#countAlone(side, 1);
    // Databases send no spans.
    if (side.edge === numbers.database) return;
    const low = spanId.data.view.getInt32(row * 8);
    const high = spanId.data.view.getInt32(row * 8 + 4);
    const trace = traceId.data.view.getInt32(row * 16 + 12);
    this.#waiting.takeServers(low, high, trace, this.#other, () => {
      this.#countPair(side, this.#other);
      side.flags |= FOUND;
    });
    this.#waiting.add(low, high, trace, 0, side);
  }

  #addServer({ traceId, parentId }: SpanColumns, row: number, peer: Peer | undefined): void {
    const side = this.#side;
    const low = parentId.data.view.getInt32(row * 8);
    const high = parentId.data.view.getInt32(row * 8 + 4);
    const isRoot = low === 0 && high === 0;
    const isConsumer = peer?.kind === 'queue';
    side.peer = isConsumer ? peer.name : 0;
    side.edge = isConsumer ? numbers.consume : isRoot ? numbers.entry : numbers.unknownClient;
    this.#countAlone(side, 1);
    if (isRoot) return;
    const trace = traceId.data.view.getInt32(row * 16 + 12);
    if (this.#waiting.findClient(low, high, trace, this.#other)) this.#countPair(this.#other, side);
    else this.#waiting.add(low, high, trace, 1, side);
  }

  /** Counts a side as what it is without its other one, or takes that back. */
  #countAlone(side: Side, sign: 1 | -1): void {
    const isClient =
      side.edge !== numbers.entry && side.edge !== numbers.unknownClient && side.edge !== numbers.consume;
    const [client, server] = isClient ? [side.service, side.peer] : [side.peer, side.service];
    const group = this.#groups.find(side.minute, client, server, side.place, side.edge);
    const failed = (side.flags & FAILED) === 0 ? 0 : side.weight;
    this.#groups.add(group, sign * side.weight, sign, sign * failed, sign * side.duration);
  }

  /** A call: as long as the server's side took, failed if either side says so. */
  #countPair(client: Side, server: Side): void {
    if ((client.flags & FOUND) === 0) this.#countAlone(client, -1);
    this.#countAlone(server, -1);
    const flags = client.flags | server.flags;
    const kind = (flags & MESSAGE) === 0 ? numbers.call : numbers.message;
    const group = this.#groups.find(server.minute, client.service, server.service, server.place, kind);
    this.#groups.add(group, server.weight, 1, (flags & FAILED) === 0 ? 0 : server.weight, server.duration);
  }
}
