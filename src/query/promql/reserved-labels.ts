// The labels that say what a series is called and measures; they go when an operation changes its meaning.
import { METRIC_NAME, type Labels } from '../../model/labels.ts';

const reserved: ReadonlySet<string> = new Set([METRIC_NAME, '__type__', '__unit__']);

/** `labels` without metric name, type and unit. */
export function dropReserved(labels: Labels): Labels {
  return labels.without(reserved);
}
