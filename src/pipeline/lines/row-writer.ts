// Writes records of one frame into a block's columns: the time laws, who sent it, the attributes. A record is begun with `open`,
// which also says whether it is too old; then every column is written once, by the methods here or directly; `close` ends it.
import { assert } from '../../base/assert.ts';
import { ByteBuffer } from '../../base/byte-buffer.ts';
import type { Int64Column } from '../../model/columns.ts';
import { computeExceptionGroup } from '../../model/exception-group.ts';
import type { LogColumns } from '../../model/log-columns.ts';
import type { TelemetryBlock } from '../../model/telemetry-block.ts';
import { Identity } from './identity.ts';
import { readLineMeta, type LineMeta } from './line-meta.ts';
import { readExceptionName } from './traceback.ts';
import { zoneOf } from './time-zone.ts';

/** A record further in the future gets its arrival time (seconds). */
const FUTURE_LIMIT = 600;
const MAX_IDENTITIES = 4096;
/** The stream label that says how the record is rebuilt from its columns; see rebuild.ts. */
export const LAYOUT_LABEL = 'holter.layout';

/** What the writer needs of a frame. */
export interface LineFrame {
  readonly received: bigint;
  readonly expiredBefore: { readonly logs: bigint; readonly spans: bigint };
  readonly meta: Readonly<Record<string, unknown>>;
}

function pushTime(column: Int64Column, seconds: number, nanos: number): void {
  // seconds · 10^9 + nanos in 64 bits, by halves of 16 bits so that every product stays exact in a double.
  const upper = Math.floor(seconds / 0x1_0000) * 1e9;
  const lower = (seconds - Math.floor(seconds / 0x1_0000) * 0x1_0000) * 1e9 + nanos;
  const upperHigh = Math.floor(upper / 0x1_0000);
  const lowerHigh = Math.floor(lower / 0x1_0000_0000);
  const low = (upper - upperHigh * 0x1_0000) * 0x1_0000 + (lower - lowerHigh * 0x1_0000_0000);
  const carry = low >= 0x1_0000_0000 ? 1 : 0;
  column.pushParts(low - carry * 0x1_0000_0000, upperHigh + lowerHigh + carry);
}

export class RowWriter {
  #block: TelemetryBlock | undefined;
  #logs: LogColumns | undefined;
  meta: LineMeta = { stream: {} };
  received = 0n;
  #receivedSeconds = 0;
  #receivedNanos = 0;
  #expiredSeconds = 0;
  spansExpiredBefore = 0n;
  clamped = 0;
  expired = 0;
  #seconds = 0;
  #day = 0;
  #metaText = '';
  readonly #streams = new Map<string, Identity>();
  readonly #resources = new Map<string, Identity>();
  readonly #scratch = new ByteBuffer();
  readonly #zones = new Map<string, string>();

  /** Begins a frame. */
  begin(block: TelemetryBlock, frame: LineFrame): void {
    this.#block = block;
    this.#logs = block.logs;
    this.received = frame.received;
    this.#receivedSeconds = Number(frame.received / 1_000_000_000n);
    this.#receivedNanos = Number(frame.received % 1_000_000_000n);
    this.#expiredSeconds = Number(frame.expiredBefore.logs / 1_000_000_000n);
    this.spansExpiredBefore = frame.expiredBefore.spans;
    this.clamped = 0;
    this.expired = 0;
    this.meta = readLineMeta(frame.meta);
    const metaText = JSON.stringify([this.meta.stream, this.meta.service, this.meta.host]);
    if (metaText !== this.#metaText || this.#resources.size + this.#streams.size > MAX_IDENTITIES) {
      this.#streams.clear();
      this.#resources.clear();
      this.#metaText = metaText;
    }
    for (const identity of this.#streams.values()) identity.lastDay = -1;
    for (const identity of this.#resources.values()) identity.lastDay = -1;
    this.#zones.clear();
  }

  get block(): TelemetryBlock {
    assert(this.#block !== undefined, 'a row outside a frame');
    return this.#block;
  }

  get logs(): LogColumns {
    assert(this.#logs !== undefined, 'a row outside a frame');
    return this.#logs;
  }

  get receivedSeconds(): number {
    return this.#receivedSeconds;
  }

  /**
   * The zone of a naive clock: as it was decided for this source (`key`), else UTC or the source's zone, whichever puts the
   * reading nearer to the arrival.
   */
  zoneOfClock(key: string, local: number): string {
    const decided = this.#zones.get(key) ?? this.meta.clocks?.[key];
    if (decided !== undefined && zoneOf(decided) !== undefined) {
      this.#zones.set(key, decided);
      return decided;
    }
    const zone = zoneOf(this.meta.zone ?? 'UTC');
    if (zone === undefined) return 'UTC';
    const asZone = Math.abs(zone.instantOf(local) - this.#receivedSeconds);
    return asZone < Math.abs(local - this.#receivedSeconds) ? zone.name : 'UTC';
  }

  /** Begins a record of that time. False when it is older than is kept: nothing was written then. */
  open(seconds: number, nanos: number): boolean {
    if (seconds < this.#expiredSeconds) {
      this.expired++;
      return false;
    }
    const logs = this.logs;
    if (seconds > this.#receivedSeconds + FUTURE_LIMIT) {
      this.clamped++;
      this.#begin(this.#receivedSeconds, this.#receivedNanos);
      pushTime(logs.originalTime, seconds, nanos);
    } else {
      this.#begin(seconds, nanos);
      logs.originalTime.pushZero();
    }
    return true;
  }

  /** Begins a record that names no time: it happened when it arrived. */
  openNow(): void {
    this.#begin(this.#receivedSeconds, this.#receivedNanos);
    this.logs.originalTime.pushZero();
  }

  #begin(seconds: number, nanos: number): void {
    this.#seconds = seconds;
    this.#day = Math.floor(this.#seconds / 86_400);
    pushTime(this.logs.time, seconds, nanos);
    pushTime(this.logs.observed, this.#receivedSeconds, this.#receivedNanos);
  }

  /** Writes service and resource; '' is the service that the source has by itself. */
  pushService(named: string): void {
    const { logs, block, meta } = this;
    const service = named === '' ? (meta.service ?? '') : named;
    logs.service.push(service);
    let identity = this.#resources.get(service);
    if (identity === undefined) {
      identity = new Identity({
        ...(service === '' ? {} : { 'service.name': service }),
        ...(meta.host === undefined ? {} : { 'host.name': meta.host }),
      });
      this.#resources.set(service, identity);
    }
    logs.resource.push(identity.fingerprint);
    if (identity.lastDay === this.#day) return;
    identity.lastDay = this.#day;
    if (block.resources.isNew(identity.fingerprint, this.#day)) {
      block.resources.push(identity.fingerprint, this.#day, 0, service, identity.labels);
    }
  }

  /** Writes the stream of a record with that layout. */
  pushStream(layout: string): void {
    const { block } = this;
    let identity = this.#streams.get(layout);
    if (identity === undefined) {
      identity = new Identity({ ...this.meta.stream, ...(layout === '' ? {} : { [LAYOUT_LABEL]: layout }) });
      this.#streams.set(layout, identity);
    }
    this.logs.stream.push(identity.fingerprint);
    if (identity.lastDay === this.#day) return;
    identity.lastDay = this.#day;
    if (block.streams.isNew(identity.fingerprint, this.#day)) {
      block.streams.push(identity.fingerprint, this.#day, 0, identity.labels);
    }
  }

  /** Writes the four exception columns; `type` and `message` '' are read from the stack. */
  pushException(stack: string, type = '', message = ''): void {
    const { logs } = this;
    const named = type === '' && stack !== '' ? readExceptionName(stack) : { type, message };
    logs.exceptionType.push(named.type);
    logs.exceptionMessage.push(message === '' ? named.message : message);
    logs.exceptionStack.push(stack);
    if (stack === '' && named.type === '') logs.exceptionGroup.pushZero();
    else logs.exceptionGroup.push(computeExceptionGroup(named.type, stack));
  }

  pushNoException(): void {
    const { logs } = this;
    logs.exceptionType.pushIndex(0);
    logs.exceptionMessage.pushEmpty();
    logs.exceptionStack.pushEmpty();
    logs.exceptionGroup.pushZero();
  }

  /** Writes a text attribute. */
  pushString(name: string, value: string): void {
    const { strings } = this.logs.attributes;
    strings.keys.push(name);
    strings.values.push(value);
  }

  pushInteger(name: string, value: number): void {
    const { ints } = this.logs.attributes;
    ints.keys.push(name);
    ints.values.pushNumber(value);
  }

  /** Writes what is the same for all lines, the attributes' end, `json` ('{…}' or empty) and the raw record, and counts the row. */
  close(json: ByteBuffer | undefined, raw: Uint8Array | undefined): void {
    const { logs } = this;
    logs.event.pushIndex(0);
    logs.flags.push(0);
    this.#scratch.clear();
    logs.attributes.closeRowWith(json ?? this.#scratch);
    logs.docId.pushEmpty();
    if (raw === undefined) logs.raw.pushEmpty();
    else logs.raw.pushBytes(raw, new DataView(raw.buffer, raw.byteOffset, raw.byteLength), 0, raw.length);
    logs.weight.push(1);
    logs.retention.push(0);
    logs.closeRow();
  }
}
