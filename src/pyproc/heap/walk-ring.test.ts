import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AddressList, walkRing } from './walk-ring.ts';

const HEAD = 8;
const MOST = 1_000_000;

/** Walks nodes 16, 24, 32 …, of which the last leads to `last`. */
function walk(nodes: number, last: number): { readonly isWhole: boolean; readonly seen: number[] } {
  const list = new AddressList();
  list.push(4096 * 8);
  const lastNode = 8 + nodes * 8;
  const isWhole = walkRing(HEAD, nodes === 0 ? HEAD : 16, (node) => (node === lastNode ? last : node + 8), list, MOST);
  return { isWhole, seen: Array.from(list.addresses.subarray(1, list.count)) };
}

const upTo = (nodes: number): number[] => Array.from({ length: nodes }, (_, i) => 16 + i * 8);

test('a ring is walked once around', () => {
  for (const nodes of [0, 1, 63, 64, 65, 200_000])
    expect(walk(nodes, HEAD)).toEqual({ isWhole: true, seen: upTo(nodes) });
});

test('a link to what is no node ends the walk', () => {
  for (const last of [0, 12]) expect(walk(70, last)).toEqual({ isWhole: false, seen: upTo(70) });
});

test('a link back into the ring ends it, and every node is there once', () => {
  const nodes = fc.integer({ min: 1, max: 3000 });
  fc.assert(
    fc.property(
      nodes.chain((count) => fc.tuple(fc.constant(count), fc.nat(count - 1))),
      ([count, back]) => {
        expect(walk(count, 16 + back * 8)).toEqual({ isWhole: false, seen: upTo(count) });
      },
    ),
  );
});

test('a ring without end is left at the bound', () => {
  const list = new AddressList();
  expect(walkRing(HEAD, 16, (node) => node + 8, list, 1000)).toBe(false);
  expect(list.count).toBe(1000);
});
