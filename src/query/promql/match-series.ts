// Which series of two vectors belong together: those with equal values of the matching labels.
import { METRIC_NAME, type Labels } from '../../model/labels.ts';
import type { VectorMatching } from './ast.ts';
import type { VectorBlock } from './values.ts';

/** Gives the labels that two series must have in common. */
export function matchingLabels(matching: VectorMatching): (labels: Labels) => Labels {
  if (matching.on) {
    const names = new Set(matching.labels);
    return (labels) => labels.only(names);
  }
  const names = new Set([METRIC_NAME, ...matching.labels]);
  return (labels) => labels.without(names);
}

/** For each row of both sides the number of its match group. */
export interface MatchGroups {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly count: number;
}

export function groupForMatching(left: VectorBlock, right: VectorBlock, matching: VectorMatching): MatchGroups {
  const pick = matchingLabels(matching);
  const numbers = new Map<string, number>();
  const number = (labels: Labels): number => {
    const { key } = pick(labels);
    let found = numbers.get(key);
    if (found === undefined) numbers.set(key, (found = numbers.size));
    return found;
  };
  const groups = { left: Int32Array.from(left.labels, number), right: Int32Array.from(right.labels, number) };
  return { ...groups, count: numbers.size };
}

/** For each group and step: 1 where a row of the group has a sample. */
export function groupPresence(block: VectorBlock, groups: Int32Array, count: number): Uint8Array {
  const { steps, present } = block;
  const result = new Uint8Array(count * steps);
  groups.forEach((group, row) => {
    for (let step = 0; step < steps; step++) {
      if (present[row * steps + step] === 1) result[group * steps + step] = 1;
    }
  });
  return result;
}
