// The inverse of the line decoder: gives a record back from its row. The stream's layout label says which fields stand in columns
// of their own, under which names and in which form; everything else stands in the attributes.
import { printTime } from './time-text.ts';
import { zoneOf } from './time-zone.ts';

/** A row as the storage gives it back, as far as rebuilding needs it. */
export interface LineRow {
  /** ns; `originalTime` where it is not 0, else `time`. */
  readonly time: bigint;
  readonly severityText: string;
  readonly logger: string;
  readonly service: string;
  readonly body: string;
  /** Lower-case hex. */
  readonly traceId: string;
  readonly spanId: string;
  readonly exceptionStack: string;
  readonly attributes: ReadonlyMap<string, string | number | bigint | boolean>;
  /** '' or one JSON object. */
  readonly attributesJson: string;
  readonly raw: string;
}

export type LayoutField = readonly [name: string, column: string, form?: string, zone?: string];
/** Of a JSON document: its fields with columns of their own. Of a text: literal text and fields, in their order. */
export interface LineLayout {
  readonly json?: readonly LayoutField[];
  readonly text?: readonly (string | LayoutField)[];
}

function columnText(row: LineRow, [, column, form = '', zone = '']: LayoutField): string {
  switch (column) {
    case 'time': {
      const seconds = Number(row.time / 1_000_000_000n);
      return printTime(row.time, form, zone === '' ? 0 : (zoneOf(zone)?.offsetAt(seconds) ?? 0));
    }
    case 'attribute':
      return String(row.attributes.get(form) ?? '');
    case 'severityText':
    case 'logger':
    case 'service':
    case 'body':
    case 'traceId':
    case 'spanId':
    case 'exceptionStack':
      return row[column];
    default:
      return '';
  }
}

const isNumberFormat = (form: string | undefined): boolean => form !== undefined && /^[a-z]+$/.test(form);

/** Integers without, floats with a point or an exponent, as Python prints them. */
function printNumber(value: number | bigint): string {
  if (typeof value === 'bigint') return String(value);
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function columnJson(row: LineRow, field: LayoutField): string {
  const [, column, form] = field;
  const text = columnText(row, field);
  if (column === 'time' ? isNumberFormat(form) : column === 'severityText' && form === '1') return text;
  if (column === 'exceptionStack' && form === '1') return JSON.stringify(text.split('\n'));
  return JSON.stringify(text);
}

/**
 * The record as text: byte for byte for texts; for JSON documents one with the same fields and values, as Python's json module reads
 * them. Without a layout the body is the record.
 */
export function rebuildRecord(row: LineRow, layoutLabel: string): string {
  if (row.raw !== '') return row.raw;
  const layout = layoutLabel === '' ? {} : (JSON.parse(layoutLabel) as LineLayout);
  if (layout.text !== undefined) {
    return layout.text.map((part) => (typeof part === 'string' ? part : columnText(row, part))).join('');
  }
  // A document without a message is its own body.
  if (layout.json === undefined || !layout.json.some(([, column]) => column === 'body')) return row.body;
  const fields = layout.json.map((field) => `${JSON.stringify(field[0])}: ${columnJson(row, field)}`);
  for (const [name, value] of row.attributes) {
    const text = typeof value === 'string' || typeof value === 'boolean' ? JSON.stringify(value) : printNumber(value);
    fields.push(`${JSON.stringify(name)}: ${text}`);
  }
  if (row.attributesJson !== '') fields.push(row.attributesJson.slice(1, -1));
  return `{${fields.join(', ')}}`;
}
