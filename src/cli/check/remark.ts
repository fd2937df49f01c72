// What a check finds.
import type { LanguageOptions } from '../../query/promql/options.ts';

/** One line of the answer; `level` "error" is what cannot be used, "warning" what is probably not meant or is left aside. */
export interface Remark {
  readonly line: number;
  readonly column: number;
  readonly level: 'error' | 'warning';
  readonly message: string;
  /** The corrected expression. */
  readonly fix?: string | undefined;
}

/** Checks the text of one file of its kind. */
export type Checker = (text: string, language: LanguageOptions) => Remark[];
