import type { LiveCheck } from './live-check.ts';

/** A rule is evaluated every minute or so: what takes longer keeps others waiting. */
const MAX_SECONDS = 5;
const MAX_SAMPLES = 5_000_000;

export const heavyQuery: LiveCheck = {
  name: 'heavy-query',
  summary: 'an expression that takes five seconds or reads five million samples each time',
  check: async ({ expression }, live, report) => {
    const cost = await live.costOf(expression);
    if (cost === undefined || (cost.seconds < MAX_SECONDS && cost.samples < MAX_SAMPLES)) return;
    report(
      `the expression took ${cost.seconds.toFixed(1)} s and read ${cost.samples.toLocaleString('en')} samples; record parts of it by a rule`,
      expression.range,
    );
  },
};
