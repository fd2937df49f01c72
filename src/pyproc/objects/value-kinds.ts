// How values are shown: one entry for each kind of type, tried in order. Values read as Python's repr() would write
// them as far as that needs no code of the target; whatever is cut says so with "…".
import type { Address } from '../memory/process-memory.ts';
import type { ObjectReader } from './object-reader.ts';
import { reprBytes, reprFloat, reprString } from './python-repr.ts';
import { readPythonString } from './python-string.ts';
import { readDeque, readSetItems } from './containers.ts';
import { hidePasswordOfUrl, isSecretName, REDACTED } from './redact.ts';
import { typeFlag, type PythonType } from './type-table.ts';

const MAX_KEY = 64;

/** What a kind needs to show the values inside its own. */
export interface RenderScope {
  readonly objects: ObjectReader;
  readonly maxItems: number;
  readonly maxCharacters: number;
  readonly redacts: boolean;
  /** Whether attributes of plain instances are worth their room. */
  readonly expandsInstances: boolean;
  /** Shows an object one level deeper. */
  readonly inner: (address: Address) => string;
}

export interface ValueKind {
  readonly matches: (type: PythonType, objects: ObjectReader) => boolean;
  /** `undefined` when the object turns out unreadable. */
  readonly render: (address: Address, type: PythonType, scope: RenderScope) => string | undefined;
}

const named = (...names: readonly string[]): ValueKind['matches'] => {
  const set = new Set(names);
  return (type) => set.has(type.name);
};
const flagged =
  (flag: number): ValueKind['matches'] =>
  (type) =>
    (type.flags & flag) !== 0;

function renderItems(items: readonly Address[], size: number, scope: RenderScope): string {
  if (isSecretPair(items, size, scope)) return `${scope.inner(items[0] ?? 0)}, ${REDACTED}`;
  const shown = items.slice(0, scope.maxItems).map(scope.inner);
  if (size > shown.length) shown.push(`… ${size - shown.length} more`);
  return shown.join(', ');
}

/** Whether a key, a str or bytes, is the name of a secret that is not to be shown. */
function hidesValueOf(key: Address, { objects, redacts }: RenderScope): boolean {
  if (!redacts) return false;
  const text = objects.text(key);
  if (text !== undefined) return text.length <= MAX_KEY && isSecretName(text);
  if (((objects.typeOf(key)?.flags ?? 0) & typeFlag.bytes) === 0) return false;
  const size = objects.reader.i64(key + 16) ?? -1;
  const bytes = size > 0 && size <= MAX_KEY ? objects.reader.bytes(key + 32, size) : undefined;
  return bytes !== undefined && isSecretName(Buffer.from(bytes).toString('latin1'));
}

/** Pairs of name and value, as headers of HTTP are kept. */
function isSecretPair(items: readonly Address[], size: number, scope: RenderScope): boolean {
  const [name = 0] = items;
  return size === 2 && hidesValueOf(name, scope);
}

function renderDict(address: Address, scope: RenderScope): string | undefined {
  const contents = scope.objects.dict(address, scope.maxItems);
  if (contents === undefined) return undefined;
  const shown = contents.entries.map(
    ({ key, value }) => `${scope.inner(key)}: ${hidesValueOf(key, scope) ? REDACTED : scope.inner(value)}`,
  );
  if (contents.size > shown.length) shown.push(`… ${contents.size - shown.length} more`);
  return `{${shown.join(', ')}}`;
}

function renderTuple(address: Address, scope: RenderScope): string | undefined {
  const sequence = scope.objects.tuple(address, scope.maxItems);
  if (sequence === undefined) return undefined;
  const inner = renderItems(sequence.items, sequence.size, scope);
  return sequence.size === 1 ? `(${inner},)` : `(${inner})`;
}

/** The names of a namedtuple's fields. */
function namedTupleFields(type: PythonType, objects: ObjectReader): string[] | undefined {
  if (type.name === 'tuple' || type.dict === 0) return undefined;
  const fields = objects.dictValue(type.dict, '_fields');
  return fields === undefined ? undefined : objects.tuple(fields, 64)?.items.map((item) => objects.text(item) ?? '?');
}

const plainName = (type: PythonType): string => type.name.slice(type.name.lastIndexOf('.') + 1);
const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

function renderDate(address: Address, withTime: boolean, scope: RenderScope): string | undefined {
  const data = scope.objects.reader.bytes(address + 25, withTime ? 10 : 4);
  if (data === undefined) return undefined;
  const [high = 0, low = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, us2 = 0, us1 = 0, us0 = 0] = data;
  const date = `${pad(high * 256 + low, 4)}-${pad(month)}-${pad(day)}`;
  if (!withTime) return `<date ${date}>`;
  const micro = us2 * 65_536 + us1 * 256 + us0;
  const fraction = micro === 0 ? '' : `.${pad(micro, 6)}`;
  return `<datetime ${date} ${pad(hour)}:${pad(minute)}:${pad(second)}${fraction}>`;
}

function renderInstance(address: Address, type: PythonType, scope: RenderScope): string {
  const { objects } = scope;
  const entries = scope.expandsInstances ? objects.instanceEntries(address, type, scope.maxItems + 1) : [];
  const shown = entries.slice(0, scope.maxItems).map(({ key, value }) => {
    const name = objects.text(key) ?? '?';
    return `${name}=${scope.redacts && isSecretName(name) ? REDACTED : scope.inner(value)}`;
  });
  if (shown.length === 0) return `<${type.name} at 0x${address.toString(16)}>`;
  if (entries.length > shown.length) shown.push('…');
  return `${plainName(type)}(${shown.join(', ')})`;
}

function renderFunction(offset: number): ValueKind['render'] {
  return (address, type, { objects }) => {
    const name = objects.text(objects.reader.pointer(address + offset));
    return name === undefined ? undefined : `<${type.name} ${name}>`;
  };
}

/** The kinds, first match wins; a new kind is one entry. */
export const valueKinds: readonly ValueKind[] = [
  { matches: named('NoneType'), render: () => 'None' },
  { matches: named('ellipsis'), render: () => 'Ellipsis' },
  { matches: named('NotImplementedType'), render: () => 'NotImplemented' },
  {
    matches: named('bool'),
    render: (address, _type, { objects }) => {
      const value = objects.integer(address);
      if (value === undefined) return undefined;
      return value === 0n ? 'False' : 'True';
    },
  },
  {
    matches: (type, objects) => (type.flags & typeFlag.heapType) !== 0 && objects.types.isNamed(type, 'Enum'),
    render: (address, type, { objects }) => {
      const name = objects.attribute(address, '_name_');
      return name === undefined ? undefined : `<${plainName(type)}.${objects.text(name) ?? '?'}>`;
    },
  },
  {
    matches: flagged(typeFlag.integer),
    render: (address, _type, { objects }) => objects.integer(address)?.toString(),
  },
  {
    matches: named('float', 'numpy.float64'),
    render: (address, _type, { objects }) => {
      const value = objects.reader.f64(address + 16);
      return value === undefined ? undefined : reprFloat(value);
    },
  },
  {
    matches: named('complex'),
    render: (address, _type, { objects }) => {
      const parts = objects.reader.view(address + 16, 16);
      if (parts === undefined) return undefined;
      const short = (value: number): string => reprFloat(value).replace(/\.0$/, '');
      const [real, imaginary] = [parts.getFloat64(0, true), parts.getFloat64(8, true)];
      if (Object.is(real, 0)) return `${short(imaginary)}j`;
      const sign = imaginary < 0 || Object.is(imaginary, -0) ? '' : '+';
      return `(${short(real)}${sign}${short(imaginary)}j)`;
    },
  },
  {
    matches: flagged(typeFlag.string),
    render: (address, _type, { objects, maxCharacters, redacts }) => {
      const value = readPythonString(objects.reader, objects.layout, address, maxCharacters);
      if (value === undefined) return undefined;
      const text = reprString(redacts ? hidePasswordOfUrl(value.text) : value.text);
      return value.length > maxCharacters ? `${text}… (${value.length} characters)` : text;
    },
  },
  {
    matches: flagged(typeFlag.bytes),
    render: (address, _type, { objects, maxCharacters }) => {
      const size = objects.reader.i64(address + 16) ?? -1;
      const bytes = size < 0 ? undefined : objects.reader.bytes(address + 32, Math.min(size, maxCharacters));
      if (bytes === undefined) return undefined;
      return size > bytes.length ? `${reprBytes(bytes)}… (${size} bytes)` : reprBytes(bytes);
    },
  },
  {
    matches: named('bytearray'),
    render: (address, _type, { objects, maxCharacters }) => {
      const size = objects.reader.i64(address + 16) ?? -1;
      const start = objects.reader.pointer(address + 40);
      const bytes = size < 0 ? undefined : objects.reader.bytes(start, Math.min(size, maxCharacters));
      if (bytes === undefined) return undefined;
      return `bytearray(${reprBytes(bytes, true)}${size > bytes.length ? `… (${size} bytes)` : ''})`;
    },
  },
  {
    matches: flagged(typeFlag.list),
    render: (address, _type, scope) => {
      const sequence = scope.objects.list(address, scope.maxItems);
      return sequence === undefined ? undefined : `[${renderItems(sequence.items, sequence.size, scope)}]`;
    },
  },
  {
    matches: flagged(typeFlag.tuple),
    render: (address, type, scope) => {
      const fields = namedTupleFields(type, scope.objects);
      if (fields === undefined) return renderTuple(address, scope);
      const items = scope.objects.tuple(address, scope.maxItems)?.items ?? [];
      const shown = items.map((item, index) => {
        const name = fields[index] ?? '?';
        return `${name}=${scope.redacts && isSecretName(name) ? REDACTED : scope.inner(item)}`;
      });
      return `${plainName(type)}(${shown.join(', ')})`;
    },
  },
  {
    matches: flagged(typeFlag.dict),
    render: (address, type, scope) => {
      const text = renderDict(address, scope);
      return text === undefined || type.name === 'dict' ? text : `${plainName(type)}(${text})`;
    },
  },
  {
    matches: named('set', 'frozenset'),
    render: (address, type, scope) => {
      const items = readSetItems(scope.objects.reader, address, scope.maxItems);
      if (items === undefined) return undefined;
      if (items.size === 0) return `${type.name}()`;
      const inner = `{${renderItems(items.items, items.size, scope)}}`;
      return type.name === 'set' ? inner : `frozenset(${inner})`;
    },
  },
  {
    matches: named('collections.deque'),
    render: (address, _type, scope) => {
      const items = readDeque(scope.objects.reader, address, scope.maxItems);
      return items === undefined ? undefined : `deque([${renderItems(items.items, items.size, scope)}])`;
    },
  },
  {
    matches: flagged(typeFlag.exception),
    render: (address, type, scope) => {
      const args = scope.objects.reader.pointer(address + scope.objects.layout.exception.args);
      const items = scope.objects.tuple(args, scope.maxItems);
      return items === undefined ? undefined : `${plainName(type)}(${renderItems(items.items, items.size, scope)})`;
    },
  },
  {
    matches: flagged(typeFlag.type),
    render: (address, _type, { objects }) => `<class '${objects.types.at(address)?.name ?? '?'}'>`,
  },
  { matches: named('datetime.datetime'), render: (address, _type, scope) => renderDate(address, true, scope) },
  { matches: named('datetime.date'), render: (address, _type, scope) => renderDate(address, false, scope) },
  {
    matches: named('datetime.timedelta'),
    render: (address, _type, { objects }) => {
      const parts = objects.reader.view(address + 24, 12);
      if (parts === undefined) return undefined;
      const seconds = parts.getInt32(0, true) * 86_400 + parts.getInt32(4, true) + parts.getInt32(8, true) / 1e6;
      return `<timedelta ${seconds} s>`;
    },
  },
  {
    matches: named('numpy.ndarray'),
    render: (address, _type, { objects }) => {
      const count = objects.reader.i32(address + 24) ?? -1;
      if (count < 0 || count > 64) return undefined;
      const shape = objects.reader.view(objects.reader.pointer(address + 32), count * 8);
      if (shape === undefined) return undefined;
      const sizes = Array.from({ length: count }, (_, index) => shape.getBigInt64(index * 8, true));
      return `<numpy.ndarray shape (${sizes.join(', ')})>`;
    },
  },
  {
    matches: named('function'),
    render: (address, type, scope) =>
      renderFunction(scope.objects.layout.functionObject.qualifiedName)(address, type, scope),
  },
  {
    matches: named('generator', 'coroutine', 'async_generator'),
    render: (address, type, scope) =>
      renderFunction(scope.objects.layout.generator.qualifiedName)(address, type, scope),
  },
  {
    matches: named('method'),
    render: (address, _type, { objects, inner }) =>
      `<bound method ${inner(objects.reader.pointer(address + 16)).replace(/^<function (.*)>$/, '$1')}>`,
  },
  {
    matches: named('module'),
    render: (address, _type, { objects }) => {
      const name = objects.moduleAttribute(address, '__name__');
      return `<module ${name === undefined ? '?' : (objects.text(name) ?? '?')}>`;
    },
  },
  { matches: () => true, render: renderInstance },
];
