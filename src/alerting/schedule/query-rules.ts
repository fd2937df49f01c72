// How scheduled rules ask where queries are run. Whatever says that the answer cannot be complete is InputsIncomplete.
import { CodedError } from '../../base/coded-error.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { Labels } from '../../model/labels.ts';
import { defaultEngineOptions } from '../../query/promql/evaluation-state.ts';
import type { LanguageOptions } from '../../query/promql/options.ts';
import type { QueryError } from '../../query/promql/query-error.ts';
import type { QueryRunner } from '../../query/promql/query-runner.ts';
import { readQuery, type ParsedQuery, type QueryResult, type ResultSeries } from '../../query/promql/query.ts';
import { InputsIncomplete, type RuleQuery } from '../rule/evaluate-rule.ts';
import type { FindLastSamples, LastSample } from './restore-alerts.ts';

/** Longer than that is no rule. */
const TIMEOUT_MS = 60_000;

export class QueryRules {
  readonly #runner: QueryRunner;
  readonly #language: LanguageOptions;
  readonly #signal: AbortSignal;

  /** Once `signal` aborts, nothing is asked any more. */
  constructor(runner: QueryRunner, language: LanguageOptions, signal: AbortSignal) {
    this.#runner = runner;
    this.#language = language;
    this.#signal = signal;
  }

  readonly query: RuleQuery = async (query, timeMs) => {
    const result = await this.#ask(query, timeMs);
    if (!result.ok) return err(result.error.message);
    const { data } = result.value;
    if (data.type === 'scalar') return ok([{ labels: Labels.empty, value: data.value }]);
    if (data.type !== 'vector') return err('rule result is not a vector or scalar');
    return ok(data.series.map(({ labels, values }) => ({ labels, value: values[0] ?? NaN })));
  };

  readonly findLastSamples: FindLastSamples = async (matchers, fromMs, toMs) => {
    const selector = `{${matchers.map(String).join(',')}}`;
    const series = await this.#series(`${selector}[${toMs - fromMs}ms]`, toMs);
    const byTime = Map.groupBy(series, ({ times }) => times.at(-1) ?? 0);
    const found: LastSample[] = [];
    for (const [timeMs, group] of byTime) {
      // A series that ended with a stale marker behind its last sample is not there any more a moment before the lookback is over.
      const stillMs = Math.min(toMs, timeMs + defaultEngineOptions.lookbackMs - 1);
      const alive = new Set((await this.#series(selector, stillMs)).map(({ labels }) => labels.key));
      for (const { labels, values } of group)
        if (alive.has(labels.key))
          found.push({ labels: labels.withoutMetricName(), timeMs, value: values.at(-1) ?? NaN });
    }
    return found;
  };

  async #series(text: string, timeMs: number): Promise<readonly ResultSeries[]> {
    const query = readQuery(text, this.#language);
    const result = query.ok ? await this.#ask(query.value, timeMs) : query;
    if (!result.ok) throw result.error;
    const { data } = result.value;
    return data.type === 'vector' || data.type === 'matrix' ? data.series : [];
  }

  async #ask(query: ParsedQuery, timeMs: number): Promise<Result<QueryResult, QueryError>> {
    try {
      const result = await this.#runner.instant(query, timeMs, {
        language: this.#language,
        engine: { timeoutMs: TIMEOUT_MS },
        signal: this.#signal,
      });
      if (this.#signal.aborted) throw new InputsIncomplete('the server stops');
      return result;
    } catch (error) {
      if (error instanceof CodedError) throw new InputsIncomplete(error.message, { cause: error });
      throw error;
    }
  }
}
