// One histogram at one time: buckets in order and never falling, the last one +Inf, count equal to it, sum where it may be.
import { parseFloatText } from '../../base/float-text.ts';

/** Judges the samples of one metric in a family of type histogram or gaugehistogram. */
export class HistogramChecker {
  readonly #type: 'histogram' | 'gaugehistogram';
  #bound: number | undefined;
  #buckets = 0;
  #hasNegative = false;
  #count: number | undefined;
  #sum: number | undefined;
  #isEmpty = true;

  constructor(type: 'histogram' | 'gaugehistogram') {
    this.#type = type;
  }

  sample(family: string, suffix: string, le: string | undefined, value: number): string | undefined {
    this.#isEmpty = false;
    if (suffix === '_count' || suffix === '_gcount') this.#count = value;
    else if (suffix === '_sum' || suffix === '_gsum') {
      if (Number.isNaN(value)) return `"${family}${suffix}" may not be NaN`;
      this.#sum = value;
    } else if (suffix === '_bucket') return this.#bucket(family, le, value);
    return undefined;
  }

  #bucket(family: string, le: string | undefined, value: number): string | undefined {
    const bound = le === undefined ? undefined : parseFloatText(le);
    const isInfinite = bound !== undefined && !Number.isFinite(bound);
    if (bound === undefined || (isInfinite && le !== '+Inf'))
      return `a bucket of "${family}" needs the label "le" with a number or "+Inf"`;
    if (this.#bound !== undefined && bound <= this.#bound) return `buckets of "${family}" are not in rising order`;
    if (this.#bound !== undefined && value < this.#buckets) return `the bucket up to ${le} of "${family}" falls`;
    this.#bound = bound;
    this.#buckets = value;
    this.#hasNegative ||= bound < 0;
    return undefined;
  }

  /** The next sample has another timestamp. */
  nextTime(): string | undefined {
    const problem = this.end();
    this.#bound = undefined;
    this.#buckets = 0;
    this.#hasNegative = false;
    this.#count = undefined;
    this.#sum = undefined;
    this.#isEmpty = true;
    return problem;
  }

  end(): string | undefined {
    if (this.#isEmpty) return undefined;
    if (this.#bound !== Infinity) return 'a histogram lacks its bucket +Inf';
    if (this.#count !== undefined && this.#count !== this.#buckets) return 'a histogram’s count is not its bucket +Inf';
    const hasSum = this.#sum !== undefined;
    if (this.#type === 'gaugehistogram') {
      if (hasSum !== (this.#count !== undefined)) return 'a gauge histogram has only one of gcount and gsum';
      if (!this.#hasNegative && (this.#sum ?? 0) < 0)
        return 'a gauge histogram without negative buckets has a negative sum';
      return undefined;
    }
    if (this.#hasNegative && hasSum) return 'a histogram with negative buckets may not have a sum';
    if (!this.#hasNegative && hasSum !== (this.#count !== undefined))
      return 'a histogram has only one of count and sum';
    return undefined;
  }
}
