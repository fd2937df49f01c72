// At which time info() looks at info series: that of the selectors in its first argument, when they all agree.
import { childrenOf, typeOf, type Expression, type Subquery } from './ast.ts';

/** `@` time and offset; no time: that of the step. */
export interface InfoReference {
  readonly atMs: number | undefined;
  readonly offsetMs: number;
}

const areEqual = (left: InfoReference, right: InfoReference): boolean =>
  left.atMs === undefined || right.atMs === undefined
    ? left.atMs === right.atMs && left.offsetMs === right.offsetMs
    : left.atMs - left.offsetMs === right.atMs - right.offsetMs;

class ReferenceSearch {
  first: InfoReference | undefined;
  isUniform = true;
  hasFree = false;

  visit(expression: Expression, subqueries: readonly Subquery[]): boolean {
    const type = typeOf(expression);
    if (type !== 'vector' && type !== 'matrix') return false;
    if (expression.kind === 'vector') {
      let { atMs, offsetMs } = expression;
      for (const outer of subqueries.toReversed()) {
        if (atMs !== undefined) break;
        offsetMs += outer.offsetMs;
        atMs = outer.atMs;
      }
      const reference = { atMs, offsetMs };
      if (this.first === undefined) this.first = reference;
      else if (!areEqual(this.first, reference)) this.isUniform = false;
      return true;
    }
    const inner = expression.kind === 'subquery' ? [...subqueries, expression] : subqueries;
    const isInfo = expression.kind === 'call' && expression.function.name === 'info';
    const children = isInfo ? expression.arguments.slice(0, 1) : childrenOf(expression);
    // Every child is visited: each may bring a reference of its own.
    const found = children.map((child) => this.visit(child, inner)).includes(true);
    if (!found && !isInfo) this.hasFree = true;
    return found;
  }
}

/** The common reference of `expression`, and whether there is one. */
export function findInfoReference(expression: Expression): InfoReference & { readonly isUniform: boolean } {
  const search = new ReferenceSearch();
  search.visit(expression, []);
  const { first, isUniform, hasFree } = search;
  if (first === undefined || !isUniform || hasFree) return { atMs: undefined, offsetMs: 0, isUniform: false };
  return { ...first, isUniform: true };
}
