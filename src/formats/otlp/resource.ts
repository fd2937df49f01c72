// A resource (who sent it): decoded once and then known by its raw bytes. Its fingerprint is made of what it says, not of how it
// was written, so that the same process has one, whichever protocol and attribute order it uses.
import { ByteBuffer } from '../../base/byte-buffer.ts';
import { fingerprint } from '../../base/fingerprint.ts';
import { findRenamedAttribute } from '../../model/semantic-conventions.ts';
import { canonicalLabels, fingerprintLabels, type LabelPair } from '../../model/series-identity.ts';
import { MAX_VALUE_DEPTH, writeAnyValue } from './any-value.ts';
import { BadRow } from './bad-row.ts';
import type { WireReader } from './wire-reader.ts';

/** A resource; `labels` has every attribute as text, in canonical order. */
export interface DecodedResource {
  readonly fingerprint: bigint;
  readonly service: string;
  readonly labels: readonly LabelPair[];
  /** '' or a JSON object of the attributes that are no strings. */
  readonly json: string;
}

interface Attribute {
  readonly name: string;
  readonly text: string;
  /** JSON of the value, if it is no string. */
  readonly json: string | undefined;
}

const scratch = new ByteBuffer();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function readValueJson(reader: WireReader, end: number): string {
  scratch.clear();
  try {
    writeAnyValue(reader, end, scratch);
  } catch (error) {
    if (!(error instanceof BadRow)) throw error;
    return `"a value nested deeper than ${MAX_VALUE_DEPTH} levels"`;
  }
  return decoder.decode(scratch.contents());
}

/** The KeyValue in `[reader.at, end)`. */
export function readAttribute(reader: WireReader, end: number): Attribute {
  let name = '';
  let json = 'null';
  while (reader.at < end) {
    const tag = reader.readTag(end);
    if (tag !== 0x0a && tag !== 0x12) {
      reader.skip(tag, end);
      continue;
    }
    const stop = reader.readLength(end);
    if (tag === 0x0a) name = reader.text(reader.at, stop);
    else json = readValueJson(reader, stop);
    reader.at = stop;
  }
  if (!json.startsWith('"')) return { name, text: json, json };
  const text = JSON.parse(json) as string;
  return { name, text, json: undefined };
}

/** Gives old names their new ones, where the new one is not there with another value. */
function unifyNames(attributes: readonly Attribute[]): Attribute[] {
  const byName = new Map(attributes.map((attribute) => [attribute.name, attribute]));
  return attributes.flatMap((attribute) => {
    const name = findRenamedAttribute(attribute.name)?.name;
    if (name === undefined) return [attribute];
    const current = byName.get(name);
    if (current === undefined) return [{ ...attribute, name }];
    return current.text === attribute.text ? [] : [attribute];
  });
}

function decodeResource(reader: WireReader, end: number): DecodedResource {
  const attributes: Attribute[] = [];
  while (reader.at < end) {
    const tag = reader.readTag(end);
    if (tag === 0x0a) attributes.push(readAttribute(reader, reader.readLength(end)));
    else reader.skip(tag, end);
  }
  const unified = unifyNames(attributes);
  const labels = canonicalLabels(unified.map(({ name, text }) => [name, text] as const));
  if (labels.length === 0) return noResource;
  const others = canonicalLabels(
    unified.flatMap(({ name, json }) => (json === undefined ? [] : [[name, json] as const])),
  );
  const json = others.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',');
  const identity: LabelPair[] = json === '' ? [...labels] : [...labels, ['', json]];
  return {
    fingerprint: fingerprintLabels(identity),
    service: labels.find(([name]) => name === 'service.name')?.[1] ?? '',
    labels,
    json: json === '' ? '' : `{${json}}`,
  };
}

/** Resources that are remembered by their bytes. */
const MAX_RESOURCES = 4096;
/** Larger ones are decoded each time. */
const MAX_REMEMBERED_BYTES = 16 * 1024;

const noResource: DecodedResource = { fingerprint: 0n, service: '', labels: [], json: '' };

export class ResourceCache {
  readonly #known = new Map<bigint, { readonly bytes: Uint8Array; readonly resource: DecodedResource }>();

  /** The Resource message in `[start, end)`. */
  get(reader: WireReader, start: number, end: number): DecodedResource {
    if (start === end) return noResource;
    const key = fingerprint(reader.bytes, start, end);
    const known = this.#known.get(key);
    if (known !== undefined && isSame(known.bytes, reader.bytes, start, end)) return known.resource;
    reader.at = start;
    const resource = decodeResource(reader, end);
    if (end - start <= MAX_REMEMBERED_BYTES) {
      if (this.#known.size >= MAX_RESOURCES) this.#known.clear();
      this.#known.set(key, { bytes: reader.bytes.slice(start, end), resource });
    }
    return resource;
  }
}

function isSame(one: Uint8Array, two: Uint8Array, start: number, end: number): boolean {
  if (one.length !== end - start) return false;
  for (let i = 0; i < one.length; i++) if (one[i] !== two[start + i]) return false;
  return true;
}
