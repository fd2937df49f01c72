// Exemplars as dots of a chart that open their trace.
import { formatValue } from '../../dashboards/format-value.ts';
import type { ChartDot } from '../widgets/chart-dots.tsx';
import { formatMoment } from '../widgets/format.ts';
import type { Exemplar } from './prometheus.ts';

/** More dots hide each other. */
const MAX_DOTS = 200;
const TRACE_LABELS = ['trace_id', 'traceID', 'traceId', 'traceid'];

/** The newest exemplars that carry a trace, each once. */
export function exemplarDots(exemplars: readonly Exemplar[], open: (traceId: string) => void): ChartDot[] {
  const dots = exemplars.flatMap(({ labels, value, millis }): ChartDot[] => {
    const traceId = TRACE_LABELS.map((label) => labels[label]).find((id) => id !== undefined);
    if (traceId === undefined) return [];
    const label = `${formatValue(value)} · ${formatMoment(millis)} · ${traceId}`;
    return [{ key: `${traceId} ${millis} ${value}`, millis, value, label, onOpen: () => open(traceId.toLowerCase()) }];
  });
  const unique = [...new Map(dots.map((dot) => [dot.key, dot])).values()];
  return unique.toSorted((one, other) => other.millis - one.millis).slice(0, MAX_DOTS);
}
