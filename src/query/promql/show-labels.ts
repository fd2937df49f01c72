// A series as people write it: name{label="value"}.
import { METRIC_NAME, type Labels } from '../../model/labels.ts';
import { quoteString } from './string-literal.ts';

/** Labels inside braces, the metric name among them, as error messages show them. */
export function showLabels(labels: Labels): string {
  const pairs: string[] = [];
  for (const [name, value] of labels) {
    const isPlain = name === METRIC_NAME || /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name);
    pairs.push(`${isPlain ? name : quoteString(name)}=${quoteString(value)}`);
  }
  return `{${pairs.join(', ')}}`;
}
