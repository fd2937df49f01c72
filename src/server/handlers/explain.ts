import type { ExplainResponse } from '../../api/explain.ts';
import { parseDuration, parseTimePoint } from '../../api/time-point.ts';
import { codedError } from '../../base/coded-error.ts';
import type { Result } from '../../base/result.ts';
import { millisFromNanos, nanosFromMillis } from '../../model/units.ts';
import type { LanguageOptions } from '../../query/promql/options.ts';
import type { QueryRunner } from '../../query/promql/query-runner.ts';
import { readQuery, type QueryResult } from '../../query/promql/query.ts';
import { serverErrors } from '../errors.ts';
import type { Handlers } from '../http/handler.ts';

const DEFAULT_RANGE = 'now-1h';
const nanos = (ms: number): string => String(nanosFromMillis(ms));

/** The value, or REQUEST_INVALID with the reason. */
function valueOf<T>(result: Result<T, string | Error>): T {
  if (result.ok) return result.value;
  const { error } = result;
  throw codedError(serverErrors, 'REQUEST_INVALID', typeof error === 'string' ? error : error.message);
}

function describe({ data, statistics, warnings, infos }: QueryResult, milliseconds: number): ExplainResponse {
  const series = 'series' in data ? data.series : [];
  return {
    plan: statistics.selections.map(({ fromMs, toMs, ...rest }) => ({ ...rest, from: nanos(fromMs), to: nanos(toMs) })),
    stages: [...statistics.trace],
    samplesRead: statistics.samplesRead,
    peakSamples: statistics.peakSamples,
    series: series.length,
    samples: series.reduce((sum, { times }) => sum + times.length, 0),
    milliseconds,
    warnings: [...warnings],
    infos: [...infos],
  };
}

export function explainHandlers(queries: QueryRunner, language: LanguageOptions): Pick<Handlers, 'explainQuery'> {
  return {
    async explainQuery({ body, signal }) {
      const query = valueOf(readQuery(body.query, language));
      const now = nanosFromMillis(Date.now());
      const endMs = millisFromNanos(valueOf(parseTimePoint(body.to, now)));
      const options = { language, signal, trace: true };
      const began = performance.now();
      let result;
      if (body.step === undefined) result = await queries.instant(query, endMs, options);
      else {
        const startMs = millisFromNanos(valueOf(parseTimePoint(body.from ?? DEFAULT_RANGE, now)));
        const stepMs = millisFromNanos(valueOf(parseDuration(body.step)));
        result = await queries.range(query, startMs, endMs, stepMs, options);
      }
      return describe(valueOf(result), performance.now() - began);
    },
  };
}
