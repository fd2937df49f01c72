import fc from 'fast-check';
import { expect, test } from 'vitest';
import { edgeKey, layoutGraph } from './graph-layout.ts';

const letters = (text: string): string[] => Array.from(text);
const edges = (...texts: string[]) => texts.map((text) => ({ from: text[0]!, to: text[1]! }));

test('what calls stands left of what it calls, as far right as its longest way there', () => {
  const { places, routes, columns, rows } = layoutGraph(letters('dabc'), edges('ab', 'bc', 'ac', 'cd'));
  expect(letters('abcd').map((id) => places.get(id)!.column)).toEqual([0, 1, 2, 3]);
  expect(columns).toBe(4);
  // The way from a to c leads past b.
  expect(rows).toBe(2);
  const [past, ...others] = routes.get(edgeKey({ from: 'a', to: 'c' }))!;
  expect(others).toEqual([]);
  expect(past!.column).toBe(1);
  expect(past!.row).not.toBe(places.get('b')!.row);
});

test('neighbours stand beside each other, and columns are centred', () => {
  const { places } = layoutGraph(letters('abxyz'), edges('ax', 'by', 'az'));
  expect(places.get('x')!.row).toBeLessThan(places.get('y')!.row);
  expect(places.get('z')!.row).toBeLessThan(places.get('y')!.row);
  expect(places.get('a')).toEqual({ column: 0, row: 0.5 });
});

test('circles, calls of oneself, strangers and nothing at all', () => {
  expect(layoutGraph([], [])).toMatchObject({ columns: 0, rows: 0 });
  expect(layoutGraph(['a'], edges('aa', 'ax')).places.get('a')).toEqual({ column: 0, row: 0 });
  const circle = layoutGraph(letters('abc'), edges('ab', 'bc', 'ca')).places;
  expect(letters('abc').map((id) => circle.get(id)!.column)).toEqual([0, 1, 2]);
});

test('every node has a place of its own, whatever calls what', () => {
  const id = fc.constantFrom(...letters('abcdefghij'));
  fc.assert(
    fc.property(fc.uniqueArray(id), fc.array(fc.record({ from: id, to: id }), { maxLength: 40 }), (ids, all) => {
      const { places, routes, columns, rows } = layoutGraph(ids, all);
      const taken = [...places.values(), ...[...routes.values()].flat()];
      expect(new Set(taken.map(({ column, row }) => `${column}/${row}`)).size).toBe(taken.length);
      expect(places.size).toBe(ids.length);
      for (const { column, row } of taken) {
        expect(column).toBeLessThan(columns);
        expect(row).toBeLessThan(rows);
        expect(Math.min(column, row)).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});
