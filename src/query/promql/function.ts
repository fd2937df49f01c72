// The kinds of functions. A function is one file in functions/ and one line in functions/table.ts.
import type { Call, Expression } from './ast.ts';
import type { EvaluationState } from './evaluation-state.ts';
import type { Grid } from './grid.ts';
import type { RangeWindow } from './range-window.ts';
import type { SeriesWalk } from './series-walk.ts';
import type { FunctionSignature } from './signature.ts';
import type { Value, VectorBlock } from './values.ts';

/** What a function may ask of the evaluator. */
export interface CallContext {
  readonly call: Call;
  readonly grid: Grid;
  readonly state: EvaluationState;
  evaluate(expression: Expression): Promise<Value>;
  /** 1 at every step where a series of the range vector has a sample. */
  evaluatePresence(expression: Expression): Promise<VectorBlock>;
}

interface Described extends FunctionSignature {
  /** One line for the manual and for completion. */
  readonly summary: string;
  /** The result may change with the time of evaluation even when the arguments do not. */
  readonly dependsOnTime?: boolean;
}

/** Each sample by itself; drops the name. Scalar arguments follow the vector, `defaults` fill those left out. */
export interface MapFunction extends Described {
  readonly kind: 'map';
  readonly compute: (value: number, first: number, second: number) => number;
  readonly defaults?: readonly number[];
  /** Without a vector: applied to the time of the step. */
  readonly ofTime?: boolean;
  /** False: nothing comes out at this step. */
  readonly isDefined?: (first: number, second: number) => boolean;
}

/** The window of each series at each step; drops the name unless `keepsName`. */
export interface RangeFunction extends Described {
  readonly kind: 'range';
  /** Leaves the answer in `window.result`; false when there is none. */
  readonly compute: (window: RangeWindow) => boolean;
  /** The same for all windows of a series at once, where they are neither extended nor know start times. False: no answer at all. */
  readonly computeSeries?: (walk: SeriesWalk) => boolean;
  readonly keepsName?: boolean;
  /** Which extended range selectors it can be used with. */
  readonly extensions?: readonly ('anchored' | 'smoothed')[];
  /** Expects a counter and says so when the name is not one's. */
  readonly wantsCounter?: boolean;
  readonly usesStartTimes?: boolean;
}

/** Anything else: evaluates its arguments itself. */
export interface GeneralFunction extends Described {
  readonly kind: 'general';
  readonly evaluate: (context: CallContext) => Promise<Value> | Value;
}

export type PromqlFunction = MapFunction | RangeFunction | GeneralFunction;
