// OTLP/JSON into the protobuf encoding of the same request. There is one decoder behind both, so both have one outcome.
// The rules of the OTLP specification: ids are hex of any case, 64-bit integers strings or numbers, enums numbers, unknown fields
// are ignored, null is absent.
import { ByteBuffer } from '../../base/byte-buffer.ts';
import { hexDigit, JsonScanner } from './json-scanner.ts';
import { JsonMessage, type JsonField, type ScalarKind } from './json-schema.ts';
import { beginMessage, endMessage } from './wire-writer.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;
/** More digits than this are no 64-bit integer. */
const MAX_DIGITS = 40;

class JsonTranscoder {
  readonly #scanner: JsonScanner;
  readonly #out: ByteBuffer;

  constructor(json: Uint8Array) {
    this.#scanner = new JsonScanner(json);
    this.#out = new ByteBuffer(json.length);
  }

  run(message: JsonMessage): Uint8Array {
    const scanner = this.#scanner;
    if (scanner.peek() !== 0x7b) throw scanner.error('expected an object');
    this.#writeMessage(message);
    if (scanner.peek() !== 0 || scanner.at < scanner.bytes.length) throw scanner.error('something follows the object');
    return this.#out.contents();
  }

  #writeMessage({ fields }: JsonMessage): void {
    const scanner = this.#scanner;
    scanner.expect(0x7b);
    if (scanner.accept(0x7d)) return;
    scanner.enter();
    let guess = 0;
    do {
      scanner.readString();
      guess = findField(fields, scanner, guess);
      scanner.expect(0x3a);
      if (guess === -1) scanner.skipValue();
      else this.#writeField(fields[guess]!);
      guess++;
    } while (scanner.accept(COMMA));
    scanner.expect(0x7d);
    scanner.leave();
  }

  #writeField(field: JsonField): void {
    const scanner = this.#scanner;
    if (scanner.peek() === 0x6e && scanner.acceptWord('null')) return;
    if (!field.isRepeated) return this.#writeValue(field);
    scanner.expect(0x5b);
    if (scanner.accept(0x5d)) return;
    scanner.enter();
    do this.#writeValue(field);
    while (scanner.accept(COMMA));
    scanner.expect(0x5d);
    scanner.leave();
  }

  #writeValue({ tag, kind }: JsonField): void {
    if (!(kind instanceof JsonMessage)) return this.#writeScalar(tag, kind);
    const start = beginMessage(this.#out, tag);
    this.#writeMessage(kind);
    endMessage(this.#out, start);
  }

  #writeScalar(tag: number, kind: ScalarKind): void {
    const scanner = this.#scanner;
    const out = this.#out;
    if (kind === 'string') {
      scanner.readString();
      out.writeVarint(tag);
      out.writeVarint(scanner.end - scanner.start);
      out.copy(scanner.source, scanner.view, scanner.start, scanner.end);
    } else if (kind === 'hex') this.#writeHex(tag);
    else if (kind === 'base64') this.#writeBase64(tag);
    else if (kind === 'bool') this.#writeBool(tag);
    else if (kind === 'double') {
      const value = this.#readDouble();
      out.writeVarint(tag);
      out.reserve(8);
      out.view.setFloat64(out.length, value, true);
      out.length += 8;
    } else this.#writeInteger(tag, kind);
  }

  #writeBool(tag: number): void {
    const scanner = this.#scanner;
    const isTrue = scanner.acceptWord('true');
    if (!isTrue && !scanner.acceptWord('false')) throw scanner.error('expected true or false');
    this.#out.writeVarint(tag);
    this.#out.writeVarint(isTrue ? 1 : 0);
  }

  #readDouble(): number {
    const scanner = this.#scanner;
    if (scanner.peek() === QUOTE) scanner.readString();
    else scanner.readNumber();
    const text = scanner.text();
    const value = Number(text);
    if (Number.isNaN(value) && text !== 'NaN') throw scanner.error('expected a number');
    if (text.trim() === '') throw scanner.error('expected a number');
    return value;
  }

  #readInteger(): bigint {
    const scanner = this.#scanner;
    if (scanner.peek() === QUOTE) scanner.readString();
    else scanner.readNumber();
    const text = scanner.end - scanner.start > MAX_DIGITS ? '' : scanner.text();
    let value: bigint | undefined;
    if (/^-?\d+$/.test(text)) value = BigInt(text);
    else if (text.trim() !== '' && Number.isSafeInteger(Number(text))) value = BigInt(Number(text));
    if (value === undefined) throw scanner.error('expected a whole number');
    if (value < INT64_MIN || value > UINT64_MAX) throw scanner.error('a number needs more than 64 bits');
    return value;
  }

  #writeInteger(tag: number, kind: 'varint' | 'zigzag' | 'fixed32' | 'fixed64'): void {
    const out = this.#out;
    const value = this.#readInteger();
    out.writeVarint(tag);
    out.reserve(10);
    if (kind === 'fixed64') {
      out.view.setBigInt64(out.length, value, true);
      out.length += 8;
    } else if (kind === 'fixed32') {
      out.view.setUint32(out.length, Number(BigInt.asUintN(32, value)), true);
      out.length += 4;
    } else if (kind === 'zigzag') writeVarint64(out, value < 0n ? -value * 2n - 1n : value * 2n);
    else writeVarint64(out, BigInt.asUintN(64, value));
  }

  #writeHex(tag: number): void {
    const scanner = this.#scanner;
    const out = this.#out;
    scanner.readString();
    const { source, start, end } = scanner;
    const size = end - start;
    out.writeVarint(tag);
    if (!isHex(source, start, end)) {
      // No id: it is handed on as bytes of a length that no id has, so that the row says what came.
      const padding = size === 8 || size === 16 ? 1 : 0;
      out.writeVarint(size + padding);
      out.copy(source, scanner.view, start, end);
      if (padding === 1) out.writeVarint(0);
      return;
    }
    out.writeVarint(size / 2);
    out.reserve(size / 2);
    for (let at = start; at < end; at += 2) {
      out.bytes[out.length++] = hexDigit(source[at]!) * 16 + hexDigit(source[at + 1]!);
    }
  }

  #writeBase64(tag: number): void {
    const scanner = this.#scanner;
    const out = this.#out;
    scanner.readString();
    let stop = scanner.start;
    while (stop < scanner.end && scanner.source[stop] !== 0x3d) stop++;
    const size = Math.floor(((stop - scanner.start) * 6) / 8);
    out.writeVarint(tag);
    out.writeVarint(size);
    out.reserve(size);
    let bits = 0;
    let count = 0;
    for (let at = scanner.start; at < stop; at++) {
      const six = base64Digit(scanner.source[at]!);
      if (six === -1) throw scanner.error('bytes are not base64');
      bits = ((bits << 6) | six) & 0xffff;
      count += 6;
      if (count < 8) continue;
      count -= 8;
      out.bytes[out.length++] = (bits >> count) & 0xff;
    }
  }
}

/** The index of the field whose name the scanner has just read, or −1; fields mostly come in the order of the schema. */
function findField(fields: readonly JsonField[], scanner: JsonScanner, guess: number): number {
  for (let i = 0; i < fields.length; i++) {
    const index = (guess + i) % fields.length;
    const { name } = fields[index]!;
    if (name.length !== scanner.end - scanner.start) continue;
    let at = 0;
    while (at < name.length && name[at] === scanner.source[scanner.start + at]) at++;
    if (at === name.length) return index;
  }
  return -1;
}

function isHex(source: Uint8Array, start: number, end: number): boolean {
  if ((end - start) % 2 !== 0) return false;
  for (let at = start; at < end; at++) if (hexDigit(source[at]!) === -1) return false;
  return true;
}

/** The value of a base64 digit of either alphabet, or −1. */
function base64Digit(byte: number): number {
  if (byte >= 0x41 && byte <= 0x5a) return byte - 0x41;
  if (byte >= 0x61 && byte <= 0x7a) return byte - 0x47;
  if (byte >= 0x30 && byte <= 0x39) return byte + 4;
  if (byte === 0x2b || byte === 0x2d) return 62;
  return byte === 0x2f || byte === 0x5f ? 63 : -1;
}

function writeVarint64(out: ByteBuffer, value: bigint): void {
  if (value <= 0xffff_ffffn) return out.writeVarint(Number(value));
  out.reserve(10);
  let rest = value;
  while (rest >= 0x80n) {
    out.bytes[out.length++] = Number(rest & 0x7fn) | 0x80;
    rest >>= 7n;
  }
  out.bytes[out.length++] = Number(rest);
}

/** The protobuf encoding of an OTLP/JSON request; throws a CodedError (400) when it is no JSON or has values of wrong types. */
export function transcodeJson(json: Uint8Array, request: JsonMessage): Uint8Array {
  return new JsonTranscoder(json).run(request);
}
