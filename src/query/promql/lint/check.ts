// What a lint check of an expression is: it looks at one node of the tree, with the nodes around it, and says what is not meant.
import type { Expression } from '../ast.ts';
import type { Range } from '../position.ts';

/** Something that is allowed and most likely wrong. */
export interface Finding {
  /** The check's name. */
  readonly check: string;
  readonly message: string;
  readonly range: Range;
  /** The expression, or the part of it in `range`, as it was probably meant. */
  readonly fix: string | undefined;
}

/** A finding before it has its check's name. */
export type Report = (message: string, range: Range, fix?: string) => void;

export interface ExpressionCheck {
  readonly name: string;
  readonly summary: string;
  /** `around` holds the nodes above, the nearest last. */
  readonly check: (node: Expression, around: readonly Expression[], report: Report) => void;
}
