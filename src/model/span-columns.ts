// A batch of spans as columns; how rows are written stands in column-batch.ts.
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

export class SpanColumns extends ColumnBatch {
  /** Start, ns. */
  readonly time = new Int64Column();
  /** End − start, ns; never negative. */
  readonly duration = new Int64Column();
  /** 0, or the start that the sender gave where `time` had to differ from it. */
  readonly originalTime = new Int64Column();
  readonly resource = new Int64Column();
  readonly service = new DictionaryColumn();
  /** Name of the operation. */
  readonly name = new DictionaryColumn();
  /** OTLP SpanKind: 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind = new Uint8Column();
  /** OTLP status code: 0 unset, 1 ok, 2 error. */
  readonly status = new Uint8Column();
  readonly statusMessage = new StringColumn();
  readonly traceId = new FixedColumn(16);
  readonly spanId = new FixedColumn(8);
  /** All zero for a root. */
  readonly parentId = new FixedColumn(8);
  readonly traceState = new StringColumn();
  readonly scope = new DictionaryColumn();
  readonly attributes = new AttributeColumns();
  /** '' or a JSON array of {time: ns as string, name, attributes}. */
  readonly events = new StringColumn();
  /** '' or a JSON array of {traceId, spanId, traceState?, attributes}. */
  readonly links = new StringColumn();
  /** Of the exception event, if there is one. */
  readonly exceptionType = new DictionaryColumn();
  readonly exceptionMessage = new StringColumn();
  readonly exceptionStack = new StringColumn();
  readonly exceptionGroup = new Int64Column();
  readonly weight = new Float32Column();
  readonly retention = new Uint8Column();
  /** Filled by the intake. */
  readonly ingester = new Uint32Column();
  readonly sequence = new Int64Column();
}
