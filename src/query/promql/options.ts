// What of the language is switched on. Prometheus has a feature flag for each; `stockOptions` are those of a plain Prometheus.

export interface LanguageOptions {
  readonly experimentalFunctions: boolean;
  readonly durationExpressions: boolean;
  /** `anchored` and `smoothed`. */
  readonly extendedRangeSelectors: boolean;
  /** `fill`, `fill_left` and `fill_right`. */
  readonly fillModifiers: boolean;
}

export const stockOptions: LanguageOptions = {
  experimentalFunctions: false,
  durationExpressions: true,
  extendedRangeSelectors: false,
  fillModifiers: false,
};

export const allOptions: LanguageOptions = {
  experimentalFunctions: true,
  durationExpressions: true,
  extendedRangeSelectors: true,
  fillModifiers: true,
};
