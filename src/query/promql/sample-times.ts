// timestamp and start_timestamp: facts of the sample that an instant selector picks, not its value.
import { argumentAt, evaluateVector } from './arguments.ts';
import type { CallContext } from './function.ts';
import { dropReserved } from './reserved-labels.ts';
import { pickSamples } from './select-instant.ts';
import type { SelectedSeries } from './series-source.ts';
import { VectorBlock, type Value } from './values.ts';

/** `read` gives the number for a sample of a selector; of any other vector the time is that of the step, when `ofStep`. */
export async function evaluateSampleTimes(
  context: CallContext,
  read: (series: SelectedSeries, index: number) => number,
  ofStep: boolean,
): Promise<Value> {
  const { grid, state } = context;
  const argument = argumentAt(context, 0);
  const { delayedNameRemoval, startTimestamps } = state.options;
  const isSelector = argument.kind === 'vector';
  const block = isSelector ? new VectorBlock(grid.steps) : await evaluateVector(context, 0);
  if (isSelector) pickSamples(argument, grid, state, block, read);
  if (!isSelector && ofStep) {
    for (let at = 0; at < block.rows * block.steps; at++)
      block.values[at] = (grid.startMs + (at % block.steps) * grid.intervalMs) / 1000;
  }
  if (!ofStep && !(isSelector && startTimestamps)) block.present.fill(0);
  block.labels.forEach((labels, row) => {
    if (!delayedNameRemoval) block.labels[row] = dropReserved(labels);
    block.dropName[row] = true;
  });
  return { kind: 'vector', block };
}
