// What rules have written is seen by the rules that read it. Samples become visible to queries a little after they are durable; a rule
// waits for that only when it reads a metric that was written since.
import type { RuleQuery } from '../rule/evaluate-rule.ts';
import { metricsOf } from '../rule/metrics-read.ts';
import type { SampleWriter } from '../rule/rule-group-run.ts';

export class FreshWrites {
  readonly #makeVisible: () => Promise<void>;
  #pending = new Set<string>();
  #running: Promise<void> = Promise.resolve();

  /** `makeVisible` resolves when everything that was written before the call is seen by queries. */
  constructor(makeVisible: () => Promise<void>) {
    this.#makeVisible = makeVisible;
  }

  /** `write`, remembering what it wrote. */
  writing(write: SampleWriter): SampleWriter {
    return async (samples) => {
      await write(samples);
      for (const { labels } of samples) this.#pending.add(labels.metricName);
    };
  }

  /** `query`, after what it reads is visible. */
  querying(query: RuleQuery): RuleQuery {
    return async (parsed, timeMs) => {
      const isPending = (): boolean =>
        metricsOf(parsed.expression).some((metric) => metric === undefined || this.#pending.has(metric));
      if (this.#pending.size > 0 && isPending()) await this.#show();
      await this.#running;
      return query(parsed, timeMs);
    };
  }

  #show(): Promise<void> {
    this.#pending = new Set();
    this.#running = this.#makeVisible();
    return this.#running;
  }
}
