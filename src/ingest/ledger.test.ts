import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Ledger } from './ledger.ts';

const counts = { received: 10, stored: 6, quarantined: 1, refused: 1, expired: 1, sampledAway: 1, clamped: 2 };

function sumOf(row: ReturnType<Ledger['snapshot']>[number]): number {
  return row.stored + row.sampledAway + row.quarantined + row.refused + row.deduplicated + row.expired + row.inSpool;
}

test('received is the sum of everything that can become of a row, at every step', () => {
  const step = fc.record({
    source: fc.constantFrom('a', 'b'),
    what: fc.constantFrom('frame', 'tally', 'done', 'save'),
    lost: fc.nat(6),
  });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      let ledger = new Ledger();
      for (const { source, what, lost } of steps) {
        if (what === 'frame') {
          ledger.append(source, counts.stored, 0);
          ledger.frame(source, counts, 0);
        } else if (what === 'tally') ledger.tally({ at: 0, sources: { [source]: { refused: 2, deduplicated: lost } } });
        else if (what === 'done') {
          const entered = ledger.entered([source]);
          const inSpool = ledger.snapshot(0).find((row) => row.source === source)?.inSpool ?? 0;
          ledger.done({ entered, stored: { [source]: Math.max(0, inSpool - lost) } });
        } else {
          const saved: unknown = JSON.parse(JSON.stringify(ledger.save()));
          ledger = new Ledger();
          ledger.load(saved);
        }
        for (const row of ledger.snapshot(0)) expect(sumOf(row)).toBe(row.received);
      }
    }),
  );
});

test('a decoder of a newer version that finds more rows counts them as received', () => {
  const ledger = new Ledger();
  ledger.append('a', 6, 0);
  ledger.frame('a', counts, 0);
  ledger.done({ entered: ledger.entered(['a']), stored: { a: 8 } });
  expect(ledger.snapshot(0)[0]).toMatchObject({ received: 12, stored: 8, inSpool: 0 });
});

test('too many sources are counted as one', () => {
  const ledger = new Ledger();
  for (let i = 0; i < 20_100; i++) {
    const source = ledger.nameOf(`source ${i}`);
    ledger.append(source, counts.stored, i);
    ledger.frame(source, counts, i);
  }
  const rows = ledger.snapshot(0);
  expect(rows.length).toBe(20_001);
  expect(rows.find(({ source }) => source === '(other sources)')).toMatchObject({ received: 1000 });
});

test('the rate follows the last minute', () => {
  const ledger = new Ledger();
  for (let second = 0; second < 300; second++) ledger.frame('a', counts, second * 1000);
  expect(ledger.snapshot(300_000)[0]!.rate).toBeGreaterThan(9);
  expect(ledger.snapshot(300_000)[0]!.rate).toBeLessThan(11);
  expect(ledger.snapshot(900_000)[0]!.rate).toBeLessThan(0.01);
});
