// What the memory of texts promises: a number a text, the same for ever, whatever characters it has; what came after it last time is
// foreseen, and nothing that only looks alike is taken for it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SeriesMemory } from './series-memory.ts';

const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', '{', '"', '}', ' '), minLength: 1, maxLength: 6 }),
  fc.string({ unit: fc.constantFrom('a', 'é', 'ÿ', '中', '文', '😀', '\ufffd'), minLength: 1, maxLength: 4 }),
);

test('bodies of any texts', () => {
  fc.assert(
    fc.property(fc.array(fc.array(text, { maxLength: 40 }), { minLength: 1, maxLength: 4 }), (bodies) => {
      const memory = new SeriesMemory();
      const numbers = new Map<string, number>();
      for (const [number, body] of bodies.entries()) {
        if (number % 2 === 1) memory.fit();
        memory.start();
        for (const one of body) {
          // The text of a body goes on behind the series.
          const length = memory.expectedAt(`..${one} 1\n`, 2);
          if (length === one.length) {
            expect(memory.takeExpected()).toBe(numbers.get(one));
            continue;
          }
          if (length > 0) expect(numbers.has(`${one} 1\n`.slice(0, length))).toBe(true);
          const known = numbers.get(one) ?? -1;
          expect(memory.find(one)).toBe(known);
          if (known === -1) numbers.set(one, memory.add(one));
        }
      }
      expect(memory.size).toBe(numbers.size);
      expect([...numbers.values()]).toEqual(Array.from({ length: numbers.size }, (_, i) => i));
    }),
  );
});

test('a body like the one before is foreseen from its first to its last series', () => {
  const memory = new SeriesMemory();
  const body = Array.from({ length: 5000 }, (_, i) => `http_requests_total{path="/文/${i}",code="${200 + (i % 5)}"}`);
  memory.start();
  for (const one of body) expect([memory.find(one), memory.add(one)][0]).toBe(-1);
  memory.start();
  for (const [number, one] of body.entries()) {
    expect(memory.expectedAt(one, 0)).toBe(one.length);
    expect(memory.takeExpected()).toBe(number);
  }
  // One that ends early, and one whose last character differs.
  memory.start();
  expect(memory.expectedAt(body[0]!.slice(0, -1), 0)).toBe(0);
  expect(memory.expectedAt(`${body[0]!.slice(0, -1)}]`, 0)).toBe(0);
});
