// How many records one stands for that a sampler let through.
// https://opentelemetry.io/docs/specs/otel/trace/tracestate-handling/ (th), and its forerunner with powers of two (p).

const THRESHOLD_DIGITS = 14;
const RANDOM_SPACE = 2 ** (4 * THRESHOLD_DIGITS);
const MAX_POWER = 62;

/** Of a rejection threshold: up to 14 hexadecimal digits, zeros at the end left out. Text that is none counts as not sampled: 1. */
export function weightOfThreshold(threshold: string): number {
  if (!/^[0-9a-f]{1,14}$/i.test(threshold)) return 1;
  const rejected = Number.parseInt(threshold.padEnd(THRESHOLD_DIGITS, '0'), 16);
  // So near to the end of the space a double cannot tell the last thresholds apart.
  return RANDOM_SPACE / Math.max(1, RANDOM_SPACE - rejected);
}

/** Of a span by its W3C tracestate, `ot=th:c;rv:…` among other vendors' entries. */
export function weightOfTraceState(state: string): number {
  const own = /(?:^|,)\s*ot=([^,\s]*)/.exec(state)?.[1];
  if (own === undefined) return 1;
  const fields = new Map(
    own.split(';').map((field) => [field.slice(0, field.indexOf(':')), field.slice(field.indexOf(':') + 1)]),
  );
  const threshold = fields.get('th');
  if (threshold !== undefined) return weightOfThreshold(threshold);
  const power = fields.get('p') ?? '';
  return /^\d{1,2}$/.test(power) && Number(power) <= MAX_POWER ? 2 ** Number(power) : 1;
}
