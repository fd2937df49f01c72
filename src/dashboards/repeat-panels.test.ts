import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseDashboard } from './parse-dashboard.ts';
import { compact } from './place-panels.ts';
import { repeatSections } from './repeat-panels.ts';

const read = parseDashboard(readFileSync(new URL('samples/2022-timeseries.json', import.meta.url), 'utf8'));
const sections = read.ok ? read.value.sections : [];

test('a panel is copied for every value, each with its own, and what lies below moves down', () => {
  const services = ['orders', '支付', 'gateway', 'mail'];
  const [section] = repeatSections(sections, (name) => (name === 'service' ? services : []));
  const copies = section?.panels.filter(({ title }) => title === 'By $service') ?? [];
  expect(copies.map(({ id, scoped }) => [id, scoped['service']])).toEqual([
    ['2', 'orders'],
    ['2~支付', '支付'],
    ['2~gateway', 'gateway'],
    ['2~mail', 'mail'],
  ]);
  expect(copies.map(({ place }) => [place.x, place.w])).toEqual([
    [0, 8],
    [8, 8],
    [16, 8],
    [0, 8],
  ]);
  expect(section?.panels.find(({ title }) => title === 'Log')?.place.y).toBeGreaterThanOrEqual(13);
});

test('a section is copied with its panels; without values everything is there once', () => {
  const repeated = sections.map((section) => ({ ...section, repeat: 'dc' }));
  const both = repeatSections(repeated, (name) => (name === 'dc' ? ['a', 'b'] : []));
  expect(both).toHaveLength(2);
  expect(new Set(both.flatMap(({ panels }) => panels.map(({ id }) => id))).size).toBe(18);
  expect(both[1]?.panels[0]?.scoped).toEqual({ dc: 'b' });
  expect(repeatSections(repeated, () => [])[0]?.panels).toHaveLength(9);
});

test('panels that are moved up keep their column and size, leave no hole above them, and do not cross', () => {
  const side = fc.integer({ min: 0, max: 30 });
  const place = fc
    .tuple(side, side, fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 12 }))
    .map(([x, y, w, h]) => ({ x: Math.min(x, 24 - w), y, w, h }));
  fc.assert(
    fc.property(fc.array(place, { maxLength: 12 }), (places) => {
      const moved = compact(places);
      const isOver = (one: (typeof moved)[0], other: (typeof moved)[0]): boolean =>
        one.x < other.x + other.w && other.x < one.x + one.w && one.y < other.y + other.h && other.y < one.y + one.h;
      moved.forEach((one, index) => {
        expect([one.x, one.w, one.h]).toEqual([places[index]!.x, places[index]!.w, places[index]!.h]);
        expect(moved.slice(index + 1).some((other) => isOver(one, other))).toBe(false);
        const above = { ...one, y: one.y - 1 };
        expect(one.y === 0 || moved.some((other) => other !== one && isOver(above, other))).toBe(true);
      });
      expect(compact(moved)).toEqual(moved);
    }),
  );
});
