// ExportTraceServiceRequest (opentelemetry/proto/trace/v1) into SpanColumns: one pass over a span notes where its fields stand and
// decodes its attributes, then every column is written once. Columns that hardly any row uses are filled up at the end.
// One file, because the pass and the writes share the positions of one span.
import { computeExceptionGroup } from '../../model/exception-group.ts';
import type { SpanColumns } from '../../model/span-columns.ts';
import type { TelemetryBlock } from '../../model/telemetry-block.ts';
import { AttributeDecoder } from './attribute-decoder.ts';
import { BadRow } from './bad-row.ts';
import { protobufError } from './errors.ts';
import type { DecodedScope, RowDecoder } from './export-walker.ts';
import type { DecodedResource } from './resource.ts';
import type { RowTally } from './row-tally.ts';
import { SpanDetails } from './span-details.ts';
import { weightOfTraceState } from './sampling-weight.ts';
import { TimeVerdict, type TimeWindow } from './time-window.ts';
import { WireReader } from './wire-reader.ts';

const SERVER = 2;
const MAX_KIND = 5;
const MAX_STATUS = 2;
/** Bits of the flags: whether it is known that the parent is in another process, and that it is. */
const REMOTE_KNOWN = 0x100;
const REMOTE = 0x200;

export class SpanDecoder implements RowDecoder {
  readonly #block: TelemetryBlock;
  readonly #spans: SpanColumns;
  readonly #reader: WireReader;
  readonly #scopeReader = new WireReader();
  readonly #attributes: AttributeDecoder;
  readonly #details: SpanDetails;
  #window!: TimeWindow;
  #tally!: RowTally;
  #resource!: DecodedResource;
  #service = 0;
  #scope = 0;
  #day = -1;
  #statusCode = 0;
  #statusStart = 0;
  #statusEnd = 0;

  constructor(block: TelemetryBlock, reader: WireReader) {
    this.#block = block;
    this.#spans = block.spans;
    this.#reader = reader;
    this.#attributes = new AttributeDecoder(block.spans.attributes, false);
    this.#details = new SpanDetails(reader);
  }

  begin(window: TimeWindow, tally: RowTally): void {
    this.#window = window;
    this.#tally = tally;
    this.#attributes.prepare();
  }

  beginResource(resource: DecodedResource): void {
    this.#fillResource();
    this.#resource = resource;
    this.#service = this.#spans.service.indexOf(resource.service);
    this.#day = -1;
  }

  beginScope(scope: DecodedScope): void {
    this.#fillScope();
    this.#scope = this.#spans.scope.indexOf(scope.name);
    this.#scopeReader.open(scope.attributes.contents());
  }

  decodeRow(start: number, end: number): void {
    this.#tally.receive();
    const row = this.#spans.rows;
    try {
      this.#decode(start, end);
    } catch (error) {
      if (!(error instanceof BadRow)) throw error;
      this.#spans.truncate(row);
      this.#tally.quarantine(error.message, this.#reader, start, end);
    }
  }

  #decode(start: number, end: number): void {
    const reader = this.#reader;
    const attributes = this.#attributes;
    const details = this.#details;
    let traceStart = 0;
    let traceSize = 0;
    let spanStart = 0;
    let spanSize = 0;
    let parentStart = 0;
    let parentSize = 0;
    let stateStart = 0;
    let stateEnd = 0;
    let nameStart = 0;
    let nameEnd = 0;
    let kind = 0;
    let startAt = -1;
    let endAt = -1;
    let statusStart = 0;
    let statusEnd = 0;
    let flags = 0;
    let droppedAttributes = 0;
    let droppedEvents = 0;
    let droppedLinks = 0;
    attributes.beginRow();
    details.beginRow();
    this.#addScopeAttributes();
    const { bytes, view } = reader;
    let at = start;
    while (at < end) {
      let tag = bytes[at]!;
      let from = at + 2;
      let stop: number;
      if ((tag & 0x87) === 2 && tag > 7 && from <= end && bytes[at + 1]! < 0x80) {
        // The usual field: a tag of one byte, a length of one byte, contents.
        stop = from + bytes[at + 1]!;
        if (stop > end) throw protobufError('a field runs past the end of its message', at);
      } else if (tag === 0x39 && at + 9 <= end) {
        startAt = at + 1;
        at += 9;
        continue;
      } else if (tag === 0x41 && at + 9 <= end) {
        endAt = at + 1;
        at += 9;
        continue;
      } else {
        reader.at = at;
        tag = reader.readTag(end);
        if ((tag & 7) !== 2) {
          if (tag === 0x30) kind = reader.readVarint(end);
          else if (tag === 0x85) flags = view.getUint32(reader.readFixed(4, end), true);
          else if (tag === 0x50) droppedAttributes = reader.readVarint(end);
          else if (tag === 0x60) droppedEvents = reader.readVarint(end);
          else if (tag === 0x70) droppedLinks = reader.readVarint(end);
          else reader.skip(tag, end);
          at = reader.at;
          continue;
        }
        stop = reader.readLength(end);
        from = reader.at;
      }
      at = stop;
      if (tag === 0x4a) {
        reader.at = from;
        attributes.add(reader, stop);
      } else if (tag === 0x0a) {
        traceStart = from;
        traceSize = stop - from;
      } else if (tag === 0x12) {
        spanStart = from;
        spanSize = stop - from;
      } else if (tag === 0x22) {
        parentStart = from;
        parentSize = stop - from;
      } else if (tag === 0x2a) {
        nameStart = from;
        nameEnd = stop;
      } else if (tag === 0x7a) {
        statusStart = from;
        statusEnd = stop;
      } else if (tag === 0x1a) {
        stateStart = from;
        stateEnd = stop;
      } else if (tag === 0x5a) {
        reader.at = from;
        details.addEvent(stop, this.#tally);
      } else if (tag === 0x6a) {
        reader.at = from;
        details.addLink(stop, this.#tally);
      }
    }

    if (traceSize !== 16) throw new BadRow(`the trace id of a span must have 16 bytes, not ${traceSize}`);
    if (spanSize !== 8) throw new BadRow(`the span id must have 8 bytes, not ${spanSize}`);
    if (isZero(bytes, traceStart, 16)) throw new BadRow('the trace id of a span is all zero');
    if (isZero(bytes, spanStart, 8)) throw new BadRow('the span id is all zero');
    if (!this.#writeTimes(startAt, endAt)) return;
    const spans = this.#spans;
    const row = spans.rows;
    spans.name.pushBytes(bytes, view, nameStart, nameEnd);
    const knownKind = kind <= MAX_KIND ? kind : 0;
    spans.kind.push(knownKind);
    spans.traceId.pushWords(view, traceStart);
    spans.spanId.pushWords(view, spanStart);
    if (parentSize === 8) spans.parentId.pushWords(view, parentStart);
    else this.#writeNoParent(parentStart, parentSize);
    this.#readStatus(statusStart, statusEnd);
    spans.status.push(this.#statusCode <= MAX_STATUS ? this.#statusCode : 0);
    if (this.#statusEnd > this.#statusStart) {
      spans.statusMessage.fillEmpty(row);
      spans.statusMessage.pushBytes(bytes, view, this.#statusStart, this.#statusEnd);
    }
    if (stateEnd > stateStart) {
      spans.traceState.fillEmpty(row);
      spans.traceState.pushBytes(bytes, view, stateStart, stateEnd);
      const weight = weightOfTraceState(spans.traceState.get(row));
      if (weight !== 1) {
        spans.weight.fill(row, 1);
        spans.weight.push(weight);
      }
    }
    if ((flags & (REMOTE_KNOWN | REMOTE)) === (REMOTE_KNOWN | REMOTE)) {
      attributes.pushBool(attributes.keyOf('otel.parent.is_remote'), true);
    }
    this.#pushDropped('otel.dropped_attributes_count', droppedAttributes);
    this.#pushDropped('otel.dropped_events_count', droppedEvents);
    this.#pushDropped('otel.dropped_links_count', droppedLinks);
    attributes.endRow(reader, knownKind === SERVER);
    this.#writeDetails(row);
    spans.closeRow();
  }

  #addScopeAttributes(): void {
    const reader = this.#scopeReader;
    const end = reader.bytes.length;
    if (end === 0) return;
    this.#tally.repeat(end);
    reader.at = 0;
    while (reader.at < end) {
      reader.readTag(end);
      this.#attributes.add(reader, reader.readLength(end));
    }
  }

  #pushDropped(name: string, count: number): void {
    if (count > 0) this.#attributes.pushInt(this.#attributes.keyOf(name), count % 0x1_0000_0000, 0);
  }

  /** Writes the time columns; false when the row is expired. */
  #writeTimes(startAt: number, endAt: number): boolean {
    const { view } = this.#reader;
    const window = this.#window;
    const spans = this.#spans;
    let low = startAt < 0 ? 0 : view.getUint32(startAt, true);
    let high = startAt < 0 ? 0 : view.getUint32(startAt + 4, true);
    const endLow = endAt < 0 ? 0 : view.getUint32(endAt, true);
    const endHigh = endAt < 0 ? 0 : view.getUint32(endAt + 4, true);
    let durationLow = 0;
    let durationHigh = 0;
    if (low === 0 && high === 0) {
      [low, high] = [endLow, endHigh];
      if (low === 0 && high === 0) [low, high] = [window.receivedLow, window.receivedHigh];
    } else if (endLow !== 0 || endHigh !== 0) {
      durationLow = endLow - low;
      durationHigh = endHigh - high;
      if (durationLow < 0) {
        durationLow += 0x1_0000_0000;
        durationHigh--;
      }
      if (durationHigh < 0) {
        // Clocks were set back meanwhile: the span has no length that means anything, but what the sender said is kept.
        this.#attributes.pushInt(this.#attributes.keyOf('holter.negative_duration_ns'), durationLow, durationHigh);
        durationLow = 0;
        durationHigh = 0;
      } else if (durationHigh > 0x7fff_ffff) {
        durationLow = 0xffff_ffff;
        durationHigh = 0x7fff_ffff;
      }
    }
    const verdict = window.judge(low, high);
    if (verdict === TimeVerdict.expired) {
      this.#tally.expired++;
      spans.truncate(spans.rows);
      return false;
    }
    if (verdict === TimeVerdict.future) {
      this.#tally.clamped++;
      spans.originalTime.fillZero(spans.rows);
      spans.originalTime.pushParts(high > 0x7fff_ffff ? 0xffff_ffff : low, Math.min(high, 0x7fff_ffff));
      low = window.receivedLow;
      high = window.receivedHigh;
    }
    spans.time.pushParts(low, high);
    spans.duration.pushParts(durationLow, durationHigh);
    const day = window.dayOf(low, high);
    if (day !== this.#day) this.#beginDay(day);
    return true;
  }

  #beginDay(day: number): void {
    this.#day = day;
    const { fingerprint, service, labels, json } = this.#resource;
    const { resources } = this.#block;
    if (fingerprint !== 0n && resources.isNew(fingerprint, day))
      resources.push(fingerprint, day, 0, service, labels, json);
  }

  #writeNoParent(start: number, size: number): void {
    this.#spans.parentId.pushZero();
    if (size > 0) this.#attributes.pushHex('holter.invalid_parent_span_id', this.#reader, start, size);
  }

  #readStatus(start: number, end: number): void {
    const reader = this.#reader;
    this.#statusCode = 0;
    this.#statusStart = 0;
    this.#statusEnd = 0;
    reader.at = start;
    while (reader.at < end) {
      const tag = reader.readTag(end);
      if (tag === 0x18) this.#statusCode = reader.readVarint(end);
      else if (tag === 0x12) {
        this.#statusEnd = reader.readLength(end);
        this.#statusStart = reader.at;
        reader.at = this.#statusEnd;
      } else reader.skip(tag, end);
    }
  }

  #writeDetails(row: number): void {
    const spans = this.#spans;
    const details = this.#details;
    details.close();
    if (details.events.length > 0) {
      spans.events.fillEmpty(row);
      spans.events.pushBuffer(details.events);
    }
    if (details.links.length > 0) {
      spans.links.fillEmpty(row);
      spans.links.pushBuffer(details.links);
    }
    if (details.exceptionType === '' && details.exceptionStack === '' && details.exceptionMessage === '') return;
    fillExceptions(spans, row);
    spans.exceptionType.push(details.exceptionType);
    spans.exceptionMessage.push(details.exceptionMessage);
    spans.exceptionStack.push(details.exceptionStack);
    spans.exceptionGroup.push(computeExceptionGroup(details.exceptionType, details.exceptionStack));
  }

  // What all rows of a resource or a scope share is written for all of them at once.
  #fillResource(): void {
    const { resource, service, rows } = this.#spans;
    if (resource.rows === rows) return;
    resource.fill(rows, this.#resource.fingerprint);
    service.fill(rows, this.#service);
  }

  #fillScope(): void {
    this.#spans.scope.fill(this.#spans.rows, this.#scope);
  }

  /** Fills up the columns that were left out. */
  finish(): void {
    const spans = this.#spans;
    const { rows } = spans;
    this.#fillResource();
    this.#fillScope();
    spans.attributes.fillUp();
    spans.originalTime.fillZero(rows);
    spans.statusMessage.fillEmpty(rows);
    spans.traceState.fillEmpty(rows);
    spans.events.fillEmpty(rows);
    spans.links.fillEmpty(rows);
    fillExceptions(spans, rows);
    spans.weight.fill(rows, 1);
    spans.retention.fillZero(rows);
  }
}

function isZero(bytes: Uint8Array, start: number, size: number): boolean {
  for (let i = start; i < start + size; i++) if (bytes[i] !== 0) return false;
  return true;
}

function fillExceptions(spans: SpanColumns, rows: number): void {
  spans.exceptionType.fillEmpty(rows);
  spans.exceptionMessage.fillEmpty(rows);
  spans.exceptionStack.fillEmpty(rows);
  spans.exceptionGroup.fillZero(rows);
}
