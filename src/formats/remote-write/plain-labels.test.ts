import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalLabels, fingerprintLabels } from '../../model/series-identity.ts';
import { encodeLabel } from './encode.case.ts';
import { RemoteWriteDecoder } from './decode.ts';
import { PlainLabels, type PlainIdentity } from './plain-labels.ts';

type Pair = readonly [string, string];

const encode = (pairs: readonly Pair[]): Uint8Array => Uint8Array.from(pairs.flatMap(encodeLabel));

function identityOf(pairs: readonly Pair[]): PlainIdentity {
  const whole = fingerprintLabels(canonicalLabels(pairs));
  const [low, high] = [BigInt.asIntN(32, whole), BigInt.asIntN(32, whole >> 32n)].map(Number);
  return { metric: pairs.find(([name]) => name === '__name__')![1], low: low!, high: high! };
}

test('gives sorted ASCII labels the identity that decoding gives them', () => {
  const ascii = fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 200 });
  const labels = fc.uniqueArray(fc.tuple(ascii, ascii), { selector: ([name]) => name, maxLength: 6 });
  const plain = new PlainLabels();
  fc.assert(
    fc.property(labels, ascii, (others, metric) => {
      const named: Pair[] = [...others.filter(([name]) => name !== '__name__'), ['__name__', metric]];
      const pairs = canonicalLabels(named);
      const bytes = encode(pairs);
      const padded = Uint8Array.of(1, 2, 3, ...bytes, 4, 5);
      expect(plain.read(padded, 3, 3 + bytes.length)).toEqual(identityOf(pairs));
    }),
  );
});

test.each<[string, readonly Pair[]]>([
  [
    'out of order',
    [
      ['job', 'a'],
      ['__name__', 'up'],
    ],
  ],
  [
    'a name twice',
    [
      ['__name__', 'up'],
      ['job', 'a'],
      ['job', 'b'],
    ],
  ],
  ['no metric name', [['job', 'a']]],
  [
    'an empty name',
    [
      ['', 'a'],
      ['__name__', 'up'],
    ],
  ],
  [
    'an empty value',
    [
      ['__name__', 'up'],
      ['job', ''],
    ],
  ],
  [
    'other letters',
    [
      ['__name__', 'up'],
      ['job', '中'],
    ],
  ],
  ['nothing', []],
])('leaves others to the decoder: %s', (_, pairs) => {
  const bytes = encode(pairs);
  expect(new PlainLabels().read(bytes, 0, bytes.length)).toBeUndefined();
});

test('whatever bytes come, what is taken for plain is what decoding says', () => {
  const start = encode([
    ['__name__', 'up'],
    ['job', 'a'],
    ['path', 'x'.repeat(150)],
  ]);
  const change = fc.tuple(fc.nat(start.length - 1), fc.constantFrom(0, 1, 9, 10, 11, 18, 65, 127, 128, 129, 255));
  const cut = fc.integer({ min: start.length - 5, max: start.length });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 3 }), cut, (changes, length) => {
      const labels = start.slice(0, length);
      for (const [at, byte] of changes) if (at < length) labels[at] = byte;
      const size = [0x0a, (length & 0x7f) | 0x80, length >> 7];
      const decoded = new RemoteWriteDecoder().decodeUnpacked(Uint8Array.of(...size, ...labels));
      if (!decoded.ok) return;
      for (const { plain, labels: read, problem } of decoded.value.newSeries) {
        if (plain === undefined) continue;
        expect(problem).toBeUndefined();
        expect(plain).toEqual(identityOf([...read]));
      }
    }),
    { numRuns: 2000 },
  );
});
