// Arguments of general functions, by their position.
import type { CallContext } from './function.ts';
import type { Expression } from './ast.ts';
import type { VectorBlock } from './values.ts';

/** The argument at `index`; the checker made sure that it is there. */
export function argumentAt(context: CallContext, index: number): Expression {
  const argument = context.call.arguments[index];
  if (argument === undefined) throw new Error(`${context.call.function.name} has no argument ${index}`);
  return argument;
}

/** Evaluates an instant vector. */
export async function evaluateVector(context: CallContext, index: number): Promise<VectorBlock> {
  const value = await context.evaluate(argumentAt(context, index));
  if (value.kind !== 'vector') throw new Error(`argument ${index} is a ${value.kind}, not a vector`);
  return value.block;
}

/** Evaluates a scalar, one number a step. */
export async function evaluateScalar(context: CallContext, index: number): Promise<Float64Array> {
  const value = await context.evaluate(argumentAt(context, index));
  if (value.kind !== 'scalar') throw new Error(`argument ${index} is a ${value.kind}, not a scalar`);
  return value.values;
}

/** The text of a string literal. */
export function stringArgument(context: CallContext, index: number): string {
  const argument = argumentAt(context, index);
  if (argument.kind !== 'string') throw new Error(`argument ${index} is not a string`);
  return argument.value;
}
