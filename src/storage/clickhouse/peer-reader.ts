// What a client, producer or consumer says of its other side: by attributes, under the names that all are stored with
// (model/semantic-conventions.ts). Names are read as bytes and never become strings.
import { ByteBuffer } from '../../base/byte-buffer.ts';
import type { DictionaryColumn, StringColumn } from '../../model/columns.ts';
import type { SpanColumns } from '../../model/span-columns.ts';

/** In the order in which a peer is named by them. */
const NAMES = [
  'db.system.name',
  'messaging.system',
  'peer.service',
  'db.namespace',
  'messaging.destination.name',
  'server.address',
  'network.peer.address',
  'url.full',
] as const;
type Name = (typeof NAMES)[number];

const SLASH = 0x2f;
const MAX_NAME_BYTES = 200;

export interface Peer {
  readonly kind: 'database' | 'queue' | 'external';
  /** Entry of the dictionary of names. */
  readonly name: number;
}

/** Start and end of the host in `bytes[start, end)`, an URL: without scheme, user, password and port. */
export function findHost(bytes: Uint8Array, start: number, end: number): [start: number, end: number] | undefined {
  const text = bytes.subarray(start, end);
  const scheme = text.indexOf(0x3a);
  if (scheme <= 0 || text[scheme + 1] !== SLASH || text[scheme + 2] !== SLASH) return undefined;
  const from = scheme + 3;
  const isEnd = (byte: number): boolean => byte === SLASH || byte === 0x3f || byte === 0x23;
  const rest = text.subarray(from).findIndex(isEnd);
  const authority = text.subarray(from, rest === -1 ? undefined : from + rest);
  const host = authority.subarray(authority.lastIndexOf(0x40) + 1);
  const size = host[0] === 0x5b ? host.indexOf(0x5d) + 1 : host.indexOf(0x3a) === -1 ? host.length : host.indexOf(0x3a);
  const first = start + from + authority.length - host.length;
  return size <= 0 ? undefined : [first, first + size];
}

/** Reads the peers of one block's spans; names go into `names`. */
export class PeerReader {
  readonly #names: DictionaryColumn;
  readonly #values: StringColumn;
  readonly #spans: SpanColumns;
  /** Place in NAMES + 1 of an attribute's name, 0 for all others. */
  readonly #places: Uint8Array;
  /** Entry of each of NAMES in the row that is read, or −1. */
  readonly #found = new Int32Array(NAMES.length);
  readonly #joined = new ByteBuffer();

  constructor(spans: SpanColumns, names: DictionaryColumn) {
    const { keys, values } = spans.attributes.strings;
    this.#spans = spans;
    this.#names = names;
    this.#values = values;
    this.#places = new Uint8Array(keys.keys.rows);
    NAMES.forEach((name, place) => {
      const index = keys.find(name);
      if (index !== undefined) this.#places[index] = place + 1;
    });
  }

  read(row: number): Peer | undefined {
    const { strings } = this.#spans.attributes;
    this.#found.fill(-1);
    const [start, end] = strings.entriesOf(row);
    for (let entry = start; entry < end; entry++) {
      const place = this.#places[strings.keys.indexes.get(entry)]!;
      if (place !== 0) this.#found[place - 1] = entry;
    }
    const database = this.#entry('db.system.name');
    if (database !== -1)
      return { kind: 'database', name: this.#join(database, 'peer.service', 'db.namespace', 'server.address') };
    const messaging = this.#entry('messaging.system');
    if (messaging !== -1)
      return { kind: 'queue', name: this.#join(messaging, 'messaging.destination.name', 'peer.service') };
    const host = this.#firstOf('peer.service', 'server.address', 'network.peer.address');
    if (host !== -1)
      return { kind: 'external', name: this.#name(this.#values.startOf(host), this.#values.endOf(host)) };
    const url = this.#entry('url.full');
    const place =
      url === -1 ? undefined : findHost(this.#values.data.bytes, this.#values.startOf(url), this.#values.endOf(url));
    return place && { kind: 'external', name: this.#name(...place) };
  }

  /** The entry of an attribute that says something, else −1. */
  #entry(name: Name): number {
    const entry = this.#found[NAMES.indexOf(name)]!;
    return entry === -1 || this.#values.endOf(entry) === this.#values.startOf(entry) ? -1 : entry;
  }

  #firstOf(...names: readonly Name[]): number {
    for (const name of names) {
      const entry = this.#entry(name);
      if (entry !== -1) return entry;
    }
    return -1;
  }

  #name(start: number, end: number): number {
    return this.#names.indexOfBytes(this.#values.data.bytes, start, Math.min(end, start + MAX_NAME_BYTES));
  }

  /** `system/first`: a database, a queue. */
  #join(system: number, ...names: readonly Name[]): number {
    const rest = this.#firstOf(...names);
    const start = this.#values.startOf(system);
    if (rest === -1) return this.#name(start, this.#values.endOf(system));
    const joined = this.#joined;
    joined.clear();
    joined.append(this.#values.bytesAt(system).subarray(0, MAX_NAME_BYTES));
    joined.append(Uint8Array.of(SLASH));
    joined.append(this.#values.bytesAt(rest).subarray(0, MAX_NAME_BYTES));
    return this.#names.indexOfBytes(joined.bytes, 0, joined.length);
  }
}
