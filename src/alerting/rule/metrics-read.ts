// Which metrics an expression reads, and which a rule writes.
import { METRIC_NAME } from '../../model/labels.ts';
import { childrenOf, type Expression } from '../../query/promql/ast.ts';
import type { CompiledRule } from './compile-rule-file.ts';

const isInfoAlone = (node: Expression): boolean =>
  node.kind === 'call' && node.function.name === 'info' && node.arguments.length === 1;

/** The metrics that an expression reads; undefined stands for any. */
export function metricsOf(node: Expression): (string | undefined)[] {
  if (node.kind !== 'vector') {
    const read = childrenOf(node).flatMap(metricsOf);
    // What info() joins with is not written there when it is this one.
    return isInfoAlone(node) ? [...read, 'target_info'] : read;
  }
  if (node.name !== '') return [node.name];
  return [node.matchers.find(({ name, operator }) => name === METRIC_NAME && operator === '=')?.value];
}

/** The metrics of the series that a rule writes. */
export function metricsWritten({ rule }: CompiledRule): readonly string[] {
  return rule.kind === 'recording' ? [rule.record] : ['ALERTS', 'ALERTS_FOR_STATE'];
}
