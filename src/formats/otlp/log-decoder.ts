// ExportLogsServiceRequest (opentelemetry/proto/logs/v1) into LogColumns: one pass over a record notes where its fields stand and
// decodes its attributes, then every column is written once. Columns that hardly any row uses are filled up at the end.
// One file, because the pass and the writes share the positions of one record.
import { ByteBuffer } from '../../base/byte-buffer.ts';
import type { LogColumns } from '../../model/log-columns.ts';
import { severityOfWord } from '../../model/severity.ts';
import type { TelemetryBlock } from '../../model/telemetry-block.ts';
import { computeExceptionGroup } from '../../model/exception-group.ts';
import { writeAnyValue } from './any-value.ts';
import { AttributeDecoder } from './attribute-decoder.ts';
import { BadRow } from './bad-row.ts';
import { protobufError } from './errors.ts';
import type { DecodedScope, RowDecoder } from './export-walker.ts';
import type { DecodedResource } from './resource.ts';
import type { RowTally } from './row-tally.ts';
import { weightOfThreshold } from './sampling-weight.ts';
import { TimeVerdict, type TimeWindow } from './time-window.ts';
import { WireReader } from './wire-reader.ts';

/** A map as body is also searchable by field when it is flat and has at most so many. */
const MAX_BODY_FIELDS = 64;
const MAX_SEVERITY = 24;
const MAX_LEVEL_BYTES = 32;
/** Where the Collector's probabilistic sampler writes what it did to a log record. */
const SAMPLING_THRESHOLD = 'sampling.threshold';
const decoder = new TextDecoder();

export class LogDecoder implements RowDecoder {
  readonly #block: TelemetryBlock;
  readonly #logs: LogColumns;
  readonly #reader: WireReader;
  readonly #scopeReader = new WireReader();
  readonly #attributes: AttributeDecoder;
  readonly #scratch = new ByteBuffer();
  #window!: TimeWindow;
  #tally!: RowTally;
  #resource!: DecodedResource;
  #service = 0;
  #logger = 0;
  #day = -1;

  constructor(block: TelemetryBlock, reader: WireReader) {
    this.#block = block;
    this.#logs = block.logs;
    this.#reader = reader;
    this.#attributes = new AttributeDecoder(block.logs.attributes, true);
  }

  begin(window: TimeWindow, tally: RowTally): void {
    this.#window = window;
    this.#tally = tally;
    this.#attributes.prepare();
  }

  beginResource(resource: DecodedResource): void {
    this.#fillResource();
    this.#resource = resource;
    this.#service = this.#logs.service.indexOf(resource.service);
    this.#day = -1;
  }

  beginScope(scope: DecodedScope): void {
    this.#fillScope();
    this.#logger = this.#logs.logger.indexOf(scope.name);
    this.#scopeReader.open(scope.attributes.contents());
  }

  decodeRow(start: number, end: number): void {
    this.#tally.receive();
    const row = this.#logs.rows;
    try {
      this.#decode(start, end);
    } catch (error) {
      if (!(error instanceof BadRow)) throw error;
      this.#logs.truncate(row);
      this.#tally.quarantine(error.message, this.#reader, start, end);
    }
  }

  #decode(start: number, end: number): void {
    const reader = this.#reader;
    const attributes = this.#attributes;
    let timeAt = -1;
    let observedAt = -1;
    let severity = 0;
    let severityTextStart = 0;
    let severityTextEnd = 0;
    let bodyStart = 0;
    let bodyEnd = -1;
    let droppedAttributes = 0;
    let flags = 0;
    let traceStart = 0;
    let traceSize = 0;
    let spanStart = 0;
    let spanSize = 0;
    let eventStart = 0;
    let eventEnd = 0;
    attributes.beginRow();
    this.#addScopeAttributes();
    const { bytes } = reader;
    let at = start;
    while (at < end) {
      let tag = bytes[at]!;
      let from = at + 2;
      let stop: number;
      if ((tag & 0x87) === 2 && tag > 7 && from <= end && bytes[at + 1]! < 0x80) {
        // The usual field: a tag of one byte, a length of one byte, contents.
        stop = from + bytes[at + 1]!;
        if (stop > end) throw protobufError('a field runs past the end of its message', at);
      } else if (tag === 0x09 && at + 9 <= end) {
        timeAt = at + 1;
        at += 9;
        continue;
      } else if (tag === 0x59 && at + 9 <= end) {
        observedAt = at + 1;
        at += 9;
        continue;
      } else {
        reader.at = at;
        tag = reader.readTag(end);
        if ((tag & 7) !== 2) {
          if (tag === 0x10) severity = reader.readVarint(end);
          else if (tag === 0x45) flags = bytes[reader.readFixed(4, end)]!;
          else if (tag === 0x38) droppedAttributes = reader.readVarint(end);
          else reader.skip(tag, end);
          at = reader.at;
          continue;
        }
        stop = reader.readLength(end);
        from = reader.at;
      }
      at = stop;
      if (tag === 0x32) {
        reader.at = from;
        attributes.add(reader, stop);
      } else if (tag === 0x2a) {
        bodyStart = from;
        bodyEnd = stop;
      } else if (tag === 0x4a) {
        traceStart = from;
        traceSize = stop - from;
      } else if (tag === 0x52) {
        spanStart = from;
        spanSize = stop - from;
      } else if (tag === 0x1a) {
        severityTextStart = from;
        severityTextEnd = stop;
      } else if (tag === 0x62) {
        eventStart = from;
        eventEnd = stop;
      }
    }

    if (!this.#writeTime(timeAt, observedAt)) return;
    // In several methods, because each has a budget for what the engine compiles into it.
    this.#writeSeverity(severity, severityTextStart, severityTextEnd);
    this.#writeBody(bodyStart, bodyEnd);
    this.#writeIds(traceStart, traceSize, spanStart, spanSize);
    if (flags !== 0) this.#writeFlags(flags);
    if (eventEnd > eventStart) this.#writeEvent(eventStart, eventEnd);
    if (droppedAttributes > 0) {
      attributes.pushInt(attributes.keyOf('otel.dropped_attributes_count'), droppedAttributes, 0);
    }
    if (attributes.exceptionTypeEnd > 0 || attributes.exceptionMessageEnd > 0 || attributes.exceptionStackEnd > 0) {
      this.#writeException(this.#logs.rows);
    }
    attributes.endRow(reader, false);
    this.#logs.closeRow();
  }

  #writeSeverity(severity: number, textStart: number, textEnd: number): void {
    const logs = this.#logs;
    if (severity === 0 && textEnd > textStart) logs.severity.push(this.#severityOfText(textStart, textEnd));
    else logs.severity.push(severity <= MAX_SEVERITY ? severity : 0);
    logs.severityText.pushBytes(this.#reader.bytes, this.#reader.view, textStart, textEnd);
  }

  /** Many senders give the level as a word only. */
  #severityOfText(start: number, end: number): number {
    if (end - start > MAX_LEVEL_BYTES) return 0;
    return severityOfWord(decoder.decode(this.#reader.bytes.subarray(start, end)));
  }

  #writeIds(traceStart: number, traceSize: number, spanStart: number, spanSize: number): void {
    const logs = this.#logs;
    const { view } = this.#reader;
    if (traceSize === 16) logs.traceId.pushWords(view, traceStart);
    else this.#writeNoTraceId(traceStart, traceSize);
    if (spanSize === 8) logs.spanId.pushWords(view, spanStart);
    else this.#writeNoSpanId(spanStart, spanSize);
  }

  #writeFlags(flags: number): void {
    this.#logs.flags.fillZero(this.#logs.rows);
    this.#logs.flags.push(flags);
  }

  #writeEvent(start: number, end: number): void {
    this.#logs.event.fillEmpty(this.#logs.rows);
    this.#logs.event.pushBytes(this.#reader.bytes, this.#reader.view, start, end);
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

  /** Writes the time columns; false when the row is expired. */
  #writeTime(timeAt: number, observedAt: number): boolean {
    const { view } = this.#reader;
    const window = this.#window;
    const logs = this.#logs;
    let low = timeAt < 0 ? 0 : view.getUint32(timeAt, true);
    let high = timeAt < 0 ? 0 : view.getUint32(timeAt + 4, true);
    let observedLow = observedAt < 0 ? 0 : view.getUint32(observedAt, true);
    let observedHigh = observedAt < 0 ? 0 : view.getUint32(observedAt + 4, true);
    if (observedLow === 0 && observedHigh === 0) {
      observedLow = window.receivedLow;
      observedHigh = window.receivedHigh;
    }
    if (low === 0 && high === 0) {
      low = observedLow;
      high = observedHigh;
    }
    const verdict = window.judge(low, high);
    if (verdict === TimeVerdict.expired) {
      this.#tally.expired++;
      logs.truncate(logs.rows);
      return false;
    }
    if (verdict === TimeVerdict.future) {
      this.#tally.clamped++;
      logs.originalTime.fillZero(logs.rows);
      logs.originalTime.pushParts(high > 0x7fff_ffff ? 0xffff_ffff : low, Math.min(high, 0x7fff_ffff));
      if (observedHigh === high && observedLow === low) {
        observedLow = window.receivedLow;
        observedHigh = window.receivedHigh;
      }
      low = window.receivedLow;
      high = window.receivedHigh;
    }
    if (window.judge(observedLow, observedHigh) === TimeVerdict.future) {
      observedLow = window.receivedLow;
      observedHigh = window.receivedHigh;
    }
    logs.time.pushParts(low, high);
    logs.observed.pushParts(observedLow, observedHigh);
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

  #writeBody(start: number, end: number): void {
    const { bytes, view } = this.#reader;
    const { body } = this.#logs;
    if (end <= start) return body.pushEmpty();
    if (bytes[start] === 0x0a) {
      // The usual shape: a string and nothing behind it; its length and bytes are just what the column wants.
      this.#reader.at = start + 1;
      const stop = this.#reader.readLength(end);
      if (stop === end) return body.pushPrefixed(bytes, view, start + 1, end);
    }
    this.#writeOtherBody(start, end);
  }

  #writeOtherBody(start: number, end: number): void {
    const reader = this.#reader;
    const { body } = this.#logs;
    let kind = 0;
    let valueStart = 0;
    let valueEnd = 0;
    reader.at = start;
    while (reader.at < end) {
      const tag = reader.readTag(end);
      kind = tag;
      if (tag === 0x0a || tag === 0x32) {
        valueEnd = reader.readLength(end);
        valueStart = reader.at;
        reader.at = valueEnd;
      } else reader.skip(tag, end);
    }
    if (kind === 0x0a) return body.pushBytes(reader.bytes, reader.view, valueStart, valueEnd);
    this.#scratch.clear();
    reader.at = start;
    writeAnyValue(reader, end, this.#scratch);
    body.pushBuffer(this.#scratch);
    if (kind === 0x32) this.#addBodyFields(valueStart, valueEnd);
  }

  #addBodyFields(start: number, end: number): void {
    const reader = this.#reader;
    let count = 0;
    reader.at = start;
    while (reader.at < end) {
      const tag = reader.readTag(end);
      if (tag === 0x0a) count++;
      reader.skip(tag, end);
    }
    if (count > MAX_BODY_FIELDS) return;
    reader.at = start;
    while (reader.at < end) {
      const tag = reader.readTag(end);
      if (tag !== 0x0a) reader.skip(tag, end);
      else this.#attributes.addScalarIfAbsent(reader, reader.readLength(end));
    }
  }

  #writeNoTraceId(start: number, size: number): void {
    this.#logs.traceId.pushZero();
    if (size > 0) this.#attributes.pushHex('holter.invalid_trace_id', this.#reader, start, size);
  }

  #writeNoSpanId(start: number, size: number): void {
    this.#logs.spanId.pushZero();
    if (size > 0) this.#attributes.pushHex('holter.invalid_span_id', this.#reader, start, size);
  }

  #writeException(row: number): void {
    const logs = this.#logs;
    const reader = this.#reader;
    const { bytes, view } = reader;
    const attributes = this.#attributes;
    const typeStart = attributes.exceptionTypeEnd === 0 ? 0 : attributes.exceptionTypeStart;
    const messageStart = attributes.exceptionMessageEnd === 0 ? 0 : attributes.exceptionMessageStart;
    const stackStart = attributes.exceptionStackEnd === 0 ? 0 : attributes.exceptionStackStart;
    fillExceptions(logs, row);
    logs.exceptionType.pushBytes(bytes, view, typeStart, attributes.exceptionTypeEnd);
    logs.exceptionMessage.pushBytes(bytes, view, messageStart, attributes.exceptionMessageEnd);
    logs.exceptionStack.pushBytes(bytes, view, stackStart, attributes.exceptionStackEnd);
    const type = reader.text(typeStart, attributes.exceptionTypeEnd);
    logs.exceptionGroup.push(computeExceptionGroup(type, reader.text(stackStart, attributes.exceptionStackEnd)));
  }

  // What all rows of a resource or a scope share is written for all of them at once.
  #fillResource(): void {
    const { resource, service, rows } = this.#logs;
    if (resource.rows === rows) return;
    resource.fill(rows, this.#resource.fingerprint);
    service.fill(rows, this.#service);
  }

  #fillScope(): void {
    this.#logs.logger.fill(this.#logs.rows, this.#logger);
  }

  #fillWeights(): void {
    const { weight, rows, attributes } = this.#logs;
    const { keys, values } = attributes.strings;
    const threshold = keys.find(SAMPLING_THRESHOLD);
    for (let row = weight.rows; threshold !== undefined && row < rows; row++) {
      const [start, end] = attributes.strings.entriesOf(row);
      for (let entry = start; entry < end; entry++) {
        if (keys.indexes.get(entry) !== threshold) continue;
        weight.fill(row, 1);
        weight.push(weightOfThreshold(values.get(entry)));
        break;
      }
    }
    weight.fill(rows, 1);
  }

  /** Fills up the columns that were left out. */
  finish(): void {
    const logs = this.#logs;
    const { rows } = logs;
    this.#fillResource();
    this.#fillScope();
    logs.attributes.fillUp();
    logs.flags.fillZero(rows);
    logs.originalTime.fillZero(rows);
    logs.event.fillEmpty(rows);
    fillExceptions(logs, rows);
    logs.stream.fillZero(rows);
    logs.docId.fillEmpty(rows);
    logs.raw.fillEmpty(rows);
    this.#fillWeights();
    logs.retention.fillZero(rows);
  }
}

function fillExceptions(logs: LogColumns, rows: number): void {
  logs.exceptionType.fillEmpty(rows);
  logs.exceptionMessage.fillEmpty(rows);
  logs.exceptionStack.fillEmpty(rows);
  logs.exceptionGroup.fillZero(rows);
}
