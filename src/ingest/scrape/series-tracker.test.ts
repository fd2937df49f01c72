// New and ended series from answer to answer, also when the reader begins its memory anew in between, and over a reload.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AnswerReader } from './answer-reader.ts';
import { SeriesTracker } from './series-tracker.ts';

const rules = { labels: [['job', 'app']], honorLabels: false, relabel: [] } as const;
const lines = (names: Iterable<string>): Uint8Array =>
  new TextEncoder().encode([...names].map((name) => `a{id="${name}"} 1\n`).join(''));
const idsOf = (tracker: SeriesTracker): string[] =>
  Array.from(tracker.ended, ({ table, series }) => new Map(table.labelsOf(series)).get('id')!).toSorted((a, b) =>
    a < b ? -1 : 1,
  );
const names = (from: number, to: number, prefix = ''): string[] =>
  Array.from({ length: to - from }, (_, i) => `${prefix}${from + i}`);

function begin(): { reader: AnswerReader; tracker: SeriesTracker } {
  const reader = new AnswerReader(rules, true);
  return { reader, tracker: new SeriesTracker(reader, false) };
}

test('what an answer lacks ends once, what comes again is new, failed scrapes end everything', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('answer' as const), ids: fc.uniqueArray(fc.nat(6)) }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constantFrom('failed' as const, 'reload' as const, 'told' as const) }),
    },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let { reader, tracker } = begin();
      let before = new Set<string>();
      let active = new Set<string>();
      const untold = new Set<string>();
      for (const one of steps) {
        if (one.kind === 'answer') {
          const now = new Set(one.ids.map(String));
          expect(reader.read(lines(now), 'text')).toBeUndefined();
          expect(tracker.take()).toBe([...now].filter((id) => !before.has(id)).length);
          for (const id of active) untold.add(id);
          for (const id of now) untold.delete(id);
          before = active = now;
        } else if (one.kind === 'failed') {
          expect(reader.read(lines(['x']), 'openmetrics')).toBeDefined();
          tracker.endAll();
          for (const id of active) untold.add(id);
          active = new Set();
        } else if (one.kind === 'reload') {
          const old = tracker;
          ({ reader, tracker } = begin());
          tracker.inherit(old);
          before = new Set();
        } else {
          tracker.told();
          untold.clear();
        }
        expect(new Set(idsOf(tracker))).toEqual(untold);
      }
    }),
  );
});

test('series go on when the memory of texts begins anew', () => {
  const { reader, tracker } = begin();
  const stay = names(0, 3, 'stay');
  let churn: string[] = [];
  let sizes = 0;
  for (let answer = 0; answer < 30; answer++) {
    const next = names(answer * 600, answer * 600 + 600, 'churn');
    const size = reader.size;
    expect(reader.read(lines([...next, ...stay]), 'text')).toBeUndefined();
    if (reader.size < size) sizes++;
    expect(tracker.take()).toBe(answer === 0 ? 603 : 600);
    expect(idsOf(tracker)).toEqual(churn.toSorted((a, b) => (a < b ? -1 : 1)));
    tracker.told();
    churn = next;
  }
  expect(sizes).toBeGreaterThan(0);
  // Their labels are those that they had.
  const { table, series } = reader;
  expect([...series.subarray(600, 603)].map((one) => table.labelsOf(one))).toEqual(
    stay.map((id) => [
      ['id', id],
      ['job', 'app'],
    ]),
  );
});
