// What a check finds.
import type { LiveMetrics } from '../../alerting/lint/live/live-metrics.ts';
import type { LanguageOptions } from '../../query/promql/options.ts';

/** One line of the answer; `level` "error" is what cannot be used, "warning" what is probably not meant or is left aside. */
export interface Remark {
  readonly line: number;
  readonly column: number;
  readonly level: 'error' | 'warning';
  readonly message: string;
  /** Name of the check that found it; undefined for what cannot be read. */
  readonly check?: string | undefined;
  /** The corrected expression. */
  readonly fix?: string | undefined;
}

/** What a file is checked with. */
export interface CheckContext {
  readonly language: LanguageOptions;
  /** The folder of the file, for the files that it names. */
  readonly directory: string;
  /** A server to ask; undefined when none was named. */
  readonly live: LiveMetrics | undefined;
  /** Metrics that the rules of all checked files record. */
  readonly recorded: ReadonlySet<string>;
}

/** Checks the text of one file of its kind. Rejects when the server cannot be asked. */
export type Checker = (text: string, context: CheckContext) => Promise<Remark[]> | Remark[];
