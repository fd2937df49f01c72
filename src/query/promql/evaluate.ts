// Evaluates a prepared query on a grid, node by node, each for all steps at once.
import { Labels } from '../../model/labels.ts';
import type { Aggregation, Binary, Call, Expression, MatrixSelector, SetOperator, Subquery } from './ast.ts';
import { setOperators, typeOf } from './ast.ts';
import { aggregate, checkCount, countValues, isFolding, isRanking } from './evaluate-aggregation.ts';
import { evaluateRangeCall, walkWindows, type RangeInput } from './evaluate-range-call.ts';
import { combineScalars, combineWithScalar, dropNames } from './evaluate-scalar-operation.ts';
import { combineSets } from './evaluate-set-operation.ts';
import { combineVectors } from './evaluate-vector-operation.ts';
import type { EvaluationState } from './evaluation-state.ts';
import type { CallContext, MapFunction, RangeFunction } from './function.ts';
import { FoldedRows } from './folded-rows.ts';
import { findFunction } from './functions/table.ts';
import type { Grid } from './grid.ts';
import { subqueryGrid } from './plan.ts';
import { printQuery } from './print.ts';
import { RangeWindow } from './range-window.ts';
import { dropReserved } from './reserved-labels.ts';
import type { RowSink } from './row-sink.ts';
import type { SelectedSeries } from './series-source.ts';
import { pickSamples, pickSmoothed, withoutStale } from './select-instant.ts';
import { TopRows } from './top-rows.ts';
import { countSamples, mergeRows, VectorBlock, type RangeSeries, type Value } from './values.ts';

/** Copies the only step of `value` to all steps of a grid. */
function repeat(value: Value, steps: number): Value {
  if (value.kind === 'scalar') return { kind: 'scalar', values: new Float64Array(steps).fill(value.values[0] ?? NaN) };
  if (value.kind !== 'vector') return value;
  const { block } = value;
  const repeated = new VectorBlock(steps, block.rows);
  block.labels.forEach((labels, row) => {
    const offset = repeated.addRow(labels, block.dropName[row] ?? false);
    repeated.values.fill(block.values[row] ?? NaN, offset, offset + steps);
    repeated.present.fill(block.present[row] ?? 0, offset, offset + steps);
  });
  return { kind: 'vector', block: repeated };
}

/** The series of a vector as a range vector: what a subquery gives. */
function toRangeSeries(block: VectorBlock, grid: Grid): RangeSeries[] {
  const series: RangeSeries[] = [];
  block.labels.forEach((labels, row) => {
    const offset = row * grid.steps;
    let count = 0;
    for (let step = 0; step < grid.steps; step++) count += block.present[offset + step] ?? 0;
    if (count === 0) return;
    const times = new Float64Array(count);
    const values = new Float64Array(count);
    let at = 0;
    for (let step = 0; step < grid.steps; step++) {
      if (block.present[offset + step] === 0) continue;
      times[at] = grid.startMs + step * grid.intervalMs;
      values[at++] = block.values[offset + step] ?? 0;
    }
    series.push({ labels, dropName: block.dropName[row] ?? false, times, values, startTimes: undefined });
  });
  return series;
}

/** The samples of selected series as windows see them. */
function* toWindowed(selected: Iterable<SelectedSeries>): Generator<RangeSeries> {
  for (const one of selected) {
    const { times, values, startTimes } = withoutStale(one);
    yield { labels: one.source ?? one.labels, dropName: false, times, values, startTimes };
  }
}

/** Evaluates expressions on one grid; a subquery gets an evaluator of its own. */
export class Evaluator {
  readonly #grid: Grid;
  readonly #state: EvaluationState;
  readonly #stepInvariant: ReadonlySet<Expression>;

  constructor(grid: Grid, state: EvaluationState, stepInvariant: ReadonlySet<Expression>) {
    this.#grid = grid;
    this.#state = state;
    this.#stepInvariant = stepInvariant;
  }

  /** The value of `node`; throws a `QueryError` when there is none. */
  async evaluate(node: Expression): Promise<Value> {
    const state = this.#state;
    if (state.needsBreath) await state.breathe();
    const held = state.heldSamples;
    const stage = state.trace === undefined ? undefined : this.#openStage(node);
    const started = performance.now();
    state.depth++;
    const isOnce = this.#grid.steps > 1 && this.#stepInvariant.has(node);
    const value = isOnce ? await this.#evaluateOnce(node) : await this.#dispatch(node);
    state.depth--;
    state.setHeld(held + countSamples(value));
    if (stage !== undefined) {
      stage.milliseconds = performance.now() - started;
      stage.samples = countSamples(value);
      stage.series = value.kind === 'vector' ? value.block.rows : value.kind === 'matrix' ? value.series.length : 0;
    }
    return value;
  }

  #openStage(node: Expression): NonNullable<EvaluationState['trace']>[number] {
    const stage = {
      depth: this.#state.depth,
      expression: printQuery(node),
      milliseconds: 0,
      series: 0,
      samples: 0,
    };
    this.#state.trace?.push(stage);
    return stage;
  }

  async #evaluateOnce(node: Expression): Promise<Value> {
    const grid = { ...this.#grid, steps: 1 };
    const value = await new Evaluator(grid, this.#state, this.#stepInvariant).#dispatch(node);
    return repeat(value, this.#grid.steps);
  }

  async #dispatch(node: Expression): Promise<Value> {
    switch (node.kind) {
      case 'number':
        return { kind: 'scalar', values: new Float64Array(this.#grid.steps).fill(node.value) };
      case 'string':
        return { kind: 'string', text: node.value };
      case 'parentheses':
        return this.evaluate(node.expression);
      case 'vector':
        return { kind: 'vector', block: this.#selector(node) };
      case 'matrix':
        // None of those that are streamed: only functions of a series take those.
        return { kind: 'matrix', series: [...this.#rangeInput(node).series] };
      case 'subquery':
        return { kind: 'matrix', series: [...(await this.#subquery(node)).series] };
      case 'unary':
        return this.#unary(node);
      case 'binary':
        return this.#binary(node);
      case 'aggregation':
        return { kind: 'vector', block: await this.#aggregation(node) };
      case 'call':
        return this.#call(node);
    }
  }

  #selector(node: Expression & { kind: 'vector' }): VectorBlock {
    if (node.smoothed) return pickSmoothed(node, this.#grid, this.#state);
    const block = new VectorBlock(this.#grid.steps, this.#state.sizeOf(node));
    pickSamples(node, this.#grid, this.#state, block);
    return block;
  }

  async #unary(node: Expression & { kind: 'unary' }): Promise<Value> {
    const value = await this.evaluate(node.expression);
    if (node.operator === '+') return value;
    if (value.kind === 'scalar') return { kind: 'scalar', values: value.values.map((number) => -number) };
    if (value.kind !== 'vector') return value;
    const { block } = value;
    for (let at = 0; at < block.rows * block.steps; at++) block.values[at] = -(block.values[at] ?? 0);
    return { kind: 'vector', block: dropNames(block, this.#state) };
  }

  async #binary(node: Binary): Promise<Value> {
    const left = await this.evaluate(node.left);
    const right = await this.evaluate(node.right);
    const state = this.#state;
    if (left.kind === 'scalar' && right.kind === 'scalar')
      return { kind: 'scalar', values: combineScalars(node, left.values, right.values) };
    if (left.kind === 'vector' && right.kind === 'scalar')
      return { kind: 'vector', block: combineWithScalar(node, left.block, right.values, false, state) };
    if (left.kind === 'scalar' && right.kind === 'vector')
      return { kind: 'vector', block: combineWithScalar(node, right.block, left.values, true, state) };
    const { matching, operator } = node;
    if (left.kind !== 'vector' || right.kind !== 'vector' || matching === undefined)
      throw new Error(`operands ${left.kind} and ${right.kind} passed the type check`);
    const block = setOperators.has(operator)
      ? combineSets(operator as SetOperator, left.block, right.block, matching)
      : combineVectors(node, matching, left.block, right.block, state);
    return { kind: 'vector', block };
  }

  async #aggregation(node: Aggregation): Promise<VectorBlock> {
    const { parameter } = node;
    const given = parameter === undefined ? undefined : await this.evaluate(parameter);
    if (parameter === undefined && isFolding(node)) {
      const folded = new FoldedRows(node, this.#grid.steps);
      if (await this.#writeRows(node.expression, folded)) return folded.finish(undefined);
    }
    if (given?.kind === 'scalar' && isRanking(node)) {
      const ranked = new TopRows(given.values, node.operator === 'topk');
      if (await this.#writeRows(node.expression, ranked))
        return checkCount(given.values) ? ranked.finish() : new VectorBlock(this.#grid.steps, 0);
    }
    const input = await this.evaluate(node.expression);
    if (input.kind !== 'vector') throw new Error(`an aggregation over a ${input.kind} passed the type check`);
    if (given?.kind === 'string') return countValues(node, input.block, given.text);
    return aggregate(node, input.block, given?.kind === 'scalar' ? given.values : undefined, this.#state);
  }

  /** Writes the rows of `node` one by one to `rows`, without a block of them all. False when it is none of the kinds that can be. */
  async #writeRows(node: Expression, rows: RowSink): Promise<boolean> {
    // A trace tells of each expression, and what is computed once has one step only.
    if (this.#state.trace !== undefined || this.#stepInvariant.has(node)) return false;
    if (node.kind === 'parentheses') return this.#writeRows(node.expression, rows);
    if (node.kind === 'vector' && !node.smoothed) {
      pickSamples(node, this.#grid, this.#state, rows);
      return true;
    }
    const fn = node.kind === 'call' ? findFunction(node.function.name) : undefined;
    if (node.kind !== 'call' || fn?.kind !== 'range') return false;
    await this.#rangeCall(fn, node, () => rows);
    return true;
  }

  async #call(call: Call): Promise<Value> {
    const fn = findFunction(call.function.name);
    if (fn === undefined) throw new Error(`no function "${call.function.name}"`);
    if (fn.kind === 'general') return fn.evaluate(this.#context(call));
    if (fn.kind === 'map') return { kind: 'vector', block: await this.#mapCall(fn, call) };
    return {
      kind: 'vector',
      block: await this.#rangeCall(fn, call, (series) => new VectorBlock(this.#grid.steps, series)),
    };
  }

  #context(call: Call): CallContext {
    return {
      call,
      grid: this.#grid,
      state: this.#state,
      evaluate: (expression) => this.evaluate(expression),
      evaluatePresence: (expression) => this.#presence(expression),
    };
  }

  async #mapCall(fn: MapFunction, call: Call): Promise<VectorBlock> {
    const { steps, startMs, intervalMs } = this.#grid;
    const [vector, ...others] = call.arguments;
    let block: VectorBlock;
    if (vector === undefined) {
      block = new VectorBlock(steps, 1);
      block.addRow(Labels.empty, false);
      for (let step = 0; step < steps; step++) block.values[step] = (startMs + step * intervalMs) / 1000;
      block.present.fill(1, 0, steps);
    } else {
      const value = await this.evaluate(vector);
      if (value.kind !== 'vector') throw new Error(`${fn.name} of a ${value.kind} passed the type check`);
      ({ block } = value);
    }
    const [first, second] = await Promise.all(others.map((other) => this.#scalar(other)));
    const { values, present } = block;
    const length = block.rows * steps;
    const [defaultFirst = 0, defaultSecond = 0] = fn.defaults ?? [];
    for (let at = 0; at < length; at++) {
      if (present[at] === 0) continue;
      const a = first === undefined ? defaultFirst : (first[at % steps] as number);
      const b = second === undefined ? defaultSecond : (second[at % steps] as number);
      if (fn.isDefined?.(a, b) === false) present[at] = 0;
      else values[at] = fn.compute(values[at] as number, a, b);
    }
    return dropNames(block, this.#state);
  }

  async #scalar(expression: Expression): Promise<Float64Array> {
    const value = await this.evaluate(expression);
    if (value.kind !== 'scalar') throw new Error(`a ${value.kind} passed the type check as a scalar`);
    return value.values;
  }

  /** Writes the rows of `call` to what `open` gives for so many series. */
  async #rangeCall<R extends RowSink>(fn: RangeFunction, call: Call, open: (series: number) => R): Promise<R> {
    const scalars: Float64Array[] = [];
    let input: RangeInput | undefined;
    for (const argument of call.arguments) {
      if (argument.kind === 'matrix') input = this.#rangeInput(argument);
      else if (argument.kind === 'subquery') input = await this.#subquery(argument);
      else scalars.push(await this.#scalar(argument));
    }
    if (input === undefined) throw new Error(`${fn.name} without a range vector passed the type check`);
    const rows = open(input.size);
    await evaluateRangeCall(fn, this.#context(call), input, scalars, rows);
    return rows;
  }

  #rangeInput(node: MatrixSelector): RangeInput {
    const state = this.#state;
    return {
      series: toWindowed(state.seriesOf(node.vector)),
      size: state.sizeOf(node.vector),
      node,
      modifiers: node.vector,
    };
  }

  async #subquery(node: Subquery): Promise<RangeInput> {
    const grid = subqueryGrid(node, this.#grid, this.#state.options);
    if (grid.steps < 1) return { series: [], size: 0, node, modifiers: node };
    const inner = await new Evaluator(grid, this.#state, this.#stepInvariant).evaluate(node.expression);
    if (inner.kind !== 'vector') throw new Error(`a subquery over a ${inner.kind} passed the type check`);
    const series = toRangeSeries(inner.block, grid);
    return { series, size: series.length, node, modifiers: node };
  }

  /** Where the windows of a range vector hold samples, as one series of ones. */
  async #presence(expression: Expression): Promise<VectorBlock> {
    if (expression.kind !== 'matrix' && expression.kind !== 'subquery')
      throw new Error(`a ${typeOf(expression)} passed the type check as a range vector`);
    const input = expression.kind === 'matrix' ? this.#rangeInput(expression) : await this.#subquery(expression);
    const block = new VectorBlock(this.#grid.steps, input.size);
    const window = new RangeWindow(() => {});
    for (const series of input.series) {
      const offset = block.addRow(series.labels, false);
      walkWindows(series, input, this.#grid, this.#state.options.lookbackMs, window, (_window, step) => {
        block.present[offset + step] = 1;
      });
    }
    return block;
  }
}

/** Drops the names that were marked for it, at the end of a query with delayed removal. */
export function dropMarkedNames(block: VectorBlock): VectorBlock {
  block.labels.forEach((labels, row) => {
    if (block.dropName[row] === true) block.labels[row] = dropReserved(labels);
  });
  return mergeRows(block);
}
