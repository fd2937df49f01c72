// Growth between two censuses.
import type { TypeCensus } from './census.ts';

export interface TypeGrowth {
  readonly name: string;
  readonly module: string;
  readonly count: number;
  readonly bytes: number;
  readonly addedCount: number;
  readonly addedBytes: number;
  readonly sample: number;
}

const keyOf = ({ name, module }: { name: string; module: string }): string => `${module}\0${name}`;

/** Types whose number or size changed, most grown bytes first. Types of one name are taken together. */
export function compareCensus(before: readonly TypeCensus[], after: readonly TypeCensus[]): TypeGrowth[] {
  const old = new Map<string, { count: number; bytes: number }>();
  for (const row of before) {
    const known = old.get(keyOf(row));
    old.set(keyOf(row), { count: row.count + (known?.count ?? 0), bytes: row.bytes + (known?.bytes ?? 0) });
  }
  const growth = new Map<string, TypeGrowth>();
  for (const row of after) {
    const key = keyOf(row);
    const known = growth.get(key);
    const [count, bytes] = [row.count + (known?.count ?? 0), row.bytes + (known?.bytes ?? 0)];
    const base = old.get(key);
    growth.set(key, {
      ...row,
      count,
      bytes,
      addedCount: count - (base?.count ?? 0),
      addedBytes: bytes - (base?.bytes ?? 0),
    });
  }
  for (const row of before) {
    if (growth.has(keyOf(row))) continue;
    growth.set(keyOf(row), { ...row, count: 0, bytes: 0, addedCount: -row.count, addedBytes: -row.bytes });
  }
  return [...growth.values()]
    .filter((row) => row.addedCount !== 0 || row.addedBytes !== 0)
    .toSorted((a, b) => b.addedBytes - a.addedBytes);
}
