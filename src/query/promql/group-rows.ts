// by and without: which rows fall into one group.
import { Labels, METRIC_NAME } from '../../model/labels.ts';
import type { VectorBlock } from './values.ts';

/** For each row the number of its group; the groups in the order of their first rows. */
export interface RowGroups {
  readonly groupOf: Int32Array;
  readonly labels: readonly Labels[];
}

/** Groups by the labels `grouping`, or, `without` them and the metric name, by all others. */
export function groupRows(rows: readonly Labels[], grouping: readonly string[], without: boolean): RowGroups {
  const names = new Set(without ? [...grouping, METRIC_NAME] : grouping);
  const numbers = new Map<string, number>();
  const labels: Labels[] = [];
  const groupOf = Int32Array.from(rows, (row) => {
    const own = without ? row.without(names) : names.size === 0 ? Labels.empty : row.only(names);
    const known = numbers.get(own.key);
    if (known !== undefined) return known;
    numbers.set(own.key, labels.length);
    return labels.push(own) - 1;
  });
  return { groupOf, labels };
}

/** A name goes from a group's result when it is to go from one of its rows. */
export function groupDropsName(block: VectorBlock, groups: RowGroups): boolean[] {
  const drops = groups.labels.map(() => false);
  groups.groupOf.forEach((group, row) => {
    if (block.dropName[row] === true) drops[group] = true;
  });
  return drops;
}
