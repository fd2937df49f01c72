// What a query cost, as Prometheus says it: in answers and in the query log.
import type { QueryStatistics } from '../../query/promql/query.ts';

/** Timings in seconds, and counts of samples. `queueMs` of `totalMs` went by before it began. */
export function showStatistics(statistics: QueryStatistics, queueMs: number, totalMs: number): object {
  const readMs = statistics.selections.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const evaluationMs = totalMs - queueMs;
  const timings = {
    evalTotalTime: evaluationMs / 1000,
    resultSortTime: 0,
    queryPreparationTime: readMs / 1000,
    innerEvalTime: Math.max(0, evaluationMs - readMs) / 1000,
    execQueueTime: queueMs / 1000,
    execTotalTime: totalMs / 1000,
  };
  const { samplesRead, peakSamples } = statistics;
  return { timings, samples: { totalQueryableSamples: samplesRead, samplesRead, peakSamples } };
}
