// Results of queries as the JSON text of the Prometheus HTTP API: times in seconds, values as texts, labels in their order.
// Written by hand because JSON.stringify of an object a sample takes four times as long; ranges are put together as bytes and
// stay bytes, because half a million texts that are joined two by two keep the garbage collector busier than the query was.
import type { Labels } from '../../model/labels.ts';
import type { QueryData, ResultSeries } from '../../query/promql/query.ts';
import type { ByteWriter } from './byte-writer.ts';
import { MAX_SECONDS_BYTES, MAX_VALUE_BYTES, ValueWriter, writeSeconds } from './value-writer.ts';

/** A value as Prometheus prints it: an exponent below 1e-6 and from 1e21 on, of at least two digits. */
export function showValue(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const text = String(value);
  return text.includes('e') ? text.replace(/e([+-])(\d)$/, 'e$10$2') : text;
}

/** Milliseconds as seconds. */
export function showSeconds(ms: number): string {
  const whole = Math.trunc(Math.abs(ms) / 1000);
  const fraction = Math.abs(ms) % 1000;
  const sign = ms < 0 ? '-' : '';
  return fraction === 0 ? `${sign}${whole}` : `${sign}${whole}.${String(fraction).padStart(3, '0')}`;
}

/** `{"name":"value",…}`. */
export function showLabelObject({ flat }: Labels): string {
  let text = '{';
  for (let i = 0; i < flat.length; i += 2)
    text += `${i === 0 ? '' : ','}${JSON.stringify(flat[i])}:${JSON.stringify(flat[i + 1])}`;
  return `${text}}`;
}

function writeLabelObject({ flat }: Labels, out: ByteWriter): void {
  for (let i = 0; i < flat.length; i += 2) {
    out.ascii(i === 0 ? '{' : ',');
    out.json(flat[i]!);
    out.ascii(':');
    out.json(flat[i + 1]!);
  }
  out.ascii(flat.length === 0 ? '{}' : '}');
}

/** Labels of a series mostly take less. */
const LABELS_BYTES = 500;
/** Of the text before a value: `[`, its time, `,"`. */
const OPENING_BYTES = MAX_SECONDS_BYTES + 3;
/** Of a point, with `"],` behind its value. */
const POINT_BYTES = OPENING_BYTES + MAX_VALUE_BYTES + 3;
const [COMMA, QUOTE, BRACKET, CLOSING] = [44, 34, 91, 93];

const valueWriter = new ValueWriter(showValue);

/** Writes the points of series one after the other; most of them have the same times. */
class PointWriter {
  readonly #out: ByteWriter;
  #times: Float64Array | undefined;
  /** What stands before the values at these times, one behind the other, and where each ends. */
  #openings = new Uint8Array(0);
  #ends = new Int32Array(0);

  constructor(out: ByteWriter) {
    this.#out = out;
  }

  #open(times: Float64Array): void {
    this.#times = times;
    if (this.#ends.length < times.length) {
      this.#openings = new Uint8Array(times.length * OPENING_BYTES);
      this.#ends = new Int32Array(times.length);
    }
    const bytes = this.#openings;
    let at = 0;
    for (let i = 0; i < times.length; i++) {
      bytes[at++] = BRACKET;
      at = writeSeconds(bytes, at, times[i] as number);
      bytes[at++] = COMMA;
      bytes[at++] = QUOTE;
      this.#ends[i] = at;
    }
  }

  /** `[time,"value"],[time,"value"]…` */
  write(times: Float64Array, values: Float64Array): void {
    if (times !== this.#times) this.#open(times);
    this.#out.makeRoom(times.length * POINT_BYTES);
    const { bytes } = this.#out;
    const [openings, ends] = [this.#openings, this.#ends];
    let { at } = this.#out;
    let from = 0;
    for (let i = 0; i < times.length; i++) {
      if (i > 0) bytes[at++] = COMMA;
      const end = ends[i] as number;
      for (; from < end; from++) bytes[at++] = openings[from] as number;
      at = valueWriter.write(bytes, at, values[i] as number);
      bytes[at++] = QUOTE;
      bytes[at++] = CLOSING;
    }
    this.#out.at = at;
  }
}

/** All series with what begins and ends each around its points. */
function writeSeries(series: readonly ResultSeries[], opening: string, ending: string, out: ByteWriter): void {
  const points = new PointWriter(out);
  series.forEach(({ labels, times, values }, row) => {
    out.ascii(row === 0 ? '{"metric":' : ',{"metric":');
    writeLabelObject(labels, out);
    out.ascii(opening);
    points.write(times, values);
    out.ascii(ending);
  });
}

/** How many bytes the text of `data` takes, or a few more. */
export function expectBytes(data: QueryData): number {
  if (data.type !== 'matrix' && data.type !== 'vector') return 0;
  return data.series.reduce((sum, { times }) => sum + times.length * POINT_BYTES + LABELS_BYTES, 0);
}

/** Writes `"resultType":…,"result":…`, the inside of the `data` object. */
export function writeQueryData(data: QueryData, out: ByteWriter): void {
  switch (data.type) {
    case 'vector':
      out.ascii('"resultType":"vector","result":[');
      writeSeries(data.series, ',"value":', '}', out);
      return out.ascii(']');
    case 'matrix':
      out.ascii('"resultType":"matrix","result":[');
      writeSeries(data.series, ',"values":[', ']}', out);
      return out.ascii(']');
    case 'scalar':
      return out.text(`"resultType":"scalar","result":[${showSeconds(data.timeMs)},"${showValue(data.value)}"]`);
    case 'string':
      return out.text(`"resultType":"string","result":[${showSeconds(data.timeMs)},${JSON.stringify(data.text)}]`);
  }
}
