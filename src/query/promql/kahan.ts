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

/** The mean of a growing number of values: a sum as long as it does not overflow, then a mean that is moved by each value. */
export class KahanMean {
  readonly #running = new KahanSum();
  #count = 0;
  #isIncremental = false;

  add(value: number): void {
    const running = this.#running;
    this.#count++;
    const count = this.#count;
    if (count === 1) {
      running.sum = value;
      return;
    }
    if (!this.#isIncremental) {
      const { sum, compensation } = running;
      running.add(value);
      if (running.sum !== Infinity && running.sum !== -Infinity) return;
      this.#isIncremental = true;
      running.sum = sum / (count - 1);
      running.compensation = compensation / (count - 1);
    }
    const share = (count - 1) / count;
    running.sum *= share;
    running.compensation *= share;
    running.add(value / count);
  }

  get value(): number {
    const { sum, compensation } = this.#running;
    return this.#isIncremental ? sum + compensation : sum / this.#count + compensation / this.#count;
  }
}
