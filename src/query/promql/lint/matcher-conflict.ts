import type { Matcher } from '../matcher.ts';

/** Two of `matchers` that no value of their label fits at once: one demands a value that the other does not take. */
export function matcherFitsNothing(matchers: readonly Matcher[]): readonly [Matcher, Matcher] | undefined {
  for (const equal of matchers) {
    if (equal.operator !== '=') continue;
    const other = matchers.find((one) => one.name === equal.name && !one.matches(equal.value));
    if (other !== undefined) return [equal, other];
  }
  return undefined;
}
