// Random queries that are correct by type, from a seeded generator, so that a difference can be found again.

/** Numbers from 0 up to 1, always the same for a seed (mulberry32). */
export function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const metrics = ['requests_total', 'errors_total', 'temperature', 'latency_bucket', 'sparse', 'build_info'];
const labels = ['job', 'instance', 'code', 'le', 'path'];
const mapped =
  'abs ceil floor exp sqrt ln log2 log10 sgn sin cos tan asin acos atan sinh cosh tanh asinh atanh acosh rad deg minute hour day_of_week day_of_month day_of_year days_in_month month year timestamp absent sort sort_desc'.split(
    ' ',
  );
const ranged =
  'rate increase delta irate idelta deriv changes resets sum_over_time avg_over_time min_over_time max_over_time count_over_time stddev_over_time stdvar_over_time last_over_time first_over_time present_over_time absent_over_time mad_over_time ts_of_min_over_time ts_of_max_over_time ts_of_first_over_time ts_of_last_over_time'.split(
    ' ',
  );

/** Writes random queries. */
export class QueryGenerator {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = makeRandom(seed);
  }

  #pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random() * items.length)] as T;
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #subset(): string {
    return labels.filter(() => this.#chance(0.4)).join(', ');
  }

  #matchers(): string {
    if (this.#chance(0.5)) return '';
    const all = [
      'job="api"',
      'job!="api"',
      'code=~"5.."',
      'code!~"2.*"',
      'instance=~"i1|i2"',
      'path=~".*item.*"',
      'le="+Inf"',
      'job=~"a.+"',
      'path=""',
    ];
    return `{${all.filter(() => this.#chance(0.2)).join(',')}}`;
  }

  #duration(): string {
    return this.#pick(['30s', '1m', '2m', '5m', '10m', '90s', '45s', '1m30s', '300']);
  }

  #modifiers(): string {
    let text = '';
    if (this.#chance(0.15)) text += ` offset ${this.#pick(['1m', '-1m', '5m', '37s', '(2m + 30s)'])}`;
    if (this.#chance(0.1)) text += ` @ ${this.#pick(['start()', 'end()', '1795250000', '1795251000.5'])}`;
    return text;
  }

  selector(): string {
    return `${this.#pick(metrics)}${this.#matchers()}${this.#modifiers()}`;
  }

  range(depth: number): string {
    if (depth > 0 && this.#chance(0.3)) {
      const step = this.#chance(0.3) ? '' : this.#pick(['30s', '1m', '45s']);
      return `(${this.vector(depth - 1)})[${this.#pick(['2m', '5m', '10m'])}:${step}]${this.#modifiers()}`;
    }
    return `${this.#pick(metrics)}${this.#matchers()}[${this.#duration()}]${this.#modifiers()}`;
  }

  scalar(depth: number): string {
    if (depth <= 0 || this.#chance(0.6))
      return this.#pick(['0', '1', '2.5', '-1', '0.5', '1e3', 'Inf', 'NaN', '5m', 'time()', 'pi()']);
    return this.#chance(0.5)
      ? `scalar(${this.vector(depth - 1)})`
      : `(${this.scalar(depth - 1)} ${this.#pick(['+', '-', '*', '/', '%', '^'])} ${this.scalar(depth - 1)})`;
  }

  vector(depth: number): string {
    if (depth <= 0) return this.selector();
    const make = this.#pick([
      () => this.selector(),
      () => `${this.#pick(mapped)}(${this.vector(depth - 1)})`,
      () => `${this.#pick(ranged)}(${this.range(depth - 1)})`,
      () => `${this.#pick(ranged)}(${this.range(depth - 1)})`,
      () => this.#aggregation(depth),
      () => this.#aggregation(depth),
      () => this.#binary(depth),
      () => this.#binary(depth),
      () => this.#special(depth),
    ]);
    return make();
  }

  #aggregation(depth: number): string {
    const clause = this.#chance(0.3) ? '' : ` ${this.#pick(['by', 'without'])} (${this.#subset()})`;
    const inner = this.vector(depth - 1);
    const kind = this.#random();
    if (kind < 0.7) {
      const operator = this.#pick(['sum', 'avg', 'min', 'max', 'count', 'group', 'stddev', 'stdvar']);
      return `${operator}${clause} (${inner})`;
    }
    if (kind < 0.85)
      return `${this.#pick(['topk', 'bottomk'])}${clause} (${this.#pick(['1', '2', '3', '100'])}, ${inner})`;
    if (kind < 0.95) return `quantile${clause} (${this.#pick(['0', '0.5', '0.9', '1', '1.5', '-1'])}, ${inner})`;
    return `count_values${clause} ("value", ${inner})`;
  }

  #binary(depth: number): string {
    const kind = this.#random();
    const operator = this.#pick(['+', '-', '*', '/', '%', '^', 'atan2', '==', '!=', '<', '<=', '>', '>=']);
    const isComparison = /[=<>]/.test(operator);
    const bool = isComparison && this.#chance(0.4) ? ' bool' : '';
    if (kind < 0.3) return `(${this.vector(depth - 1)} ${operator}${bool} ${this.scalar(depth - 1)})`;
    if (kind < 0.45) return `(${this.scalar(depth - 1)} ${operator}${bool} ${this.vector(depth - 1)})`;
    if (kind < 0.65) {
      const matching = this.#chance(0.5) ? '' : ` ${this.#pick(['on', 'ignoring'])} (${this.#subset()})`;
      return `(${this.vector(depth - 1)} ${this.#pick(['and', 'or', 'unless'])}${matching} ${this.vector(depth - 1)})`;
    }
    let matching = '';
    if (this.#chance(0.7)) matching = ` ${this.#pick(['on', 'ignoring'])} (${this.#subset()})`;
    if (matching !== '' && this.#chance(0.4))
      matching += ` ${this.#pick(['group_left', 'group_right'])}${this.#chance(0.3) ? ' (version)' : ''}`;
    const right = this.#chance(0.5) ? `sum by (${this.#subset()}) (${this.vector(depth - 1)})` : this.vector(depth - 1);
    return `(${this.vector(depth - 1)} ${operator}${bool}${matching} ${right})`;
  }

  #special(depth: number): string {
    const make = this.#pick([
      () =>
        `histogram_quantile(${this.#pick(['0.5', '0.9', '0.99', '1.2'])}, ${this.#pick(['latency_bucket', 'rate(latency_bucket[5m])', 'sum by (le) (rate(latency_bucket[2m]))'])})`,
      () => `histogram_fraction(0, ${this.#pick(['0.2', '1', 'Inf'])}, rate(latency_bucket[5m]))`,
      () => `clamp(${this.vector(depth - 1)}, ${this.scalar(0)}, ${this.scalar(0)})`,
      () => `clamp_${this.#pick(['min', 'max'])}(${this.vector(depth - 1)}, ${this.scalar(0)})`,
      () => `round(${this.vector(depth - 1)}${this.#pick(['', ', 0.1', ', 5'])})`,
      () => `-(${this.vector(depth - 1)})`,
      () => `quantile_over_time(${this.#pick(['0', '0.25', '0.9', '2'])}, ${this.range(depth - 1)})`,
      () => `predict_linear(${this.range(depth - 1)}, ${this.#pick(['60', '3600', '-60'])})`,
      () => `double_exponential_smoothing(${this.range(depth - 1)}, 0.5, 0.3)`,
      () =>
        `label_replace(${this.vector(depth - 1)}, "${this.#pick(['job', 'copy', '__name__'])}", "$1-x", "${this.#pick(labels)}", "(.*)")`,
      () => `label_join(${this.vector(depth - 1)}, "joined", "-", "job", "code")`,
      () => `vector(${this.scalar(depth - 1)})`,
      () => `absent(${this.selector()})`,
      () => `sort_by_label(${this.vector(depth - 1)}, "${this.#pick(labels)}")`,
      () => `limitk${this.#chance(0.5) ? ' by (job)' : ''} (2, ${this.vector(0)})`,
      () => `limit_ratio(${this.#pick(['0.3', '0.7', '-0.5'])}, ${this.vector(depth - 1)})`,
    ]);
    return make();
  }

  /** One query. */
  query(): string {
    return this.#chance(0.08) ? this.scalar(3) : this.vector(3);
  }
}
