// Arithmetic and comparisons between two vectors. Rows of one match group are paired; "many" is the side of group_left or
// group_right that may have several series in a group, "one" the other. All steps of a pair are computed in one go.
import { Labels } from '../../model/labels.ts';
import type { Binary, VectorMatching } from './ast.ts';
import { arithmeticOf, comparisonOf } from './binary-operators.ts';
import type { EvaluationState } from './evaluation-state.ts';
import { remarkOnTrim } from './evaluate-scalar-operation.ts';
import { groupForMatching, matchingLabels } from './match-series.ts';
import { failDuplicateLabels, failExecution } from './query-error.ts';
import { dropReserved } from './reserved-labels.ts';
import { showLabels } from './show-labels.ts';
import { mergeRows, VectorBlock } from './values.ts';

const NONE = -1;

/** One side of the operation. */
interface Side {
  readonly block: VectorBlock;
  readonly groups: Int32Array;
  /** What stands in for a missing sample of this side. */
  readonly fill: number | undefined;
}

class VectorOperation {
  readonly #node: Binary;
  readonly #matching: VectorMatching;
  readonly #state: EvaluationState;
  readonly #many: Side;
  readonly #one: Side;
  readonly #isSwapped: boolean;
  readonly #steps: number;
  readonly #pick: (labels: Labels) => Labels;
  readonly #output: VectorBlock;
  readonly #rowOf = new Map<string, number>();
  /** For each output row and step the match group that wrote there, plus one. */
  #writers: Int32Array;
  /** For each step: the two rows at hand are to be combined. */
  readonly #paired: Uint8Array;
  /** For each group and step: a pair was computed. */
  readonly #matched: Uint8Array;
  readonly #compute: ((left: number, right: number) => number) | undefined;
  readonly #compare: ((left: number, right: number) => boolean) | undefined;

  constructor(node: Binary, matching: VectorMatching, left: VectorBlock, right: VectorBlock, state: EvaluationState) {
    const groups = groupForMatching(left, right, matching);
    this.#node = node;
    this.#matching = matching;
    this.#state = state;
    this.#isSwapped = matching.cardinality === 'one-to-many';
    const leftSide = { block: left, groups: groups.left };
    const rightSide = { block: right, groups: groups.right };
    // Prometheus swaps the sides of group_right, but not their fill values.
    this.#many = { ...(this.#isSwapped ? rightSide : leftSide), fill: matching.fillLeft };
    this.#one = { ...(this.#isSwapped ? leftSide : rightSide), fill: matching.fillRight };
    this.#steps = left.steps;
    this.#pick = matchingLabels(matching);
    this.#output = new VectorBlock(left.steps, this.#many.block.rows);
    this.#writers = new Int32Array(0);
    this.#paired = new Uint8Array(left.steps);
    this.#matched = new Uint8Array(groups.count * left.steps);
    this.#compute = arithmeticOf(node.operator);
    this.#compare = comparisonOf(node.operator);
  }

  run(): VectorBlock {
    const many = this.#many;
    const one = this.#one;
    const steps = this.#steps;
    const oneRows = this.#indexOneSide();
    for (let row = 0; row < many.block.rows; row++) {
      const group = many.groups[row] ?? 0;
      const candidates = oneRows.get(group) ?? [];
      const present = many.block.present;
      for (const candidate of candidates) {
        for (let step = 0; step < steps; step++) {
          this.#paired[step] =
            (present[row * steps + step] as number) & (one.block.present[candidate * steps + step] as number);
        }
        this.#combine(row, candidate, group);
      }
      if (one.fill === undefined) continue;
      for (let step = 0; step < steps; step++) {
        const hasPartner = candidates.some((candidate) => one.block.present[candidate * steps + step] === 1);
        this.#paired[step] = hasPartner ? 0 : (present[row * steps + step] as number);
      }
      this.#combine(row, NONE, group);
    }
    if (many.fill !== undefined) this.#fillMany();
    return this.#isDuplicateFree() ? this.#output : mergeRows(this.#output);
  }

  #isDuplicateFree(): boolean {
    for (let row = 0; row < this.#output.rows; row++) if (!this.#output.hasSamples(row)) return false;
    return true;
  }

  /** Rows of the "one" side by group; two with a sample at one step are an error, if there is anything to match. */
  #indexOneSide(): Map<number, number[]> {
    const { block, groups } = this.#one;
    const steps = this.#steps;
    const rows = new Map<number, number[]>();
    groups.forEach((group, row) => {
      const others = rows.get(group);
      if (others === undefined) rows.set(group, [row]);
      else {
        for (const other of others) {
          for (let step = 0; step < steps; step++) {
            const isTwice = block.present[row * steps + step] === 1 && block.present[other * steps + step] === 1;
            if (isTwice && this.#hasManyAt(step)) this.#failDuplicate(row, other);
          }
        }
        others.push(row);
      }
    });
    return rows;
  }

  #hasManyAt(step: number): boolean {
    const { fillLeft, fillRight } = this.#matching;
    if (fillLeft !== undefined || fillRight !== undefined) return true;
    const { block } = this.#many;
    for (let row = 0; row < block.rows; row++) if (block.present[row * block.steps + step] === 1) return true;
    return false;
  }

  #failDuplicate(row: number, other: number): never {
    const { block } = this.#one;
    const group = showLabels(this.#pick(block.labels[row] ?? Labels.empty));
    const shown = [row, other].map((index) => showLabels(block.labels[index] ?? Labels.empty)).toSorted();
    failExecution(
      `found duplicate series for the match group ${group} on the ${this.#isSwapped ? 'left' : 'right'} hand-side ` +
        `of the operation: [${shown.join(', ')}];many-to-many matching not allowed: matching labels must be unique on one side`,
    );
  }

  /** Samples of the "one" side that found no partner, with the fill value for the "many" side. */
  #fillMany(): void {
    const { block, groups } = this.#one;
    const matched = this.#matched.slice();
    for (let row = 0; row < block.rows; row++) {
      const group = groups[row] ?? 0;
      for (let step = 0; step < this.#steps; step++) {
        const isLeft = matched[group * this.#steps + step] === 0;
        this.#paired[step] = isLeft ? (block.present[row * this.#steps + step] as number) : 0;
      }
      this.#combine(NONE, row, group);
    }
  }

  #labelsOf(side: Side, row: number, other: Labels): Labels {
    return row === NONE ? this.#pick(other) : (side.block.labels[row] ?? Labels.empty);
  }

  #resultLabels(manyRow: number, oneRow: number): Labels {
    const oneOwn = oneRow === NONE ? Labels.empty : (this.#one.block.labels[oneRow] ?? Labels.empty);
    const manyLabels = this.#labelsOf(this.#many, manyRow, oneOwn);
    const oneLabels = this.#labelsOf(this.#one, oneRow, manyLabels);
    const { cardinality, on, labels, include } = this.#matching;
    const dropsNow = this.#compute !== undefined || (this.#node.returnBool && !this.#state.options.delayedNameRemoval);
    let result = dropsNow ? dropReserved(manyLabels) : manyLabels;
    if (cardinality === 'one-to-one') {
      const names = new Set(labels);
      result = on ? result.only(names) : result.without(names);
    }
    for (const name of include) result = result.with(name, oneLabels.get(name));
    return result;
  }

  #outputRow(labels: Labels): number {
    const known = this.#rowOf.get(labels.key);
    if (known !== undefined) return known;
    const row = this.#output.rows;
    this.#output.addRow(labels, this.#node.returnBool);
    this.#rowOf.set(labels.key, row);
    const needed = this.#output.values.length;
    if (needed > this.#writers.length) {
      const writers = new Int32Array(needed);
      writers.set(this.#writers);
      this.#writers = writers;
    }
    return row;
  }

  /** Computes one pair of rows at the steps that `#paired` marks; a row of −1 stands for the fill value. */
  #combine(manyRow: number, oneRow: number, group: number): void {
    const steps = this.#steps;
    const many = this.#many;
    const one = this.#one;
    let offset = NONE;
    for (let step = 0; step < steps; step++) {
      if (this.#paired[step] === 0) continue;
      if (this.#compute === undefined && this.#compare === undefined) {
        remarkOnTrim(this.#node, this.#state);
        continue;
      }
      const manyValue = manyRow === NONE ? (many.fill ?? NaN) : (many.block.values[manyRow * steps + step] as number);
      const oneValue = oneRow === NONE ? (one.fill ?? NaN) : (one.block.values[oneRow * steps + step] as number);
      if (offset === NONE) offset = this.#outputRow(this.#resultLabels(manyRow, oneRow)) * steps;
      this.#write(offset + step, group, step, manyValue, oneValue);
    }
  }

  #write(at: number, group: number, step: number, manyValue: number, oneValue: number): void {
    const output = this.#output;
    const matchedAt = group * this.#steps + step;
    if (this.#matching.cardinality === 'one-to-one') {
      if (this.#matched[matchedAt] === 1)
        failExecution('multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)');
    } else if (this.#writers[at] === group + 1)
      failExecution('multiple matches for labels: grouping labels must ensure unique matches');
    this.#matched[matchedAt] = 1;
    this.#writers[at] = group + 1;
    const left = this.#isSwapped ? oneValue : manyValue;
    const right = this.#isSwapped ? manyValue : oneValue;
    let result = left;
    if (this.#compute !== undefined) result = this.#compute(left, right);
    else {
      const holds = this.#compare?.(left, right) ?? false;
      if (this.#node.returnBool) result = holds ? 1 : 0;
      else if (!holds) return;
    }
    if (output.present[at] === 1) failDuplicateLabels();
    output.present[at] = 1;
    output.values[at] = result;
  }
}

/** Combines two vectors by an operator that is no set operator. */
export function combineVectors(
  node: Binary,
  matching: VectorMatching,
  left: VectorBlock,
  right: VectorBlock,
  state: EvaluationState,
): VectorBlock {
  return new VectorOperation(node, matching, left, right, state).run();
}
