// Sums that do not lose the small terms (Kahan, Neumaier's variant), bit for bit as Prometheus computes them.

/** A running sum; `sum + compensation` is its value. */
export class KahanSum {
  sum = 0;
  compensation = 0;

  add(value: number): void {
    const { sum } = this;
    const total = sum + value;
    if (total === Infinity || total === -Infinity) this.compensation = 0;
    else if (Math.abs(sum) >= Math.abs(value)) this.compensation += sum - total + value;
    else this.compensation += value - total + sum;
    this.sum = total;
  }
}

/** The sum of `values` from `from` up to, not including, `to`. */
export function computeKahanSum(values: Float64Array, from: number, to: number): number {
  const sum = new KahanSum();
  for (let i = from; i < to; i++) sum.add(values[i] as number);
  return Math.abs(sum.sum) === Infinity ? sum.sum : sum.sum + sum.compensation;
}

/**
 * The mean of `values` from `from` up to, not including, `to`: a sum as long as it does not overflow, then a mean that is moved by
 * each value.
 */
export function computeKahanMean(values: Float64Array, from: number, to: number): number {
  let sum = values[from] as number;
  let compensation = 0;
  for (let i = from + 1; i < to; i++) {
    const value = values[i] as number;
    const total = sum + value;
    if (total === Infinity || total === -Infinity) return moveMean(values, from, i, to, sum, compensation);
    compensation += Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum;
    sum = total;
  }
  const count = to - from;
  return sum / count + compensation / count;
}

/** Goes on where the sum of the values before `next` would overflow. */
function moveMean(
  values: Float64Array,
  from: number,
  next: number,
  to: number,
  sum: number,
  compensation: number,
): number {
  const mean = new KahanSum();
  mean.sum = sum / (next - from);
  mean.compensation = compensation / (next - from);
  for (let i = next; i < to; i++) {
    const count = i - from + 1;
    const share = (count - 1) / count;
    mean.sum *= share;
    mean.compensation *= share;
    mean.add((values[i] as number) / count);
  }
  return mean.sum + mean.compensation;
}
