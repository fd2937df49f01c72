// Queries that were parsed already: rules and dashboards ask the same texts again and again. Parsing also compiles the regular
// expressions of matchers, which takes longer than many an evaluation.
import type { Result } from '../../base/result.ts';
import { stockOptions, type LanguageOptions } from './options.ts';
import type { QueryError } from './query-error.ts';
import { readQuery, type ParsedQuery } from './query.ts';

const MAX_KEPT = 4096;
/** Longer texts are rare, and their trees large. */
const MAX_KEPT_LENGTH = 4096;

export class ParsedQueries {
  readonly #language: LanguageOptions;
  /** The one that was asked for longest ago first. */
  readonly #kept = new Map<string, Result<ParsedQuery, QueryError>>();

  constructor(language: LanguageOptions = stockOptions) {
    this.#language = language;
  }

  /** As `readQuery`. */
  read(text: string): Result<ParsedQuery, QueryError> {
    const known = this.#kept.get(text);
    if (known !== undefined) {
      this.#kept.delete(text);
      this.#kept.set(text, known);
      return known;
    }
    const parsed = readQuery(text, this.#language);
    if (!parsed.ok || text.length > MAX_KEPT_LENGTH) return parsed;
    if (this.#kept.size >= MAX_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    this.#kept.set(text, parsed);
    return parsed;
  }
}
