// One text record (a line with what belongs to it) → one row.
import type { RowWriter } from './row-writer.ts';
import type { ClockReading } from './line-decoder.ts';

export class TextRecordReader {
  readonly #rows: RowWriter;

  constructor(rows: RowWriter) {
    this.#rows = rows;
  }

  readClock(_bytes: Uint8Array, _start: number, _end: number): ClockReading | undefined {
    return undefined;
  }

  read(bytes: Uint8Array, view: DataView, start: number, end: number, original: Uint8Array | undefined): boolean {
    const { logs } = this.#rows;
    this.#rows.openNow();
    logs.severity.push(0);
    logs.severityText.pushIndex(0);
    logs.logger.pushIndex(0);
    this.#rows.pushService('');
    logs.body.pushBytes(bytes, view, start, end);
    logs.traceId.pushZero();
    logs.spanId.pushZero();
    this.#rows.pushNoException();
    this.#rows.pushStream('');
    this.#rows.close(undefined, original);
    return true;
  }
}
