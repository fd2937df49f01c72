// A batch of log records as columns; how rows are written stands in column-batch.ts.
import { AttributeColumns } from './attribute-columns.ts';
import { ColumnBatch } from './column-batch.ts';
import {
  DictionaryColumn,
  FixedColumn,
  Float32Column,
  Int64Column,
  StringColumn,
  Uint8Column,
  Uint32Column,
} from './columns.ts';

export class LogColumns extends ColumnBatch {
  /** When it happened, ns. Rows from the future carry the arrival time here and their own in `originalTime`. */
  readonly time = new Int64Column();
  /** When it was observed (the sender's word, else our arrival time), ns. */
  readonly observed = new Int64Column();
  /** 0, or the time that the sender gave where `time` had to differ from it. */
  readonly originalTime = new Int64Column();
  /** Fingerprint of the resource; its attributes stand in ResourceColumns of the same block. */
  readonly resource = new Int64Column();
  /** service.name of the resource (or of the line itself). */
  readonly service = new DictionaryColumn();
  /** OpenTelemetry severity number, 1–24; 0 is unknown. */
  readonly severity = new Uint8Column();
  /** The level as it was written: INFO, warning, 警告. */
  readonly severityText = new DictionaryColumn();
  /** Name of the logger or of the instrumentation scope. */
  readonly logger = new DictionaryColumn();
  readonly event = new DictionaryColumn();
  readonly body = new StringColumn();
  /** 16 and 8 bytes; all zero is none. */
  readonly traceId = new FixedColumn(16);
  readonly spanId = new FixedColumn(8);
  readonly flags = new Uint8Column();
  readonly attributes = new AttributeColumns();
  readonly exceptionType = new DictionaryColumn();
  readonly exceptionMessage = new StringColumn();
  /** The traceback as text. */
  readonly exceptionStack = new StringColumn();
  /** Fingerprint that equal faults share; 0 is none. */
  readonly exceptionGroup = new Int64Column();
  /** Fingerprint of the stream (file, topic, index, Loki labels); its labels stand in StreamColumns of the same block. */
  readonly stream = new Int64Column();
  readonly docId = new StringColumn();
  /** The record as it came, where it could not be rebuilt from the columns; else ''. */
  readonly raw = new StringColumn();
  /** How many records this row stands for: 1, or more when its kind is sampled. */
  readonly weight = new Float32Column();
  /** Index of the retention class; 0 is the default one. */
  readonly retention = new Uint8Column();
  /** Who stored it, and its place there: the order of equal times. Filled by the intake, which also appends them: decoders leave both empty. */
  readonly ingester = new Uint32Column();
  readonly sequence = new Int64Column();
}
