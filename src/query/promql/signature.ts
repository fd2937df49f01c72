// How a function may be called; what it does stands with it in functions/.

/** What an expression gives. */
export type ValueType = 'scalar' | 'vector' | 'matrix' | 'string';

export interface FunctionSignature {
  readonly name: string;
  readonly arguments: readonly ValueType[];
  /** 0: exactly `arguments`; n: the last is optional and may stand up to n times; -1: any number of times. */
  readonly variadic?: number;
  readonly returns: ValueType;
  /** Only with `experimentalFunctions`. */
  readonly isExperimental?: boolean;
}
